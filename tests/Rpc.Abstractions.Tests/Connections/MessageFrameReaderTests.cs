using System.Threading.Channels;
using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Rpc.Protocol;
using Rpc.Transport.Conformance.Messages;
using Rpc.Transports;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class MessageFrameReaderTests
{
    private readonly MessageTransportConnection _transport;
    private readonly MessageTransportConnection _peer;
    private readonly Recorder _recorder = new();
    private readonly RpcLimits _limits = new() { MaxFrameSize = 2000, MaxInboundBytes = 1024 * 1024 };

    public MessageFrameReaderTests() => (_transport, _peer) = MessagePairTransport.CreatePair();

    [Fact]
    public async Task Messages_are_frames_and_those_that_came_before_the_handshake_ended_are_first()
    {
        Send(3, 0);
        Send(4, 300);
        Start([new byte[] { 1 }, new byte[] { 2, 2, 2 }]);
        Send(5, 7);
        Assert.Equal([(1, 0), (2, 2), (3, 0), (4, 300), (5, 7)], await TakeAsync(5));
    }

    [Fact]
    public async Task Thousands_of_messages_arrive_in_order_each_with_its_own_bytes()
    {
        Start();
        for (var i = 0; i < 5000; i++)
        {
            Send((byte)(i % 100), i % 200);
        }

        var frames = await TakeAsync(5000);
        Assert.Equal(Enumerable.Range(0, 5000).Select(static i => (i % 100, i % 200)), frames);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3000)]
    public async Task A_message_without_a_type_or_beyond_the_limit_breaks_the_protocol(int length)
    {
        Start();
        Assert.True(_peer.TrySend(new byte[length], new MessageOptions(RpcDelivery.Ordered)));
        _peer.Flush();
        Assert.IsType<ProtocolException>(await _recorder.Ended.Patiently());
    }

    [Fact]
    public async Task The_peers_end_comes_after_its_messages()
    {
        Start();
        Send(1, 5);
        var closing = _peer.CloseAsync(default).AsTask();
        Assert.Equal([(1, 5)], await TakeAsync(1));
        Assert.Null(await _recorder.Ended.Patiently());
        await closing.Patiently();
    }

    [Fact]
    public async Task A_cut_is_told_with_its_reason()
    {
        Start();
        _peer.Abort();
        Assert.IsType<TransportException>(await _recorder.Ended.Patiently());
    }

    private void Start(IReadOnlyList<ReadOnlyMemory<byte>>? early = null) => new MessageFrameReader(_transport, new Drain(), _recorder, _limits, early ?? []).Start();

    private void Start(byte[][] early) => Start([.. early.Select(static message => (ReadOnlyMemory<byte>)message)]);

    private void Send(byte type, int length)
    {
        var message = new byte[length + 1];
        message.AsSpan().Fill(type);
        Assert.True(_peer.TrySend(message, new MessageOptions(RpcDelivery.Ordered)));
        _peer.Flush();
    }

    private async Task<List<(int, int)>> TakeAsync(int count)
    {
        var taken = new List<(int, int)>();
        while (taken.Count < count)
        {
            var (type, body) = await _recorder.Frames.Reader.ReadAsync().Patiently();
            Assert.All(body, value => Assert.Equal(type, value));
            taken.Add((type, body.Length));
        }

        return taken;
    }

    private sealed class Recorder : IFrameHandler
    {
        private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Channel<(byte Type, byte[] Body)> Frames { get; } = Channel.CreateUnbounded<(byte, byte[])>();

        public Task<Exception?> Ended => _ended.Task;

        public void OnFrame(FrameType type, FramePayload payload)
        {
            Frames.Writer.TryWrite(((byte)type, payload.Span.ToArray()));
            payload.Release();
        }

        public void OnActivity()
        {
        }

        public void OnEnd(Exception? exception) => _ended.TrySetResult(exception);
    }
}
