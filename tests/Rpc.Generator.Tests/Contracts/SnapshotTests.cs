using Rpc.Generator.Tests.Harness;

namespace Rpc.Generator.Tests.Contracts;

/// <summary>The text that is written for each feature; compiled as C# 9 on netstandard2.1 and as C# 14 on net10.0, which differ in the registration alone.</summary>
public sealed class SnapshotTests
{
    [Fact]
    public void Calls() => Match("""
        [RpcService]
        public interface IGame
        {
            ValueTask PingAsync();
            Task PongAsync(CancellationToken cancellationToken = default);
            ValueTask<int> AddAsync(int a, int b);
            Task<string?> NameAsync(int id, CancellationToken cancellationToken, string? fallback);
        }
        """);

    [Fact]
    public void OneWay() => Match("""
        [RpcService]
        public interface IGame
        {
            [RpcMethod(Delivery = RpcDelivery.Sequenced, Redundant = true)] void Move(int x, int y);
            void Stop(CancellationToken cancellationToken);
            [RpcMethod(OneWay = true)] ValueTask SayAsync(string text, CancellationToken cancellationToken = default);
            [RpcMethod(OneWay = true, Delivery = RpcDelivery.Ordered)] Task ShoutAsync(string text);
        }
        """);

    [Fact]
    public void Streams() => Match("""
        [RpcService]
        public interface IGame
        {
            IAsyncEnumerable<int> WatchAsync(int hz, CancellationToken cancellationToken = default);
            [RpcMethod(Delivery = RpcDelivery.Sequenced)] IAsyncEnumerable<string?> NamesAsync();
            ValueTask<int> UploadAsync(IAsyncEnumerable<string> chunks);
        }
        """);

    [Fact]
    public void Duplex() => Match("""
        [RpcService]
        public interface IGame
        {
            IAsyncEnumerable<string> TalkAsync(string room, IAsyncEnumerable<string> lines, IAsyncEnumerable<int> pings, CancellationToken cancellationToken);
        }
        """);

    [Fact]
    public void Progress() => Match("""
        [RpcService]
        public interface IGame
        {
            ValueTask LoadAsync(int level, IProgress<int> progress, string map, IProgress<string?>? log = null);
        }
        """);

    [Fact]
    public void Authorization() => Match("""
        public interface IOpen
        {
            ValueTask ReadAsync();
            [RpcAuthorize("Writers")] ValueTask WriteAsync();
            [RpcAuthorize("Old")] ValueTask HiddenAsync();
        }

        [RpcAuthorize(Roles = "staff")]
        public interface IStaff : IOpen
        {
        }

        [RpcAllowAnonymous]
        public interface IPublic
        {
            ValueTask PeekAsync();
            [RpcAuthorize] ValueTask TouchAsync();
        }

        [RpcService]
        public interface IGame : IStaff, IPublic
        {
            ValueTask PlainAsync();
            [RpcAuthorize(Roles = "admin, mod,admin")] [RpcAuthorize("Q\"uote")] ValueTask BanAsync();
            [RpcAllowAnonymous, RpcMethod(RateLimit = "logins")] ValueTask LoginAsync();
            [RpcAuthorize("New")] new ValueTask HiddenAsync();
        }
        """);

    [Fact]
    public void Overloads() => Match("""
        [RpcService]
        public interface IPlayers
        {
            ValueTask<int> FindAsync(int id);
            [RpcMethod(Name = "FindByNameAsync", Idempotent = true)] ValueTask<int> FindAsync(string name);
        }
        """);

    [Fact]
    public void Inheritance() => Match("""
        public interface IRoot
        {
            ValueTask RootAsync();
            ValueTask HiddenAsync(int x);
            ValueTask DefaultAsync() => default;
        }

        public interface ILeft : IRoot { ValueTask SameAsync(int left); }
        public interface IRight : IRoot { ValueTask SameAsync(int right); }

        [RpcService("Diamond")]
        public interface IDiamond : ILeft, IRight
        {
            new ValueTask HiddenAsync(int y);
        }
        """);

    [Fact]
    public void Generics() => Match("""
        public interface IRepository<TKey, T>
        {
            ValueTask<T> GetAsync(TKey key);
            IAsyncEnumerable<T> AllAsync();
        }

        [RpcService]
        public interface INames : IRepository<int, string>
        {
        }
        """);

    [Fact]
    public void Defaults() => Match("""
        [RpcService]
        public interface IGame
        {
            ValueTask JoinAsync(string name, int level = -7, string? clan = null, string title = "a\"b\\\n\u0001\ud83d", CancellationToken cancellationToken = default, IProgress<int>? progress = null);
            ValueTask AllAsync(int a = int.MinValue, int b = 0x7fffffff, string c = nameof(AllAsync));
        }
        """);

    [Fact]
    public void Nested() => Match("""
        public class Outer
        {
            public class Inner
            {
                [RpcService]
                internal interface IGame
                {
                    ValueTask PingAsync();
                }
            }
        }
        """);

    [Fact]
    public void Names_that_collide() => Match("""
        [RpcService]
        public interface IGame
        {
            ValueTask Options(int Invoker, string @class, int payload, int payload_, int reader, int M0);
        }
        """);

    [Fact]
    public void Obsolete() => Match("""
        [RpcService]
        [Obsolete("old")]
        public interface IGame
        {
            [Obsolete("gone", error: true)] ValueTask GoneAsync(int x);
        }
        """);

    [Fact]
    public void Empty() => Match("""
        [RpcService]
        public interface IMarker
        {
        }
        """);

    private static void Match(string contract, [System.Runtime.CompilerServices.CallerMemberName] string name = "")
    {
        var source = $$"""
            using System;
            using System.Collections.Generic;
            using System.Threading;
            using System.Threading.Tasks;
            using Rpc;

            namespace N
            {
                {{contract}}
            }
            """;
        var oldest = Generated.Cleanly(Target.NetStandard, source);
        var newest = Generated.Cleanly(Target.Net10, source);
        Assert.Equal(
            oldest.Files.Where(static f => f.Key != "Rpc.Registration.g.cs").OrderBy(static f => f.Key),
            newest.Files.Where(static f => f.Key != "Rpc.Registration.g.cs").OrderBy(static f => f.Key));
        Snapshot.Match(oldest, "Contracts/" + name);
    }
}
