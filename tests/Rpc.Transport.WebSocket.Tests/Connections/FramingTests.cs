using System.Text;
using Rpc.Transport.Conformance;
using Rpc.Transport.WebSockets.Tests.Support;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Connections;

/// <summary>Frames of a raw client (RFC 6455 section 5) and what the server makes of them.</summary>
public sealed class FramingTests : ListenerTest
{
    [Fact]
    public async Task Messages_fragments_and_empty_ones_are_one_stream()
    {
        var (peer, server) = await UpgradeAsync();
        await peer.SendFrameAsync(0x82, Bytes("one "), isMasked: true);
        await peer.SendFrameAsync(0x82, [], isMasked: true);
        await peer.SendFrameAsync(0x02, Bytes("two "), isMasked: true);
        await peer.SendFrameAsync(0x00, [], isMasked: true);
        await peer.SendFrameAsync(0x00, Bytes("three "), isMasked: true);
        await peer.SendFrameAsync(0x80, Bytes("four "), isMasked: true);
        await peer.SendFrameAsync(0x82, Bytes("five"), isMasked: true);

        await AssertReadsAsync(server, "one two three four five");
    }

    [Fact]
    public async Task A_frame_may_arrive_a_byte_at_a_time()
    {
        var (peer, server) = await UpgradeAsync();
        foreach (var b in "\u0082\u0085\0\0\0\0hello")
        {
            await peer.SendAsync([(byte)b]);
        }

        await AssertReadsAsync(server, "hello");
    }

    [Theory]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(1_000_000)]
    public async Task Every_form_of_length_is_understood(int length)
    {
        var (peer, server) = await UpgradeAsync();
        var read = server.Input.ReadTestBytesAsync(length);
        await peer.SendFrameAsync(0x82, TestBytes.Make(length), isMasked: true);
        await read.WaitAsync(TestTimeouts.HangGuard);
    }

    [Fact]
    public async Task A_ping_is_answered_by_its_pong_even_between_fragments()
    {
        var (peer, server) = await UpgradeAsync();
        var read = server.Input.ReadExactlyAsync(6);
        await peer.SendFrameAsync(0x02, Bytes("abc"), isMasked: true);
        await peer.SendFrameAsync(0x89, Bytes("are you there"), isMasked: true);
        var pong = await peer.ReadFrameAsync();
        await peer.SendFrameAsync(0x8A, Bytes("unasked"), isMasked: true);
        await peer.SendFrameAsync(0x80, Bytes("def"), isMasked: true);

        Assert.Equal((0x8A, "are you there"), (pong!.Value.FirstByte, Encoding.ASCII.GetString(pong.Value.Payload)));
        Assert.Equal(Bytes("abcdef"), await read.WaitAsync(TestTimeouts.HangGuard));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(null)]
    public async Task A_close_is_the_end_of_the_stream_and_is_answered_by_completing(int? status)
    {
        var (peer, server) = await UpgradeAsync();
        await peer.SendFrameAsync(0x82, Bytes("last"), isMasked: true);
        await peer.SendFrameAsync(0x88, status is null ? [] : [(byte)(status.Value >> 8), (byte)status.Value], isMasked: true);
        await AssertReadsAsync(server, "last");
        var end = await server.Input.ReadAsync().AsTask().WaitAsync(TestTimeouts.HangGuard);
        Assert.True(end.IsCompleted);
        Assert.True(end.Buffer.IsEmpty);

        // Reading has ended, writing has not.
        await server.Output.WriteAsync(Bytes("still"));
        Assert.Equal("still", Encoding.ASCII.GetString((await peer.ReadFrameAsync())!.Value.Payload));
        await server.Output.CompleteAsync().AsTask().WaitAsync(TestTimeouts.HangGuard);
        Assert.Equal(1000, await peer.ReadCloseAsync());

        // Section 7.1.1: the server closes the TCP connection.
        Assert.Null(await peer.ReadFrameAsync());
    }

    [Theory]
    [InlineData(1002)]
    [InlineData(1009)]
    [InlineData(1011)]
    [InlineData(4000)]
    public async Task A_close_that_complains_is_a_broken_connection(int status)
    {
        var (peer, server) = await UpgradeAsync();
        await peer.SendFrameAsync(0x88, [(byte)(status >> 8), (byte)status, .. "the reason"u8], isMasked: true);
        var exception = await AssertBreaksAsync(server, TransportError.ConnectionReset);
        Assert.Contains($"{status}: the reason", exception.Message);
    }

    [Fact]
    public async Task Completing_closes_with_1000_after_what_was_written()
    {
        var (peer, server) = await UpgradeAsync();
        await server.Output.WriteAsync(Bytes("last"));
        await server.Output.CompleteAsync().AsTask().WaitAsync(TestTimeouts.HangGuard);

        Assert.Equal("last", Encoding.ASCII.GetString((await peer.ReadFrameAsync())!.Value.Payload));
        Assert.Equal(1000, await peer.ReadCloseAsync());
        await peer.SendFrameAsync(0x82, Bytes("answer"), isMasked: true);
        await AssertReadsAsync(server, "answer");
    }

    [Fact]
    public async Task A_server_sends_whole_unmasked_binary_messages()
    {
        var (peer, server) = await UpgradeAsync();
        await server.Output.WriteAsync(Bytes("abc"));
        Assert.Equal([0x82, 3, (byte)'a', (byte)'b', (byte)'c'], await peer.ReadExactlyAsync(5));
    }

    [Fact]
    public async Task A_large_write_leaves_in_messages_of_nearly_equal_and_bounded_size()
    {
        var (peer, server) = await UpgradeAsync();
        var write = server.Output.WriteAsync(TestBytes.Make(1_000_000)).AsTask();
        var sizes = new List<int>();
        while (sizes.Sum() < 1_000_000)
        {
            var frame = (await peer.ReadFrameAsync())!.Value;
            Assert.Equal(0x82, frame.FirstByte);
            Assert.Equal(-1, TestBytes.FirstDifference(frame.Payload, sizes.Sum()));
            sizes.Add(frame.Payload.Length);
        }

        await write.WaitAsync(TestTimeouts.HangGuard);
        Assert.InRange(sizes.Max(), 1, 128 * 1024);
        Assert.InRange(sizes.Max() - sizes.Min(), 0, 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_text_message_is_a_violation_and_closes_with_1003(bool isFragment)
    {
        var (peer, server) = await UpgradeAsync();
        await peer.SendFrameAsync(0x82, Bytes("before"), isMasked: true);
        await AssertReadsAsync(server, "before");
        await peer.SendFrameAsync((byte)(isFragment ? 0x01 : 0x81), Bytes("text"), isMasked: true);

        await AssertBreaksAsync(server, TransportError.ProtocolViolation);
        Assert.Equal(1003, await peer.ReadCloseAsync());
        var write = await Assert.ThrowsAsync<TransportException>(() => server.Output.WriteAsync(Bytes("x")).AsTask());
        Assert.Equal(TransportError.ProtocolViolation, write.Error);
    }

    public static TheoryData<string, string> Violations => new()
    {
        { "an unmasked frame", "\u0082\u0005xxxxx" },
        { "a reserved bit", "\u00C2\u0081\0\0\0\0x" },
        { "a reserved data opcode", "\u0083\u0081\0\0\0\0x" },
        { "a reserved control opcode", "\u008B\u0081\0\0\0\0x" },
        { "a continuation of nothing", "\u0080\u0081\0\0\0\0x" },
        { "a new message within another", "\u0002\u0081\0\0\0\0x\u0082\u0081\0\0\0\0y" },
        { "a fragmented ping", "\u0009\u0081\0\0\0\0x" },
        { "a ping of 126 bytes", "\u0089\u00FE\0\u007E\0\0\0\0" + new string('x', 126) },
        { "a negative length", "\u0082\u00FF\u0080\0\0\0\0\0\0\u0001\0\0\0\0x" },
        { "a length of more bytes than it needs", "\u0082\u00FE\0\u0001\0\0\0\0x" },
        { "a long length of more bytes than it needs", "\u0082\u00FF\0\0\0\0\0\0\0\u0001\0\0\0\0x" },
        { "a close of one byte", "\u0088\u0081\0\0\0\0x" },
        { "a close with a reserved status", "\u0088\u0082\0\0\0\0\u0003\u00ED" },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task A_bad_frame_breaks_the_connection_with_1002(string what, string bytes)
    {
        var (peer, server) = await UpgradeAsync();
        await peer.SendAsync(bytes);

        var exception = await AssertBreaksAsync(server, TransportError.ProtocolViolation);
        Assert.NotEmpty(exception.Message);
        Assert.True(await peer.ReadCloseAsync() == 1002, what);
    }

    [Fact]
    public async Task A_close_whose_reason_is_not_UTF8_breaks_the_connection_with_1007()
    {
        var (peer, server) = await UpgradeAsync();
        await peer.SendFrameAsync(0x88, [0x03, 0xE8, 0xC0, 0xAF], isMasked: true);
        await AssertBreaksAsync(server, TransportError.ProtocolViolation);
        Assert.Equal(1007, await peer.ReadCloseAsync());
    }

    [Fact]
    public async Task What_came_before_a_bad_frame_is_read_and_the_peer_is_told_even_if_the_connection_is_cut_at_once()
    {
        var (peer, server) = await UpgradeAsync();
        await peer.SendAsync("\u0082\u0085\0\0\0\0hello\u00C2\u0080\0\0\0\0");
        await AssertReadsAsync(server, "hello");
        await AssertBreaksAsync(server, TransportError.ProtocolViolation);
        await server.DisposeAsync();
        Assert.Equal(1002, await peer.ReadCloseAsync());
        Assert.Null(await peer.ReadFrameAsync());
    }

    [Fact]
    public async Task Data_after_a_close_and_a_second_close_are_ignored()
    {
        var (peer, server) = await UpgradeAsync();
        await peer.SendFrameAsync(0x88, [0x03, 0xE8], isMasked: true);
        await peer.SendFrameAsync(0x82, Bytes("late"), isMasked: true);
        await peer.SendFrameAsync(0x88, [0x03, 0xEA], isMasked: true);
        for (var i = 0; i < 3; i++)
        {
            var end = await server.Input.ReadAsync().AsTask().WaitAsync(TestTimeouts.HangGuard);
            Assert.True(end.IsCompleted && end.Buffer.IsEmpty);
        }

        await server.Output.WriteAsync(Bytes("still"));
        Assert.Equal("still", Encoding.ASCII.GetString((await peer.ReadFrameAsync())!.Value.Payload));
    }

    [Fact]
    public async Task A_flood_of_pings_that_nobody_reads_the_answers_of_holds_up_nothing_and_keeps_nothing()
    {
        const int Count = 200_000;
        var (peer, server) = await UpgradeAsync();
        var read = server.Input.ReadExactlyAsync(4);
        byte[] pings = [.. Enumerable.Repeat((byte[])[0x89, 0xFD, 0, 0, 0, 0, .. new byte[125]], 500).SelectMany(static ping => ping)];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Count; i += 500)
        {
            await peer.SendAsync(pings);
        }

        await peer.SendFrameAsync(0x89, Bytes("the last"), isMasked: true);
        await peer.SendFrameAsync(0x82, Bytes("data"), isMasked: true);
        Assert.Equal(Bytes("data"), await read.WaitAsync(TestTimeouts.HangGuard));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1024 * 1024);

        // One pong a receive at most, and the last ping has its own.
        var pongs = 0;
        string last;
        do
        {
            var frame = (await peer.ReadFrameAsync())!.Value;
            Assert.Equal(0x8A, frame.FirstByte);
            last = Encoding.ASCII.GetString(frame.Payload);
            pongs++;
        }
        while (last != "the last");
        Assert.InRange(pongs, 1, Count);
    }

    [Fact]
    public async Task Empty_fragments_without_end_hold_up_nothing_and_keep_nothing()
    {
        var (peer, server) = await UpgradeAsync();
        var read = server.Input.ReadExactlyAsync(4);
        await peer.SendFrameAsync(0x02, [], isMasked: true);
        byte[] fragments = [.. Enumerable.Repeat((byte[])[0x00, 0x80, 0, 0, 0, 0], 10_000).SelectMany(static fragment => fragment)];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 100; i++)
        {
            await peer.SendAsync(fragments);
        }

        Assert.False(read.IsCompleted);
        await peer.SendFrameAsync(0x00, Bytes("data"), isMasked: true);
        Assert.Equal(Bytes("data"), await read.WaitAsync(TestTimeouts.HangGuard));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1024 * 1024);
    }

    [Fact]
    public async Task A_huge_announced_length_costs_no_memory_until_bytes_arrive()
    {
        var (peer, server) = await UpgradeAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await peer.SendAsync("\u0082\u00FF\u007F\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\0\0\0\0");
        await peer.SendAsync(TestBytes.Make(200_000));
        await server.Input.ReadTestBytesAsync(120_000).WaitAsync(TestTimeouts.HangGuard);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1024 * 1024);
    }

    [Fact]
    public async Task A_connection_that_ends_without_a_close_is_broken()
    {
        var (peer, server) = await UpgradeAsync();
        await peer.DisposeAsync();
        await AssertBreaksAsync(server, TransportError.ConnectionReset);
    }

    [Fact]
    public async Task A_connection_that_ends_within_a_frame_is_broken()
    {
        var (peer, server) = await UpgradeAsync();
        await peer.SendAsync("\u0082\u0085\0\0\0\0hel");
        await peer.DisposeAsync();
        await AssertBreaksAsync(server, TransportError.ConnectionReset);
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static async Task AssertReadsAsync(StreamTransportConnection connection, string text) =>
        Assert.Equal(text, Encoding.ASCII.GetString(await connection.Input.ReadExactlyAsync(text.Length).WaitAsync(TestTimeouts.HangGuard)));

    private static async Task<TransportException> AssertBreaksAsync(StreamTransportConnection connection, TransportError error)
    {
        var exception = await Assert.ThrowsAsync<TransportException>(async () =>
        {
            while (true)
            {
                var result = await connection.Input.ReadAsync().AsTask().WaitAsync(TestTimeouts.HangGuard);
                Assert.False(result.IsCompleted);
                connection.Input.AdvanceTo(result.Buffer.End);
            }
        });
        Assert.Equal(error, exception.Error);

        // It stays broken, for the same reason.
        var again = await Assert.ThrowsAsync<TransportException>(() => connection.Input.ReadAsync().AsTask().WaitAsync(TestTimeouts.HangGuard));
        Assert.Equal(error, again.Error);
        return exception;
    }
}
