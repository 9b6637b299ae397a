using Rpc.Generator.Tests.Harness;

namespace Rpc.Generator.Tests.Behaviour;

/// <summary>From proxy to service and back through the engine.</summary>
public sealed class RoundTripTests
{
    [Fact]
    public Task Every_shape_reaches_the_service_and_comes_back() => Scenario.RunAsync("""
        [RpcService]
        public interface IGame
        {
            ValueTask<int> AddAsync(int a, int b, CancellationToken cancellationToken = default);
            Task<string?> EchoAsync(string? text);
            ValueTask PingAsync();
            Task PongAsync(CancellationToken cancellationToken);
            void Move(int x);
            [RpcMethod(OneWay = true)] ValueTask SendAsync(int x);
            [RpcMethod(OneWay = true)] Task SendTaskAsync(int x);
            ValueTask<string> SeenAsync();
            IAsyncEnumerable<int> CountAsync(int to, CancellationToken cancellationToken = default);
            ValueTask<int> SumAsync(IAsyncEnumerable<int> numbers, IProgress<int>? progress = null);
            IAsyncEnumerable<string> TalkAsync(IAsyncEnumerable<int> numbers, string suffix);
        }

        public sealed class Game : IGame
        {
            private readonly List<int> _seen = new();
            private readonly SemaphoreSlim _arrived = new(0);

            public ValueTask<int> AddAsync(int a, int b, CancellationToken cancellationToken) => new(a + b);
            public async Task<string?> EchoAsync(string? text)
            {
                await Task.Yield();
                return text;
            }

            public ValueTask PingAsync() => default;
            public Task PongAsync(CancellationToken cancellationToken) => Task.CompletedTask;
            public void Move(int x) => See(x);
            public ValueTask SendAsync(int x)
            {
                See(x);
                return default;
            }

            public Task SendTaskAsync(int x)
            {
                See(x);
                return Task.CompletedTask;
            }

            public async ValueTask<string> SeenAsync()
            {
                for (var i = 0; i < 3; i++)
                {
                    Assert.True(await _arrived.WaitAsync(TimeSpan.FromSeconds(30)));
                }

                lock (_seen)
                {
                    return string.Join(",", _seen.OrderBy(x => x));
                }
            }

            public async IAsyncEnumerable<int> CountAsync(int to, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
            {
                for (var i = 1; i <= to; i++)
                {
                    await Task.Yield();
                    yield return i;
                }
            }

            public async ValueTask<int> SumAsync(IAsyncEnumerable<int> numbers, IProgress<int>? progress)
            {
                var sum = 0;
                await foreach (var number in numbers)
                {
                    sum += number;
                }

                progress!.Report(sum);
                return sum;
            }

            public async IAsyncEnumerable<string> TalkAsync(IAsyncEnumerable<int> numbers, string suffix)
            {
                await foreach (var number in numbers)
                {
                    yield return number + suffix;
                }
            }

            private void See(int x)
            {
                lock (_seen)
                {
                    _seen.Add(x);
                }

                _arrived.Release();
            }
        }

        public static class Scenario
        {
            public static Task RunAsync() => Loop.RunAsync<IGame, IGame>(new Game(), async game =>
            {
                Assert.Equal(5, await game.AddAsync(2, 3));
                Assert.Equal("text", await game.EchoAsync("text"));
                Assert.Null(await game.EchoAsync(null));
                await game.PingAsync();
                await game.PongAsync(default);
                game.Move(1);
                await game.SendAsync(2);
                await game.SendTaskAsync(3);
                Assert.Equal("1,2,3", await game.SeenAsync());
                Assert.Equal(new[] { 1, 2, 3 }, await ToList(game.CountAsync(3)));
                var reported = new TaskCompletionSource<int>();
                Assert.Equal(6, await game.SumAsync(Items(1, 2, 3), new Reporter(reported)));
                Assert.Equal(6, await reported.Task);
                Assert.Equal(0, await game.SumAsync(Items<int>()));
                Assert.Equal(new[] { "1!", "2!" }, await ToList(game.TalkAsync(Items(1, 2), "!")));
            });

            private static async IAsyncEnumerable<T> Items<T>(params T[] items)
            {
                await Task.CompletedTask;
                foreach (var item in items)
                {
                    yield return item;
                }
            }

            private static async Task<List<T>> ToList<T>(IAsyncEnumerable<T> items)
            {
                var list = new List<T>();
                await foreach (var item in items)
                {
                    list.Add(item);
                }

                return list;
            }

            private sealed class Reporter : IProgress<int>
            {
                private readonly TaskCompletionSource<int> _source;
                public Reporter(TaskCompletionSource<int> source) => _source = source;
                public void Report(int value) => _source.TrySetResult(value);
            }
        }
        """);

    [Fact]
    public Task A_caller_who_sends_fewer_arguments_gets_the_default_values() => Scenario.RunAsync("""
        [RpcService("G")]
        public interface IOld
        {
            ValueTask<string> JoinAsync(string name);
        }

        [RpcService("G")]
        public interface INew
        {
            ValueTask<string> JoinAsync(string name, int level = 7, string? clan = "a\"b\\\n\u0001", string? none = null, params string[] tags);
        }

        public sealed class Service : INew
        {
            public ValueTask<string> JoinAsync(string name, int level, string? clan, string? none, params string[] tags) =>
                new($"{name}|{level}|{clan}|{none ?? "null"}|{tags.Length}");
        }

        public static class Scenario
        {
            public static Task RunAsync() => Loop.RunAsync<INew, IOld>(new Service(), async old =>
                Assert.Equal("kim|7|a\"b\\\n\u0001|null|0", await old.JoinAsync("kim")));
        }
        """);

    [Fact]
    public Task Arguments_that_the_service_does_not_know_are_ignored() => Scenario.RunAsync("""
        [RpcService("G")]
        public interface IOld
        {
            ValueTask<string> JoinAsync(string name);
        }

        [RpcService("G")]
        public interface INew
        {
            ValueTask<string> JoinAsync(string name, int level = 7);
        }

        public sealed class Service : IOld
        {
            public ValueTask<string> JoinAsync(string name) => new(name);
        }

        public static class Scenario
        {
            public static Task RunAsync() => Loop.RunAsync<IOld, INew>(new Service(), async client => Assert.Equal("kim", await client.JoinAsync("kim", 9)));
        }
        """);

    [Fact]
    public Task A_missing_argument_without_a_default_value_is_an_invalid_argument() => Scenario.RunAsync("""
        [RpcService("G")]
        public interface IOld
        {
            ValueTask<string> JoinAsync(string name);
            ValueTask NoneAsync();
        }

        [RpcService("G")]
        public interface INew
        {
            ValueTask<string> JoinAsync(string name, int level, int rank);
            ValueTask NoneAsync(int one);
        }

        public sealed class Service : INew
        {
            public ValueTask<string> JoinAsync(string name, int level, int rank) => throw new InvalidOperationException("called");
            public ValueTask NoneAsync(int one) => throw new InvalidOperationException("called");
        }

        public static class Scenario
        {
            public static Task RunAsync() => Loop.RunAsync<INew, IOld>(new Service(), async old =>
            {
                var e = await Assert.ThrowsAsync<RpcException>(() => old.JoinAsync("kim").AsTask());
                Assert.Equal(RpcStatusCode.InvalidArgument, e.StatusCode);
                Assert.Contains("'level'", e.Message);
                e = await Assert.ThrowsAsync<RpcException>(() => old.NoneAsync().AsTask());
                Assert.Equal(RpcStatusCode.InvalidArgument, e.StatusCode);
                Assert.Contains("'one'", e.Message);
            });
        }
        """);

    [Fact]
    public Task Inherited_methods_belong_to_the_derived_contract() => Scenario.RunAsync("""
        public interface IRoot
        {
            ValueTask<string> RootAsync();
        }

        public interface ILeft : IRoot
        {
            ValueTask<string> LeftAsync();
        }

        public interface IRepository<T> : IRoot
        {
            ValueTask<T> GetAsync(int id);
        }

        [RpcService("D")]
        public interface IDiamond : ILeft, IRepository<string>
        {
            ValueTask<string> LocalAsync() => new("here");
            ValueTask<string> CalledLocalAsync() => LocalAsync();
        }

        public sealed class Service : IDiamond
        {
            public ValueTask<string> RootAsync() => new("root");
            public ValueTask<string> LeftAsync() => new("left");
            public ValueTask<string> GetAsync(int id) => new("item " + id);
            public ValueTask<string> LocalAsync() => throw new InvalidOperationException("remote");
        }

        public static class Scenario
        {
            public static Task RunAsync()
            {
                Assert.Equal(new[] { "GetAsync", "LeftAsync", "RootAsync" }, RpcContract<IDiamond>.Instance.Methods.Select(m => m.Name));
                return Loop.RunAsync<IDiamond, IDiamond>(new Service(), async proxy =>
                {
                    Assert.Equal("root", await proxy.RootAsync());
                    Assert.Equal("left", await ((ILeft)proxy).LeftAsync());
                    Assert.Equal("item 3", await ((IRepository<string>)proxy).GetAsync(3));
                    Assert.Equal("here", await proxy.CalledLocalAsync());
                });
            }
        }
        """);

    [Fact]
    public Task Redeclared_twin_and_defaulted_methods_are_what_a_class_would_implement() => Scenario.RunAsync("""
        public interface IFirst
        {
            ValueTask<string> SameAsync((int A, int B) pair);
            ValueTask<string> HiddenAsync();
            ValueTask<string> FilledAsync();
            ValueTask<string> EmptiedAsync();
        }

        public interface ISecond
        {
            ValueTask<string> SameAsync((int A, int B) pair);
        }

        public interface IFilling : IFirst
        {
            ValueTask<string> IFirst.FilledAsync() => new("filled here");
            ValueTask<string> IFirst.EmptiedAsync() => new("filled here");
        }

        [RpcService("C")]
        public interface IContract : IFilling, ISecond
        {
            new ValueTask<string> HiddenAsync();
            abstract ValueTask<string> IFirst.EmptiedAsync();
        }

        public sealed class Service : IContract
        {
            public ValueTask<string> SameAsync((int A, int B) pair) => new($"{pair.A},{pair.B}");
            public ValueTask<string> HiddenAsync() => new("new");
            ValueTask<string> IFirst.HiddenAsync() => new("old");
            public ValueTask<string> EmptiedAsync() => new("served");
        }

        public static class Scenario
        {
            public static Task RunAsync()
            {
                Assert.Equal(new[] { "EmptiedAsync", "HiddenAsync", "SameAsync" }, RpcContract<IContract>.Instance.Methods.Select(m => m.Name));
                return Loop.RunAsync<IContract, IContract>(new Service(), async proxy =>
                {
                    Assert.Equal("1,2", await ((IFirst)proxy).SameAsync((1, 2)));
                    Assert.Equal("3,4", await ((ISecond)proxy).SameAsync((3, 4)));
                    Assert.Equal("new", await proxy.HiddenAsync());
                    Assert.Equal("new", await ((IFirst)proxy).HiddenAsync());
                    Assert.Equal("filled here", await ((IFirst)proxy).FilledAsync());
                    Assert.Equal("served", await ((IFirst)proxy).EmptiedAsync());
                });
            }
        }
        """);

    [Fact]
    public Task Overloads_are_told_apart_by_their_names_on_the_wire() => Scenario.RunAsync("""
        [RpcService]
        public interface IPlayers
        {
            ValueTask<string> FindAsync(int id);
            [RpcMethod(Name = "ByName")] ValueTask<string> FindAsync(string name);
            [RpcMethod(Name = "ByBoth")] ValueTask<string> FindAsync(int id, string name);
        }

        public sealed class Players : IPlayers
        {
            public ValueTask<string> FindAsync(int id) => new($"id {id}");
            public ValueTask<string> FindAsync(string name) => new($"name {name}");
            public ValueTask<string> FindAsync(int id, string name) => new($"both {id} {name}");
        }

        public static class Scenario
        {
            public static Task RunAsync() => Loop.RunAsync<IPlayers, IPlayers>(new Players(), async players =>
            {
                Assert.Equal("id 1", await players.FindAsync(1));
                Assert.Equal("name x", await players.FindAsync("x"));
                Assert.Equal("both 2 y", await players.FindAsync(2, "y"));
            });
        }
        """);
}
