using Rpc.Generator.Tests.Harness;

namespace Rpc.Generator.Tests.Behaviour;

/// <summary>What a generated proxy hands to its invoker.</summary>
public sealed class ProxyTests
{
    [Fact]
    public Task Arguments_are_one_object_in_order_without_the_token() => Scenario.RunAsync("""
        [RpcService("G")]
        public interface IGame
        {
            ValueTask<int> AddAsync(int a, CancellationToken cancellationToken, int b);
            ValueTask PingAsync();
        }

        public static class Scenario
        {
            public static async Task RunAsync()
            {
                var invoker = new RecordingInvoker();
                using var source = new CancellationTokenSource();
                var game = RpcContract<IGame>.Instance.CreateProxy(invoker, null);

                await game.AddAsync(1, source.Token, 2);
                Assert.Equal("020100000002000000", invoker.Last.Payload);
                Assert.Equal("CallAsync<T>", invoker.Last.Verb);
                Assert.Equal("G/AddAsync", invoker.Last.Method.FullName);
                Assert.Equal(RpcMethodKind.Call, invoker.Last.Method.Kind);
                Assert.Equal(source.Token, invoker.Last.CancellationToken);
                Assert.IsAssignableFrom<Rpc.Serialization.Formatter<int>>(invoker.Last.Formatter);
                Assert.Null(invoker.Last.Streams);
                Assert.Null(invoker.Last.Options);

                await game.PingAsync();
                Assert.Equal("00", invoker.Last.Payload);
                Assert.Equal("CallAsync", invoker.Last.Verb);
            }
        }
        """);

    [Fact]
    public Task A_method_goes_by_the_id_that_the_runtime_computes() => Scenario.RunAsync("""
        namespace Some.Space
        {
            public class Outer
            {
                [RpcService]
                public interface INested
                {
                    ValueTask OneAsync();
                    [RpcMethod(Name = "zwei-\u00fc")] ValueTask TwoAsync();
                }
            }
        }

        public static class Scenario
        {
            public static Task RunAsync()
            {
                var contract = RpcContract<Some.Space.Outer.INested>.Instance;
                Assert.Equal("Some.Space.Outer.INested", contract.Name);
                Assert.Equal(new[] { "OneAsync", "zwei-\u00fc" }, contract.Methods.Select(m => m.Name));
                Assert.All(contract.Methods, m => Assert.Equal(Rpc.Protocol.MethodId.Compute(contract.Name, m.Name), m.Id));
                Assert.All(contract.Methods.Select((m, i) => (m, i)), pair => Assert.Equal(pair.i, pair.m.Index));
                return Task.CompletedTask;
            }
        }
        """);

    [Fact]
    public Task Every_shape_calls_its_verb() => Scenario.RunAsync("""
        [RpcService("G")]
        public interface IGame
        {
            void Move(int x);
            [RpcMethod(OneWay = true)] ValueTask SendAsync(int x, CancellationToken cancellationToken = default);
            [RpcMethod(OneWay = true)] Task SendTaskAsync(int x);
            Task CallAsync();
            Task<string> NameAsync();
            IAsyncEnumerable<int> WatchAsync(int hz, CancellationToken cancellationToken = default);
        }

        public static class Scenario
        {
            public static async Task RunAsync()
            {
                var invoker = new RecordingInvoker();
                var game = RpcContract<IGame>.Instance.CreateProxy(invoker, null);
                using var source = new CancellationTokenSource();

                game.Move(7);
                Assert.Equal(("Send", RpcMethodKind.OneWay, "0107000000"), Last());
                await game.SendAsync(8, source.Token);
                Assert.Equal(("SendAsync", RpcMethodKind.OneWay, "0108000000"), Last());
                Assert.Equal(source.Token, invoker.Last.CancellationToken);
                await game.SendTaskAsync(9);
                Assert.Equal(("SendAsync", RpcMethodKind.OneWay, "0109000000"), Last());
                await game.CallAsync();
                Assert.Equal(("CallAsync", RpcMethodKind.Call, "00"), Last());
                await game.NameAsync();
                Assert.Equal(("CallAsync<T>", RpcMethodKind.Call, "00"), Last());
                await foreach (var item in game.WatchAsync(30, source.Token))
                {
                }

                Assert.Equal(("StreamAsync", RpcMethodKind.Stream, "011E000000"), Last());
                Assert.Equal(source.Token, invoker.Last.CancellationToken);

                (string, RpcMethodKind, string) Last() => (invoker.Last.Verb, invoker.Last.Method.Kind, invoker.Last.Payload);
            }
        }
        """);

    [Fact]
    public Task Streams_and_progress_travel_beside_the_arguments() => Scenario.RunAsync("""
        [RpcService("G")]
        public interface IGame
        {
            ValueTask<int> UploadAsync(IAsyncEnumerable<int> first, int a, IProgress<int>? progress, IAsyncEnumerable<string> second);
        }

        public static class Scenario
        {
            public static async Task RunAsync()
            {
                var invoker = new RecordingInvoker();
                var game = RpcContract<IGame>.Instance.CreateProxy(invoker, null);

                await game.UploadAsync(Items(1), 5, new Progress<int>(), Items("x"));
                Assert.Equal("020500000001", invoker.Last.Payload);
                Assert.Equal(3, invoker.Last.Streams!.Length);
                Assert.DoesNotContain(null, invoker.Last.Streams);
                Assert.Equal(3, invoker.Last.Method.StreamParameterCount);

                await game.UploadAsync(Items(1), 5, null, Items("x"));
                Assert.Equal("020500000000", invoker.Last.Payload);
                Assert.Null(invoker.Last.Streams![1]);

                var e = Assert.Throws<ArgumentNullException>(() => { _ = game.UploadAsync(Items(1), 5, null, null!); });
                Assert.Equal("second", e.ParamName);
                Assert.Equal(2, invoker.Calls.Count);
            }

            private static async IAsyncEnumerable<T> Items<T>(T item)
            {
                await Task.CompletedTask;
                yield return item;
            }
        }
        """);

    [Fact]
    public Task Settings_reach_the_descriptor() => Scenario.RunAsync("""
        [RpcService("G")]
        public interface IGame
        {
            [RpcMethod(Delivery = RpcDelivery.Sequenced, Redundant = true)] void Move(int x);
            [RpcMethod(Delivery = RpcDelivery.Ordered, Idempotent = true)] ValueTask BuyAsync(int x);
        }

        public static class Scenario
        {
            public static Task RunAsync()
            {
                var methods = RpcContract<IGame>.Instance.Methods.ToDictionary(m => m.Name);
                Assert.Equal((RpcDelivery.Sequenced, true, false), Settings(methods["Move"]));
                Assert.Equal((RpcDelivery.Ordered, false, true), Settings(methods["BuyAsync"]));
                return Task.CompletedTask;

                static (RpcDelivery, bool, bool) Settings(RpcMethodDescriptor m) => (m.Delivery, m.Redundant, m.Idempotent);
            }
        }
        """);

    [Fact]
    public Task With_gives_a_proxy_of_the_same_contract_with_other_options() => Scenario.RunAsync("""
        namespace A
        {
            [RpcService("Base")]
            public interface IBase
            {
                ValueTask OneAsync();
            }

            [RpcService("Derived")]
            public interface IDerived : IBase
            {
                ValueTask TwoAsync();
            }

            public sealed class Direct : IDerived
            {
                public ValueTask OneAsync() => default;
                public ValueTask TwoAsync() => default;
            }
        }

        public static class Scenario
        {
            public static async Task RunAsync()
            {
                var invoker = new RecordingInvoker();
                var options = new RpcCallOptions { Timeout = TimeSpan.FromSeconds(1) };
                A.IDerived derived = RpcContract<A.IDerived>.Instance.CreateProxy(invoker, null);

                A.IDerived with = A.IDerived_RpcExtensions.With(derived, options);
                await with.TwoAsync();
                Assert.Same(options, invoker.Last.Options);
                await derived.TwoAsync();
                Assert.Null(invoker.Last.Options);

                A.IBase asBase = A.IBase_RpcExtensions.With(derived, options);
                await asBase.OneAsync();
                Assert.Equal("Derived/OneAsync", invoker.Last.Method.FullName);
                Assert.Same(options, invoker.Last.Options);

                var e = Assert.Throws<InvalidOperationException>(() => A.IDerived_RpcExtensions.With(new A.Direct(), options));
                Assert.Contains("not a proxy", e.Message);
                Assert.Throws<ArgumentNullException>(() => A.IDerived_RpcExtensions.With(derived, null!));
                Assert.Throws<ArgumentNullException>(() => A.IDerived_RpcExtensions.With(null!, options));
            }
        }
        """);

    [Fact]
    public Task Arguments_that_cannot_be_written_fail_the_call_and_nothing_is_sent() => Scenario.RunAsync("""
        [RpcService("G")]
        public interface IGame
        {
            void Send(string text);
            [RpcMethod(OneWay = true)] ValueTask SendAsync(string text);
            ValueTask CallAsync(string text);
            Task TaskAsync(string text);
            ValueTask<int> ResultAsync(string text);
            Task<int> TaskResultAsync(string text);
            IAsyncEnumerable<int> StreamAsync(string text);
        }

        public static class Scenario
        {
            public static async Task RunAsync()
            {
                var invoker = new RecordingInvoker { Limit = 8 * 1024 };
                var game = RpcContract<IGame>.Instance.CreateProxy(invoker, null);
                await Check("\ud800", RpcStatusCode.InvalidArgument);
                await Check(new string('x', 100_000), RpcStatusCode.ResourceExhausted);
                Assert.Empty(invoker.Calls);

                async Task Check(string text, RpcStatusCode status)
                {
                    var failures = new List<RpcException>
                    {
                        Assert.Throws<RpcException>(() => game.Send(text)),
                        Assert.Throws<RpcException>(() => { _ = game.StreamAsync(text); }),
                    };

                    // The others report by their task, so the call itself does not throw.
                    var tasks = new[]
                    {
                        game.SendAsync(text).AsTask(), game.CallAsync(text).AsTask(), game.TaskAsync(text),
                        game.ResultAsync(text).AsTask(), game.TaskResultAsync(text),
                    };
                    foreach (var task in tasks)
                    {
                        failures.Add(await Assert.ThrowsAsync<RpcException>(() => task));
                    }

                    Assert.All(failures, e => Assert.Equal(status, e.StatusCode));
                }
            }
        }
        """);

    [Fact]
    public Task A_cancelled_token_keeps_a_one_way_message_from_being_sent() => Scenario.RunAsync("""
        [RpcService("G")]
        public interface IGame
        {
            void Move(int x, CancellationToken cancellationToken);
        }

        public static class Scenario
        {
            public static Task RunAsync()
            {
                var invoker = new RecordingInvoker();
                var game = RpcContract<IGame>.Instance.CreateProxy(invoker, null);
                Assert.Throws<OperationCanceledException>(() => game.Move(1, new CancellationToken(canceled: true)));
                Assert.Empty(invoker.Calls);
                game.Move(1, default);
                Assert.Single(invoker.Calls);
                return Task.CompletedTask;
            }
        }
        """);

    [Fact]
    public Task Names_that_the_base_class_uses_are_free_for_the_contract() => Scenario.RunAsync("""
        [RpcService("G")]
        public interface IGame
        {
            ValueTask Options(int Invoker, int Options);
            ValueTask Invoker(int payload, int writer, int streams, int exception, int M0, int F0, int D0, int payload_);
            ValueTask BeginPayload(int service, int call, int reader, int count, int @class, int SerializationFailed);
            ValueTask WithOptions(int @event);
            ValueTask With(int value);
            new ValueTask<string> ToString();
            new ValueTask<int> GetHashCode();
            new ValueTask<string> GetType();
        }

        public sealed class Game : IGame
        {
            public string Seen = "";
            public ValueTask Options(int a, int b) => See(a, b);
            public ValueTask Invoker(int a, int b, int c, int d, int e, int f, int g, int h) => See(a, b, c, d, e, f, g, h);
            public ValueTask BeginPayload(int a, int b, int c, int d, int e, int f) => See(a, b, c, d, e, f);
            public ValueTask WithOptions(int a) => See(a);
            public ValueTask With(int a) => See(a);
            ValueTask<string> IGame.ToString() => new("string");
            ValueTask<int> IGame.GetHashCode() => new(42);
            ValueTask<string> IGame.GetType() => new("type");

            private ValueTask See(params int[] values)
            {
                Seen = string.Join(",", values);
                return default;
            }
        }

        public static class Scenario
        {
            public static Task RunAsync()
            {
                var service = new Game();
                return Loop.RunAsync<IGame, IGame>(service, async game =>
                {
                    await game.Options(1, 2);
                    Assert.Equal("1,2", service.Seen);
                    await game.Invoker(1, 2, 3, 4, 5, 6, 7, 8);
                    Assert.Equal("1,2,3,4,5,6,7,8", service.Seen);
                    await game.BeginPayload(1, 2, 3, 4, 5, 6);
                    Assert.Equal("1,2,3,4,5,6", service.Seen);
                    await game.WithOptions(9);
                    Assert.Equal("9", service.Seen);
                    await game.With(10);
                    Assert.Equal("10", service.Seen);
                    Assert.Equal("string", await game.ToString());
                    Assert.Equal(42, await game.GetHashCode());
                    Assert.Equal("type", await game.GetType());
                });
            }
        }
        """);
}
