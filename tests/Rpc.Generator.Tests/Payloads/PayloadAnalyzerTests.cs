using Rpc.Generator.Tests.Analysis;

namespace Rpc.Generator.Tests.Payloads;

/// <summary>What cannot be a payload is found at the member, parameter or type that is the cause.</summary>
public sealed class PayloadAnalyzerTests
{
    [Theory]
    [InlineData("public object? {|RPC0100:Value|};")]
    [InlineData("public dynamic? {|RPC0100:Value|};")]
    [InlineData("public System.Collections.Generic.List<object>? {|RPC0100:Value|};")]
    [InlineData("public Action? {|RPC0101:Value|};")]
    [InlineData("public unsafe int* {|RPC0102:Value|};")]
    [InlineData("public IDisposable? {|RPC0105:Value|};")]
    [InlineData("public Array? {|RPC0105:Value|};")]
    [InlineData("public Task? {|RPC0105:Value|};")]
    [InlineData("public System.IO.Stream? {|RPC0105:Value|};")]
    [InlineData("public Type? {|RPC0105:Value|};")]
    [InlineData("public int[,,,,]? {|RPC0105:Value|};")]
    [InlineData("[RpcInclude] private protected Hidden? {|RPC0106:Value|}; private protected class Hidden { }")]
    [InlineData("public Plain? {|RPC0104:Value|}; } public interface Plain {")]
    [InlineData("public Plain? {|RPC0104:Value|}; } public abstract class Plain {")]
    public Task A_member_of_a_type_without_a_form_is_found_where_it_stands(string member) =>
        MarkedSource.CheckAsync($$"""[RpcPayload] public class Tested { {{member}} }""");

    [Theory]
    [InlineData("public class {|RPC0107:Tested|} { public Tested(int a) => A = a; public Tested() { } public int A { get; } }")]
    [InlineData("public class {|RPC0108:Tested|} { public Tested(int b) => A = b; public int A { get; } }")]
    [InlineData("public class {|RPC0108:Tested|} { public Tested(string a) => A = a.Length; public int A { get; } }")]
    [InlineData("public class {|RPC0108:Tested|} { public Tested(ref int a) => A = a; public int A { get; } }")]
    [InlineData("public class {|RPC0110:Tested|} { [RpcOrder(0)] public int A; public int B; }")]
    [InlineData("public class {|RPC0110:Tested|} { [RpcOrder(0)] public int A; [RpcOrder(0)] public int B; }")]
    [InlineData("public class {|RPC0110:Tested|} { [RpcOrder(0)] public int A; [RpcOrder(2)] public int B; }")]
    [InlineData("public class {|RPC0110:Tested|} { [RpcOrder(-1)] public int A; }")]
    [InlineData("public class {|RPC0110:Tested|} { [RpcOrder(249)] public int A; }")]
    [InlineData("[RpcUnion(0, typeof(A)), RpcUnion(0, typeof(B))] public interface {|RPC0111:Tested|} { } public class A : Tested { } public class B : Tested { }")]
    [InlineData("[RpcUnion(0, typeof(A)), RpcUnion(1, typeof(A))] public interface {|RPC0111:Tested|} { } public class A : Tested { }")]
    [InlineData("[RpcUnion(0, typeof(A))] public interface {|RPC0111:Tested|} { } public class A { }")]
    [InlineData("[RpcUnion(0, typeof(A))] public interface {|RPC0111:Tested|} { } public abstract class A : Tested { }")]
    [InlineData("[RpcUnion(0, typeof(A<>))] public interface {|RPC0111:Tested|} { } public class A<T> : Tested { }")]
    public Task A_type_that_is_not_right_is_found_where_it_is_declared(string type) => MarkedSource.CheckAsync("[RpcPayload] " + type);

    [Theory]
    [InlineData("{|RPC0114:RpcPayload(typeof(List))|}", "public class List : List<int> { }")]
    [InlineData("RpcPayload(typeof(Tested))", "[RpcUnion(0, typeof(A))] public class {|RPC0111:Tested|} { } public class A : Tested { }")]
    [InlineData("{|RPC0105:RpcPayload(typeof(System.IO.File))|}", "")]
    [InlineData("{|RPC0105:RpcPayload(typeof(List<>))|}", "")]
    [InlineData("{|RPC0102:RpcPayload(typeof(Span<int>))|}", "")]
    [InlineData("{|RPC0106:RpcPayload(typeof(Local))|}", "file class Local { }")]
    [InlineData("{|RPC0115:RpcPayload(typeof(Flags))|}", "[System.Runtime.CompilerServices.InlineArray(4)] public struct Flags { private bool _first; }")]
    [InlineData("{|RPC0115:RpcPayload(typeof(Flags))|}", "public unsafe struct Flags { public fixed bool Bits[4]; }")]
    [InlineData("{|RPC0115:RpcPayload(typeof(Mixed))|}", "public unsafe struct Mixed { public fixed int Items[4]; public bool Set; }")]
    [InlineData("RpcPayload(typeof(Buffer))", "public unsafe struct Buffer { public fixed int Items[4]; } ")]
    [InlineData("RpcPayload(typeof(Four))", "[System.Runtime.CompilerServices.InlineArray(4)] public struct Four { private int _first; }")]
    [InlineData("RpcPayload(typeof(Bag)), assembly: RpcPayload(typeof(ReadOnly))", "[RpcPayload] public class Bag : List<int> { } [RpcPayload(RpcPayloadLayout.Collection)] public class ReadOnly : HashSet<int> { }")]
    public Task A_type_that_the_assembly_names_is_found_at_the_attribute(string attribute, string type) =>
        MarkedSource.CheckAsync($"[assembly: {attribute}] {type}");

    [Theory]
    [InlineData("CircularReference", "struct {|RPC0113:Tested|} { [RpcOrder(0)] public string A; }")]
    [InlineData("CircularReference", "class {|RPC0113:Tested|} { public Tested(int a) => A = a; [RpcOrder(0)] public int A { get; } }")]
    [InlineData("Collection", "class {|RPC0113:Tested|} { }")]
    [InlineData("Collection", "class {|RPC0113:Tested|} : List<int> { private Tested() { } }")]
    [InlineData("Collection", "class {|RPC0113:Tested|} : List<int>, ICollection<string> { public bool IsReadOnly => false; public void Add(string a) { } public bool Contains(string a) => false; public void CopyTo(string[] a, int i) { } public bool Remove(string a) => false; IEnumerator<string> IEnumerable<string>.GetEnumerator() => null!; }")]
    [InlineData("VersionTolerant", "struct {|RPC0113:Tested|} { [RpcOrder(0)] public int A; }")]
    [InlineData("VersionTolerant", "class {|RPC0110:Tested|} { public int A; }")]
    public Task A_layout_that_does_not_fit_is_found_at_the_type(string layout, string type) =>
        MarkedSource.CheckAsync($"[RpcPayload(RpcPayloadLayout.{layout})] public {type}");

    [Theory]
    [InlineData("[RpcInclude] private int {|RPC0112:_a|}; public int A() => _a;")]
    [InlineData("public int {|RPC0112:A|} { get; private set; }")]
    [InlineData("public int {|RPC0112:A|} { private get; set; }")]
    [InlineData("private {|RPC0112:Box|}() { }")]
    [InlineData("[MemoryPack.MemoryPackOnSerializing] private void {|RPC0112:Before|}() { }")]
    [InlineData("[MemoryPack.MemoryPackOnSerializing] public void {|RPC0116:Before|}(int a) { }")]
    [InlineData("[MemoryPack.MemoryPackOnSerializing] public void {|RPC0116:Before|}<TOther>() { }")]
    public Task What_a_generic_type_hides_is_found(string member) =>
        MarkedSource.CheckAsync($$"""[RpcPayload] public class Holder { public Box<int>? Value; } public class Box<T> { {{member}} }""" + MemoryPackNames.Source);

    [Theory]
    [InlineData("[RpcIgnore] public int {|RPC0103:A|};")]
    [InlineData("[RpcOrder(0)] public int {|RPC0103:A|};")]
    [InlineData("[RpcInclude] private int {|RPC0103:_a|}; public int A() => _a;")]
    [InlineData("[RpcConstructor] public {|RPC0103:Tested|}(int a) => A = a; public int A;")]
    [InlineData("[RpcIgnore] public int A; public string? B;")]
    public Task An_attribute_that_memory_cannot_heed_is_found(string member) => MarkedSource.CheckAsync($$"""[RpcPayload] public struct Tested { {{member}} }""");

    [Fact]
    public async Task A_warning_takes_no_formatter_away()
    {
        var source = "[Rpc.RpcPayload] public struct Tested { [Rpc.RpcIgnore] public int A; }";

        Assert.Single(await Harness.Analyzed.FindAsync(Harness.Target.Net10.Compile(source)));
        Assert.Contains("BlittableFormatter", Harness.Generated.Cleanly(Harness.Target.Net10, source).File("TestedFormatter"), StringComparison.Ordinal);
    }

    [Fact]
    public Task A_type_that_grows_without_end_is_found() =>
        MarkedSource.CheckAsync("[RpcPayload] public class Holder { public Box<int>? Value; } public class Box<T> { public Box<Box<T>>? {|RPC0117:Value|}; }");

    [Fact]
    public Task More_members_than_the_format_counts_are_found() =>
        MarkedSource.CheckAsync("[RpcPayload] public class {|RPC0109:Tested|} { public string? " + string.Join(", ", Enumerable.Range(0, 250).Select(static i => "M" + i)) + "; }");

    [Fact]
    public Task What_MemoryPack_writes_in_a_form_of_its_own_is_found() => MarkedSource.CheckAsync("""
        [RpcPayload] public class Tested { [MemoryPack.Brotli] public byte[]? {|RPC0105:Packed|}; }
        [MemoryPack.MemoryPackable(MemoryPack.GenerateType.NoGenerate)] public class Own { }
        [RpcPayload] public class Holder { public Own? {|RPC0105:Value|}; }

        namespace MemoryPack
        {
            public abstract class MemoryPackCustomFormatterAttribute<T> : Attribute { }
            public class BrotliAttribute : MemoryPackCustomFormatterAttribute<byte[]> { }
        }
        """ + MemoryPackNames.Source);
}
