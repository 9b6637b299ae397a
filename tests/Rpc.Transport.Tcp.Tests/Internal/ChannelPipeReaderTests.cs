using System.Threading.Tasks.Sources;
using Rpc.Transport.Tcp.Internal;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Tcp.Tests.Internal;

public sealed class ChannelPipeReaderTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_result_of_a_receive_that_outlived_its_read_is_taken(bool failsBeforeCompletion)
    {
        // Nobody looking at it would be an unobserved failure where the channel's receive is a task, as that of SslStream is.
        var channel = new OneReceive();
        var reader = new ChannelPipeReader(channel, spinCount: 0);
        using var cancellation = new CancellationTokenSource();
        var read = reader.ReadAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);

        if (failsBeforeCompletion)
        {
            channel.Fail();
            reader.Complete();
        }
        else
        {
            reader.Complete();
            channel.Fail();
        }

        Assert.Equal(1, channel.ResultsTaken);
    }

    /// <summary>A channel with one receive, which counts how often its result is taken.</summary>
    private sealed class OneReceive : ByteChannel, IValueTaskSource<int>
    {
        private ManualResetValueTaskSourceCore<int> _core;

        public int ResultsTaken { get; private set; }

        internal override bool WaitsWithEmptyBuffer => true;

        internal override bool CanTryReceive => !WaitsWithEmptyBuffer;

        public void Fail() => _core.SetException(new IOException("Cut."));

        public int GetResult(short token)
        {
            ResultsTaken++;
            return _core.GetResult(token);
        }

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);

        internal override int TryReceive(Span<byte> buffer) => -1;

        internal override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => new(this, _core.Version);

        internal override ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes) => throw new InvalidOperationException("Nothing is sent here.");

        internal override ValueTask EndAsync() => default;

        internal override void Abort()
        {
        }

        internal override void Close()
        {
        }

        internal override TransportException Map(Exception exception) => new(TransportError.ConnectionAborted, exception.Message, exception);
    }
}
