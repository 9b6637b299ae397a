using Rpc.Generator.Tests.Harness;

namespace Rpc.Generator.Tests.Analysis;

/// <summary>Each finding at its exact place.</summary>
public sealed class ContractAnalyzerTests
{
    [Theory]
    [InlineData("int {|RPC0010:Count|} { get; }")]
    [InlineData("int {|RPC0010:Count|} { get; set; }")]
    [InlineData("int {|RPC0010:this|}[int i] { get; }")]
    [InlineData("event Action {|RPC0010:Changed|};")]
    [InlineData("ValueTask {|RPC0011:Put|}<T>(T value);")]
    [InlineData("static abstract ValueTask {|RPC0012:Reset|}();")]
    [InlineData("static abstract int {|RPC0012:Count|} { get; }")]
    [InlineData("static abstract IGame operator {|RPC0012:+|}(IGame a, IGame b);")]
    [InlineData("protected ValueTask {|RPC0016:Reset|}();")]
    [InlineData("internal ValueTask Reset();")]
    [InlineData("int Count => 5; int this[int i] => i; event Action Changed { add { } remove { } } static int Static() => 1; T Generic<T>(ref T value) => value; private int Private() => 1;")]
    [InlineData("class Nested { public int Value; } enum Kind { A } delegate int Del();")]
    public Task A_contract_has_methods_only(string member) => CheckAsync(member);

    [Theory]
    [InlineData("{|RPC0013:int|} Get();")]
    [InlineData("{|RPC0013:string?|} Get();")]
    [InlineData("{|RPC0013:ref int|} Get();")]
    [InlineData("{|RPC0013:ref readonly int|} Get();")]
    [InlineData("{|RPC0013:int[]|} Get();")]
    [InlineData("{|RPC0013:IProgress<int>|} Get();")]
    [InlineData("{|RPC0013:IAsyncEnumerator<int>|} Get();")]
    [InlineData("{|RPC0013:Span<int>|} Get();")]
    [InlineData("{|RPC0013:dynamic|} Get();")]
    [InlineData("unsafe {|RPC0013:int*|} Get();")]
    [InlineData("{|RPC0014:ValueTask<IAsyncEnumerable<int>>|} Get();")]
    [InlineData("{|RPC0014:Task<IAsyncEnumerable<int>>|} Get();")]
    [InlineData("{|RPC0023:Task<IProgress<int>>|} Get();")]
    [InlineData("{|RPC0023:IAsyncEnumerable<IAsyncEnumerable<int>>|} Get();")]
    [InlineData("{|RPC0023:IAsyncEnumerable<IProgress<int>>|} Get();")]
    [InlineData("{|RPC0023:ValueTask<List<IAsyncEnumerable<int>>>|} Get();")]
    public Task A_method_returns_a_task_a_stream_or_nothing(string member) => CheckAsync(member);

    [Theory]
    [InlineData("ValueTask Put({|RPC0020:ref int x|});")]
    [InlineData("ValueTask Put({|RPC0020:out int x|});")]
    [InlineData("ValueTask Put(int y, {|RPC0020:in int x|});")]
    [InlineData("ValueTask Put({|RPC0020:ref readonly int x|});")]
    [InlineData("ValueTask Put(CancellationToken a, int x, {|RPC0021:CancellationToken b|}, {|RPC0021:CancellationToken c = default|});")]
    [InlineData("ValueTask Put({|RPC0023:List<IAsyncEnumerable<int>>|} x);")]
    [InlineData("ValueTask Put({|RPC0023:IAsyncEnumerable<int>[]|} x);")]
    [InlineData("ValueTask Put({|RPC0023:(IProgress<int> A, int B)|} x);")]
    [InlineData("ValueTask Put({|RPC0023:IAsyncEnumerable<IProgress<int>>|} x);")]
    [InlineData("ValueTask Put({|RPC0024:ReadOnlySpan<byte>|} x);")]
    [InlineData("unsafe ValueTask Put({|RPC0024:int*|} x);")]
    [InlineData("unsafe ValueTask Put({|RPC0024:delegate*<int, void>|} x);")]
    [InlineData("void Put({|RPC0025:IAsyncEnumerable<int>|} x);")]
    [InlineData("void Put({|RPC0025:IProgress<int>|} x);")]
    [InlineData("[RpcMethod(OneWay = true)] Task Put({|RPC0025:IProgress<int>|} x);")]
    [InlineData("ValueTask Put({|RPC0026:IAsyncEnumerable<int>? x|});")]
    [InlineData("ValueTask Put({|RPC0026:IAsyncEnumerable<int> x = null!|});")]
    public Task A_parameter_can_travel(string member) => CheckAsync(member);

    [Theory]
    [InlineData("[RpcMethod({|RPC0030:OneWay = true|})] ValueTask<int> Get();")]
    [InlineData("[RpcMethod({|RPC0030:OneWay = true|})] IAsyncEnumerable<int> Get();")]
    [InlineData("[RpcMethod(OneWay = true)] void Put();")]
    [InlineData("[RpcMethod({|RPC0031:Delivery = (RpcDelivery)4|})] void Put();")]
    [InlineData("[RpcMethod({|RPC0032:Delivery = RpcDelivery.Unreliable|})] ValueTask Put();")]
    [InlineData("[RpcMethod({|RPC0032:Delivery = RpcDelivery.Unreliable|})] ValueTask<int> Get();")]
    [InlineData("[RpcMethod({|RPC0032:Delivery = RpcDelivery.Unreliable|})] IAsyncEnumerable<int> Get();")]
    [InlineData("[RpcMethod(Delivery = RpcDelivery.Unreliable, OneWay = true)] ValueTask Put();")]
    [InlineData("[RpcMethod({|RPC0033:Delivery = RpcDelivery.Sequenced|})] Task Put();")]
    [InlineData("[RpcMethod(Delivery = RpcDelivery.Sequenced)] IAsyncEnumerable<int> Get();")]
    [InlineData("[RpcMethod(Delivery = RpcDelivery.Ordered)] ValueTask<int> Get();")]
    [InlineData("[RpcMethod(Delivery = RpcDelivery.Unreliable, {|RPC0034:Redundant = true|})] void Put();")]
    [InlineData("[RpcMethod({|RPC0035:Idempotent = true|})] void Put();")]
    [InlineData("[{|RPC0036:RpcMethod(Name = \"x\")|}] void Put() { }")]
    [InlineData("[RpcMethod({|RPC0042:Name = \"\"|})] void Put();")]
    [InlineData("[RpcMethod({|RPC0042:Name = \"a b\"|})] void Put();")]
    [InlineData("[RpcMethod({|RPC0042:Name = \"a/b\"|})] void Put();")]
    [InlineData("[RpcMethod({|RPC0042:Name = \"\\ud800\"|})] void Put();")]
    [InlineData("[RpcMethod(Name = \"\\ud83d\\ude00\")] void Put();")]
    [InlineData("[RpcMethod(Name = null)] void Put();")]
    public Task Settings_suit_their_method(string member) => CheckAsync(member);

    [Theory]
    [InlineData("[RpcAuthorize] ValueTask Get();")]
    [InlineData("[RpcAuthorize(\"P\", Roles = \"a, b\")] [RpcAuthorize(Roles = \"c\")] ValueTask Get();")]
    [InlineData("[{|RPC0037:RpcAuthorize(\"\")|}] ValueTask Get();")]
    [InlineData("[{|RPC0037:RpcAuthorize(\" \")|}] ValueTask Get();")]
    [InlineData("[{|RPC0037:RpcAuthorize(null)|}] ValueTask Get();")]
    [InlineData("[{|RPC0037:RpcAuthorize(Roles = \"\")|}] ValueTask Get();")]
    [InlineData("[{|RPC0037:RpcAuthorize(\"P\", Roles = \" , \")|}] ValueTask Get();")]
    [InlineData("[RpcAuthorize(Roles = null)] ValueTask Get();")]
    [InlineData("[RpcAllowAnonymous, {|RPC0038:RpcAuthorize|}] ValueTask Get();")]
    [InlineData("[RpcAllowAnonymous] ValueTask Get();")]
    [InlineData("[{|RPC0039:RpcAuthorize|}] [{|RPC0039:RpcAuthorize(\"P\")|}] ValueTask Get() => default;")]
    [InlineData("[{|RPC0039:RpcAllowAnonymous|}] ValueTask Get() => default;")]
    public Task What_is_asked_of_callers_can_be_met(string member) => CheckAsync(member);

    [Fact]
    public Task What_a_contract_asks_of_callers_can_be_met() => MarkedSource.CheckAsync("""
        [RpcService, {|RPC0037:RpcAuthorize(Roles = ",")|}] public interface IEmpty { ValueTask A(); }
        [RpcService, RpcAllowAnonymous, {|RPC0038:RpcAuthorize|}] public interface IBoth { ValueTask A(); }
        [RpcService, RpcAuthorize] public interface IGood { [RpcAllowAnonymous] ValueTask A(); }
        """);

    [Theory]
    [InlineData("ValueTask A(int x); ValueTask {|RPC0040:A|}(string x);")]
    [InlineData("[RpcMethod(Name = \"B\")] ValueTask A(int x); ValueTask A(string x);")]
    [InlineData("ValueTask A(int x); [RpcMethod({|RPC0041:Name = \"A\"|})] ValueTask B(string x);")]
    [InlineData("[RpcMethod({|RPC0041:Name = \"B\"|})] ValueTask A(int x); ValueTask B(string x);")]
    [InlineData("[RpcMethod(Name = \"C\")] ValueTask A(int x); [RpcMethod({|RPC0041:Name = \"C\"|})] ValueTask B(string x);")]
    public Task Names_on_the_wire_differ(string members) => CheckAsync(members);

    [Theory]
    [InlineData("[RpcService] public interface {|RPC0001:IGame|}<T> { ValueTask A(); }")]
    [InlineData("public class Outer<T> { [RpcService] public interface {|RPC0001:IGame|} { ValueTask A(); } }")]
    [InlineData("public class Outer { [RpcService] private interface {|RPC0002:IGame|} { ValueTask A(); } }")]
    [InlineData("public class Outer { [RpcService] protected interface {|RPC0002:IGame|} { ValueTask A(); } }")]
    [InlineData("public class Outer { private class Inner { [RpcService] public interface {|RPC0002:IGame|} { ValueTask A(); } } }")]
    [InlineData("[RpcService] file interface {|RPC0002:IGame|} { ValueTask A(); }")]
    [InlineData("public class Outer { [RpcService] protected internal interface IGame { ValueTask A(); } }")]
    [InlineData("[{|RPC0004:RpcService(\"\")|}] public interface IGame { ValueTask A(); }")]
    [InlineData("[{|RPC0004:RpcService(\"a/b\")|}] public interface IGame { ValueTask A(); }")]
    [InlineData("[{|RPC0004:RpcService(null!)|}] public interface IGame { ValueTask A(); }")]
    [InlineData("[RpcService(\"X\")] public interface IGame { ValueTask A(); } [RpcService(\"X\")] public interface {|RPC0005:IOther|} { ValueTask B(); }")]
    public Task A_contract_is_a_plain_accessible_interface(string source) => MarkedSource.CheckAsync(source);

    [Fact]
    public Task Inherited_members_are_reported_where_they_are_declared() => MarkedSource.CheckAsync("""
        public interface IBase<T>
        {
            T {|RPC0010:Value|} { get; }
            {|RPC0013:T|} Get();
        }

        [RpcService]
        public interface IGame : IBase<int>
        {
            ValueTask A();
        }
        """);

    [Fact]
    public async Task Members_inherited_from_another_assembly_are_reported_at_the_contract()
    {
        var messages = await MarkedSource.CheckAsync("""
            [RpcService]
            public interface {|RPC0013:IGame|} : IDisposable, {|RPC0000:|}ICloneable
            {
            }
            """.Replace("{|RPC0000:|}", "", StringComparison.Ordinal));
        Assert.Contains("'Clone'", messages[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_names_with_one_id_are_reported()
    {
        // A pair of names whose 32-bit hashes collide is found within some hundred thousand tries.
        var seen = new Dictionary<uint, string>();
        var (first, second) = ("", "");
        for (var i = 0; second.Length == 0; i++)
        {
            var name = "M" + i;
            var id = Rpc.Protocol.MethodId.Compute("G", name);
            (first, second) = seen.TryGetValue(id, out var other) ? (other, name) : ("", "");
            seen[id] = name;
        }

        var messages = await MarkedSource.CheckAsync($$"""
            [RpcService("G")]
            public interface IGame
            {
                ValueTask {{first}}();
                ValueTask {|RPC0041:{{second}}|}();
            }
            """);
        Assert.Contains("id, 0x", messages[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_parameters_are_reported_at_the_method()
    {
        await MarkedSource.CheckAsync(Contract(249));
        await MarkedSource.CheckAsync(Contract(250).Replace("Put", "{|RPC0022:Put|}", StringComparison.Ordinal));

        static string Contract(int count) =>
            $$"""
            [RpcService]
            public interface IGame
            {
                ValueTask Put(CancellationToken token, IAsyncEnumerable<int> items, {{string.Join(", ", Enumerable.Range(0, count).Select(static i => $"int p{i}"))}});
            }
            """;
    }

    [Fact]
    public async Task A_project_of_an_older_language_is_told_so_and_gets_no_code()
    {
        var tree = Target.NetStandard.Parse(
            "[Rpc.RpcService] public interface IGame { System.Threading.Tasks.ValueTask A(); }", "File0.cs", Microsoft.CodeAnalysis.CSharp.LanguageVersion.CSharp8);
        var compilation = Target.NetStandard.Compile().AddSyntaxTrees(tree);

        var found = Assert.Single(await Analyzed.FindAsync(compilation));

        Assert.Equal("RPC0003", found.Id);
        Assert.Contains("C# 8.0", found.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.Empty(Generated.From(compilation).Files);
    }

    private static Task CheckAsync(string members) => MarkedSource.CheckAsync($$"""
        [RpcService]
        public interface IGame
        {
            {{members}}
        }
        """);
}
