using System.Buffers;
using System.Buffers.Binary;
using Rpc.Connections;
using Rpc.Protocol;
using Rpc.Transports;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

/// <summary>How what has arrived is acknowledged beside what is sent.</summary>
public sealed class SessionTransportTests : IAsyncDisposable
{
    private const int Limit = 1024 * 1024;

    private readonly InProcessConnection _peer;
    private readonly SessionTransport _session;

    public SessionTransportTests()
    {
        var (own, peer) = Pair();
        _peer = peer;
        _session = new SessionTransport(own, new SessionGrant(Guid.NewGuid(), new byte[SessionGrant.SecretSize], TimeSpan.FromSeconds(30)), Limit, static (_, _) => { });
        _session.Bind(new Host());
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        await _peer.DisposeAsync();
    }

    [Fact]
    public async Task What_is_sent_anyway_carries_the_acknowledgement_of_what_has_arrived()
    {
        await ReceiveAsync(20_000);
        await _session.WriteAsync(Segment(100), isLent: false);
        Assert.Equal((100, 20_000), await SentAsync(100 + SessionAckFrame.Size));
        await _session.WriteAsync(Segment(50), isLent: false);
        Assert.Equal((50, null), await SentAsync(50));
    }

    [Fact]
    public async Task An_acknowledgement_is_not_sent_again_with_what_carried_it()
    {
        await ReceiveAsync(20_000);
        await _session.WriteAsync(Segment(100), isLent: false);
        await SentAsync(100 + SessionAckFrame.Size);
        Assert.True(_session.TryDetach(out var received, out var epoch));
        Assert.Equal(20_000, received);
        var (own, peer) = Pair();
        await using (peer)
        {
            Assert.True(_session.TryAttach(own, 0, epoch));
            Assert.Equal((100, null), await SentAsync(100, peer));
        }
    }

    [Theory]
    [InlineData(true, 1000)]
    [InlineData(false, 100)]
    public async Task A_segment_that_is_lent_or_full_carries_none_and_leaves_it_to_the_sender(bool isLent, int length)
    {
        await ReceiveAsync(256 * 1024);
        Assert.True(_session.IsAckDue);
        await _session.WriteAsync(new OutputSegment { Array = new byte[length], Start = 0, End = 100 }, isLent);
        Assert.Equal((100, null), await SentAsync(100));
        Assert.True(_session.IsAckDue);
        Assert.True(_session.TryTakeAck(out var received));
        Assert.Equal(256 * 1024, received);
        Assert.False(_session.IsAckDue);
    }

    [Fact]
    public async Task Little_that_has_arrived_is_not_acknowledged_yet()
    {
        await ReceiveAsync(1000);
        await _session.WriteAsync(Segment(100), isLent: false);
        Assert.Equal((100, null), await SentAsync(100));
    }

    [Fact]
    public async Task Where_data_carried_the_last_acknowledgement_the_next_waits_for_twice_as_much()
    {
        await ReceiveAsync(127 * 1024);
        Assert.False(_session.IsAckDue);
        await _session.WriteAsync(Segment(100), isLent: false);
        await ReceiveAsync(255 * 1024);
        Assert.False(_session.IsAckDue);
        await ReceiveAsync(1024);
        Assert.True(_session.TryTakeAck(out _));

        // That one went apart, so nothing is waited for.
        await ReceiveAsync(127 * 1024);
        Assert.False(_session.IsAckDue);
        await ReceiveAsync(1024);
        Assert.True(_session.IsAckDue);
    }

    private static (InProcessConnection Own, InProcessConnection Peer) Pair()
    {
        var there = new InProcessPipe();
        var back = new InProcessPipe();
        return (new InProcessConnection(back, there), new InProcessConnection(there, back));
    }

    private static OutputSegment Segment(int length) => new() { Array = ArrayPool<byte>.Shared.Rent(1024), Start = 0, End = length };

    private async Task ReceiveAsync(int count)
    {
        // As much as fits the in-process pipe at once.
        for (var left = count; left > 0;)
        {
            var part = Math.Min(left, 16_000);
            await _peer.Output.WriteAsync(new byte[part]);
            var read = await _session.Reader.ReadAsync();
            var length = (int)read.Buffer.Length;
            _session.Reader.AdvanceTo(read.Buffer.End);
            Assert.True(_session.Commit(length));
            left -= length;
        }
    }

    /// <summary>How many bytes were sent without an acknowledgement at their end, and how many that acknowledges, or null where there is none.</summary>
    private async Task<(int Bytes, long? Acknowledged)> SentAsync(int count, InProcessConnection? peer = null)
    {
        var input = (peer ?? _peer).Input;
        var read = await input.ReadAtLeastAsync(count);
        var bytes = read.Buffer.ToArray();
        input.AdvanceTo(read.Buffer.End);
        var tail = bytes.Length - SessionAckFrame.Size;
        return tail >= 0 && FrameHeader.Read(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(tail)), out _) == FrameType.SessionAck
            ? (tail, BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(tail + FrameHeader.Size)))
            : (bytes.Length, null);
    }

    private sealed class Host : ISessionHost
    {
        public void OnInterruptionChanged(Exception? loss)
        {
        }

        public void OnResumed()
        {
        }

        public void OnWriterDue()
        {
        }
    }
}
