using System.Collections.Concurrent;
using System.Threading.Channels;
using Rpc.Client;
using Rpc.Server;
using Rpc.Transport.Conformance.Messages;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Udp.Tests.EndToEnd;

public sealed class RedundantAnswerTests
{
    [Fact]
    public async Task The_answer_of_a_redundant_call_is_redundant_and_that_of_another_is_not()
    {
        var name = $"redundant-{Guid.NewGuid():n}";
        var sent = new ConcurrentQueue<MessageOptions>();
        await using var server = RpcServer.Create(rpc => rpc
            .AddService<IField>(connection => new Field(connection, Channel.CreateUnbounded<(string, int)>()))
            .AddTransport(new RecordingTransport(MessagePairTransport.CreateServerTransport(name), sent)));
        await server.StartAsync();
        await using var client = await RpcClient.ConnectAsync(
            new Uri($"{MessagePairTransport.Scheme}://{name}"), static rpc => rpc.AddTransport(new MessagePairTransport(new MessagePairOptions())));
        var field = client.GetProxy<IField>();
        sent.Clear();
        Assert.Equal(3, await field.AddAsync(1, 2));
        Assert.DoesNotContain(sent, static options => options.Redundant);
        Assert.Equal(4, await field.TwiceAsync(2));
        Assert.Contains(sent, static options => options is { Delivery: RpcDelivery.Reliable, Redundant: true });
    }

    private sealed class RecordingTransport(IRpcServerTransport inner, ConcurrentQueue<MessageOptions> sent) : IRpcServerTransport
    {
        public async ValueTask<IRpcListener> ListenAsync(ListenContext context, CancellationToken cancellationToken) =>
            new Listener(await inner.ListenAsync(context, cancellationToken), sent);
    }

    private sealed class Listener(IRpcListener inner, ConcurrentQueue<MessageOptions> sent) : IRpcListener
    {
        public Uri Address => inner.Address;

        public async ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken) =>
            await inner.AcceptAsync(cancellationToken) is MessageTransportConnection accepted ? new Recorder(accepted, sent) : null;

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class Recorder(MessageTransportConnection inner, ConcurrentQueue<MessageOptions> sent) : MessageTransportConnection
    {
        public override string Scheme => inner.Scheme;

        public override int MaxMessageSize => inner.MaxMessageSize;

        public override int MaxUnreliableMessageSize => inner.MaxUnreliableMessageSize;

        public override bool TrySend(ReadOnlySpan<byte> message, MessageOptions options)
        {
            sent.Enqueue(options);
            return inner.TrySend(message, options);
        }

        public override void Flush() => inner.Flush();

        public override ValueTask WaitToSendAsync(CancellationToken cancellationToken) => inner.WaitToSendAsync(cancellationToken);

        public override ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken) => inner.WaitToReceiveAsync(cancellationToken);

        public override bool TryReceive(out ReadOnlyMemory<byte> message) => inner.TryReceive(out message);

        public override ValueTask CloseAsync(CancellationToken cancellationToken) => inner.CloseAsync(cancellationToken);

        public override void Abort() => inner.Abort();

        public override ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
