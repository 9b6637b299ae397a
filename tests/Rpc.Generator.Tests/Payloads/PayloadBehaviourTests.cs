using Rpc.Generator.Tests.Harness;

namespace Rpc.Generator.Tests.Payloads;

/// <summary>Generated formatters at work, on types that the golden vectors do not have.</summary>
public sealed class PayloadBehaviourTests
{
    /// <summary>Writes and reads by registered formatters.</summary>
    internal const string Payloads = """
        public static class Payloads
        {
            public static byte[] Write<T>(T? value)
            {
                var buffer = Rpc.Buffers.PayloadBuffer.Rent();
                var writer = new Rpc.Serialization.PayloadWriter(buffer);
                Rpc.Serialization.FormatterCache<T>.Instance!.Serialize(ref writer, value);
                writer.Commit();
                var bytes = buffer.WrittenSpan.ToArray();
                buffer.Return();
                return bytes;
            }

            public static T? Read<T>(ReadOnlySpan<byte> payload)
            {
                var reader = new Rpc.Serialization.PayloadReader(payload);
                return Rpc.Serialization.FormatterCache<T>.Instance!.Deserialize(ref reader);
            }

            public static T Copy<T>(T value) => Read<T>(Write(value))!;

            public static string Hex<T>(T? value) => Convert.ToHexStringLower(Write(value));
        }
        """;

    [Fact]
    public Task What_is_private_travels() => RunAsync("""
        [RpcPayload]
        public class Closed
        {
            [RpcInclude] private int _a;
            [RpcInclude] private string? B { get; set; }
            public required string C { get; init; }
            public long D { get; private set; }
            private Closed() { }
            public static Closed Of(int a, string? b) => new() { _a = a, B = b, C = "c", D = 5 };
            public override string ToString() => $"{_a} {B} {C} {D}";
        }

        [RpcPayload]
        public struct ClosedStruct
        {
            [RpcInclude] private string? _a;
            public int B { get; private set; }
            public ClosedStruct(string a, int b) : this() { _a = a; B = b; }
            [RpcConstructor] private ClosedStruct(int b) { _a = null; B = b; }
            public override string ToString() => $"{_a} {B}";
        }
        """, """
        Assert.Equal("1 b c 5", Payloads.Copy(Closed.Of(1, "b")).ToString());
        Assert.Equal("a 7", Payloads.Copy(new ClosedStruct("a", 7)).ToString());
        """);

    [Fact]
    public Task What_a_type_refuses_is_a_payloads_fault() => RunAsync("""
        [RpcPayload] public class Positive { public Positive(int value) => Value = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value)); public int Value { get; } }
        [RpcPayload] public class Level { private int _value = 1; public int Value { get => _value; set => _value = value > 0 ? value : throw new InvalidOperationException(); } }
        """, """
        Assert.IsType<ArgumentOutOfRangeException>(Assert.Throws<Rpc.Serialization.PayloadException>(() => Payloads.Read<Positive>([1, 0, 0, 0, 0])).InnerException);
        Assert.IsType<InvalidOperationException>(Assert.Throws<Rpc.Serialization.PayloadException>(() => Payloads.Read<Level>([1, 0, 0, 0, 0])).InnerException);
        Assert.Equal(3, Payloads.Read<Level>([1, 3, 0, 0, 0])!.Value);
        """);

    [Fact]
    public Task Required_and_init_only_members_are_set_in_every_layout() => RunAsync("""
        [RpcPayload] public class Plain { public required string A { get; init; } [RpcIgnore] public required int B; }
        [RpcPayload(RpcPayloadLayout.VersionTolerant)] public class Tolerant { [RpcOrder(0)] public required string A { get; init; } }
        [RpcPayload(RpcPayloadLayout.CircularReference)] public class Circular { [RpcOrder(0)] public required string A { get; init; } [RpcOrder(1)] public Circular? Self { get; set; } }
        """, """
        Assert.Equal("a", Payloads.Copy(new Plain { A = "a", B = 1 }).A);
        Assert.Equal("a", Payloads.Copy(new Tolerant { A = "a" }).A);
        var circular = new Circular { A = "a" };
        circular.Self = circular;
        var copy = Payloads.Copy(circular);
        Assert.Equal("a", copy.A);
        Assert.Same(copy, copy.Self);
        """);

    [Fact]
    public Task Kept_initializers_survive_in_every_layout() => RunAsync("""
        [RpcPayload] public class Plain { public int A { get; set; } [MemoryPack.SuppressDefaultInitialization] public int B { get; set; } = 7; }
        [RpcPayload(RpcPayloadLayout.VersionTolerant)]
        public class Tolerant { [RpcOrder(0)] public int A { get; set; } [RpcOrder(1), MemoryPack.SuppressDefaultInitialization] public int B { get; set; } = 7; }
        """ + MemoryPackNames.Source, """
        Assert.Equal(7, Payloads.Read<Plain>([1, 0, 0, 0, 0])!.B);
        Assert.Equal(0, Payloads.Copy(new Plain { B = 0 }).B);
        Assert.Equal(7, Payloads.Read<Tolerant>([1, 4, 0, 0, 0, 0])!.B);
        Assert.Equal(0, Payloads.Copy(new Tolerant { B = 0 }).B);
        """);

    [Fact]
    public Task Types_that_contain_themselves_in_collections_are_made_in_any_order() => RunAsync("""
        [RpcPayload(RpcPayloadLayout.Collection)] public class Tree : List<Tree> { }
        [RpcPayload(RpcPayloadLayout.Collection)] public class Map : Dictionary<string, Map> { }
        [RpcPayload(RpcPayloadLayout.Collection)] public class Branch : List<Leaf> { }
        [RpcPayload] public class Leaf { public List<Branch>? Branches { get; set; } public Branch? One { get; set; } }
        [RpcPayload] public struct Link { public Link[]? Next; public string? Name; }
        """, """
        Assert.Single(Payloads.Copy(new Tree { new Tree(), })[0..1]);
        Assert.Empty(Payloads.Copy(new Map { ["a"] = new Map { ["b"] = [] } })["a"]["b"]);
        Assert.Single(Payloads.Copy(new Branch { new Leaf { Branches = [new Branch()], One = [] } })[0].Branches!);
        Assert.Equal("b", Payloads.Copy(new Link { Next = [new Link { Name = "b" }] }).Next![0].Name);
        var deep = new Tree();
        for (var i = 0; i < 1001; i++) { deep = new Tree { deep }; }
        Assert.Throws<Rpc.Serialization.PayloadException>(() => Payloads.Write(deep));
        """);

    [Fact]
    public Task Structs_of_every_layout_have_the_bytes_of_their_memory_with_padding_zeroed() => RunAsync("""
        using System.Runtime.InteropServices;

        [RpcPayload, StructLayout(LayoutKind.Sequential, Pack = 1)] public struct Packed { public bool A; public int B; public DateTime C; }
        [RpcPayload, StructLayout(LayoutKind.Explicit, Size = 24)] public struct Placed { [FieldOffset(8)] public DateTime A; [FieldOffset(3)] public bool B; }
        [RpcPayload, StructLayout(LayoutKind.Auto)] public struct Free { public byte A; public long B; public bool C; private int _d; public Free(int d) : this() => _d = d; public int D => _d; }
        [RpcPayload] public struct Nested { public bool A; public Padded B; public Padded? C; }
        public struct Padded { public byte A; public int B; }
        [RpcPayload, System.Runtime.CompilerServices.InlineArray(3)] public struct Three { private Padded _first; }
        [RpcPayload] public unsafe struct Buffer { public byte A; public fixed int Items[2]; }
        [RpcPayload, StructLayout(LayoutKind.Sequential, Size = 6)] public struct Sized { public byte A; }
        """, """
        static string Dirty<T>(Func<T, T> set) where T : unmanaged
        {
            var values = new T[1];
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).Fill(0xCC);
            values[0] = set(values[0]);
            var written = Payloads.Hex(values[0]);
            Assert.Equal(written, Payloads.Hex(Payloads.Copy(values[0])));
            return written;
        }

        Assert.Equal("0102000000" + "0300000000000000", Dirty<Packed>(x => { x.A = true; x.B = 2; x.C = new DateTime(3); return x; }));
        Assert.Equal("0000000100000000" + "0500000000000000" + "0000000000000000", Dirty<Placed>(x => { x.A = new DateTime(5); x.B = true; return x; }));
        Assert.Equal("0200000000000000" + "04000000" + "01" + "01" + "0000", Dirty<Free>(x => new Free(4) { A = 1, B = 2, C = true }));
        Assert.Equal("01000000" + "0200000003000000" + "01000000" + "0400000005000000",
            Dirty<Nested>(x => { x.A = true; x.B.A = 2; x.B.B = 3; var c = x.B; c.A = 4; c.B = 5; x.C = c; return x; }));
        Assert.Equal("0100000002000000" + "0300000004000000" + "0500000006000000",
            Dirty<Three>(x => { for (var i = 0; i < 3; i++) { x[i].A = (byte)((i * 2) + 1); x[i].B = (i * 2) + 2; } return x; }));
        Assert.Equal("01000000" + "02000000" + "03000000", Dirty<Buffer>(x => { unsafe { x.A = 1; x.Items[0] = 2; x.Items[1] = 3; } return x; }));
        Assert.Equal("010000000000", Dirty<Sized>(x => { x.A = 1; return x; }));
        Assert.Throws<Rpc.Serialization.PayloadException>(() => Payloads.Read<Packed>([1, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 63]));
        """);

    [Fact]
    public Task A_members_hidden_or_overridden_kin_is_not_mistaken_for_it() => RunAsync("""
        public abstract class Base { public abstract int A { get; } public virtual string? B { get; set; } public int C; protected int D; }
        [RpcPayload] public class Derived : Base { private int _a; public Derived(int a) => _a = a; public override int A => _a; public override string? B { get => base.B + "!"; } public new string? C; public int this[int i] => i; }
        """, """
        var copy = Payloads.Copy(new Derived(4) { B = "b", C = "c" });
        Assert.Equal((4, "b!!", "c"), (copy.A, copy.B, copy.C));
        Assert.Equal(0, ((Base)copy).C);
        """);

    private static Task RunAsync(string types, string body) => Scenario.RunAsync(
        types,
        "public static class Scenario { public static Task RunAsync() {" + body + "\nreturn Task.CompletedTask; } }",
        Payloads);
}
