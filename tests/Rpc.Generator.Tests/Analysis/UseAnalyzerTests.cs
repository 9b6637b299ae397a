namespace Rpc.Generator.Tests.Analysis;

/// <summary>How contracts are used and implemented.</summary>
public sealed class UseAnalyzerTests
{
    private const string Contracts = """

        [RpcService] public interface IGame { void Move(int x); ValueTask Wait(); }
        public interface IPlain { void Move(int x); }
        public sealed class Game : IGame { public void Move(int x) { } public ValueTask Wait() => default; }
        """;

    [Theory]
    [InlineData("connection.GetProxy<IGame>();")]
    [InlineData("connection.GetProxy<{|RPC0006:IPlain|}>();")]
    [InlineData("connection?.GetProxy<{|RPC0006:IPlain|}>();")]
    [InlineData("connection.GetProxy<{|RPC0007:Game|}>();")]
    [InlineData("options.Serve<IGame>(new Game());")]
    [InlineData("options.{|RPC0007:Serve|}(new Game());")]
    [InlineData("builder.AddService<IGame, Game>();")]
    [InlineData("builder.AddService<{|RPC0007:Game|}, Game>();")]
    [InlineData("builder.AddService<{|RPC0006:IPlain|}>(_ => null!);")]
    [InlineData("groups.Get<{|RPC0006:IPlain|}>(\"all\");")]
    [InlineData("groups.Join<IGame>(\"all\", connection);")]
    [InlineData("Other.GetProxy<IPlain>();")]
    public Task What_is_asked_for_as_a_contract_is_one(string statement) => MarkedSource.CheckAsync($$"""
        public static class Use
        {
            public static void Run(RpcConnection connection, Rpc.Client.RpcClientOptions options, Rpc.Server.RpcServerBuilder builder, Rpc.Server.RpcGroups groups)
            {
                {{statement}}
            }

            // Whoever writes generic code passes the question on.
            public static T Generic<T>(RpcConnection connection)
                where T : class => connection.GetProxy<T>();
        }

        public static class Other
        {
            public static void GetProxy<T>()
            {
            }
        }
        """ + Contracts);

    [Theory]
    [InlineData("public async void {|RPC0015:Move|}(int x) => await Task.Yield();")]
    [InlineData("async void IGame.{|RPC0015:Move|}(int x) => await Task.Yield();")]
    [InlineData("public void Move(int x) => Local(x); private async void Local(int x) => await Task.Yield();")]
    public Task An_implementation_is_not_async_void(string method) => MarkedSource.CheckAsync($$"""
        public class Service : IGame
        {
            {{method}}
            public async ValueTask Wait() => await Task.Yield();
        }
        """ + Contracts);

    [Fact]
    public Task An_implementation_of_an_inherited_method_is_not_async_void() => MarkedSource.CheckAsync("""
        [RpcService] public interface IDerived : IPlain { }
        public class Service : IDerived { public async void {|RPC0015:Move|}(int x) => await Task.Yield(); }
        public class Plain : IPlain { public async void Move(int x) => await Task.Yield(); }
        """ + Contracts);

    [Fact]
    public Task Settings_on_an_implementation_are_reported() => MarkedSource.CheckAsync("""
        public class Service : IGame
        {
            [{|RPC0036:RpcMethod(Name = "x")|}] public void Move(int x) { }
            [Obsolete, {|RPC0036:RpcMethod|}] public ValueTask Wait() => default;
        }
        """ + Contracts);

    [Fact]
    public Task Protection_on_an_implementation_is_an_error() => MarkedSource.CheckAsync("""
        public class Service : IGame
        {
            [{|RPC0039:RpcAuthorize|}] public void Move(int x) { }
            [{|RPC0039:RpcAuthorize(Roles = "admin")|}, {|RPC0039:RpcAllowAnonymous|}] public ValueTask Wait() => default;
        }
        """ + Contracts);
}
