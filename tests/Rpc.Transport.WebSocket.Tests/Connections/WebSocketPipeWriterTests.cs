using Rpc.Transport.WebSockets.Tests.Support;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Connections;

public sealed class WebSocketPipeWriterTests : ListenerTest
{
    [Fact]
    public async Task What_was_not_flushed_is_counted()
    {
        var (_, server) = await UpgradeAsync();
        Assert.True(server.Output.CanGetUnflushedBytes);
        server.Output.GetSpan(10);
        server.Output.Advance(7);
        server.Output.GetSpan(10_000);
        server.Output.Advance(3);
        Assert.Equal(10, server.Output.UnflushedBytes);
        await server.Output.FlushAsync();
        Assert.Equal(0, server.Output.UnflushedBytes);
    }

    [Fact]
    public async Task One_flush_is_one_message()
    {
        var (peer, server) = await UpgradeAsync();
        "ab"u8.CopyTo(server.Output.GetSpan(2));
        server.Output.Advance(2);
        await server.Output.WriteAsync("cd"u8.ToArray());
        Assert.Equal("abcd"u8.ToArray(), (await peer.ReadFrameAsync())!.Value.Payload);
    }

    [Fact]
    public async Task Advancing_beyond_what_was_given_is_an_argument_error()
    {
        var (_, server) = await UpgradeAsync();
        Assert.Throws<ArgumentOutOfRangeException>(() => server.Output.Advance(1));
        var length = server.Output.GetMemory().Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => server.Output.Advance(length + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => server.Output.Advance(-1));
        server.Output.Advance(length);
    }

    [Fact]
    public async Task CancelPendingFlush_marks_the_next_flush_alone_and_loses_nothing()
    {
        var (peer, server) = await UpgradeAsync();
        server.Output.CancelPendingFlush();
        Assert.True((await server.Output.WriteAsync("one"u8.ToArray())).IsCanceled);
        Assert.False((await server.Output.WriteAsync("two"u8.ToArray())).IsCanceled);
        Assert.Equal("one"u8.ToArray(), (await peer.ReadFrameAsync())!.Value.Payload);
        Assert.Equal("two"u8.ToArray(), (await peer.ReadFrameAsync())!.Value.Payload);
    }

    [Fact]
    public async Task Writing_after_completing_is_an_error()
    {
        var (_, server) = await UpgradeAsync();
        await server.Output.CompleteAsync().AsTask().WaitAsync(TestTimeouts.HangGuard);
        Assert.Throws<InvalidOperationException>(() => server.Output.GetMemory());
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.Output.WriteAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task Completing_without_waiting_still_delivers_what_was_written()
    {
        var (peer, server) = await UpgradeAsync();
        "last"u8.CopyTo(server.Output.GetSpan(4));
        server.Output.Advance(4);
        server.Output.Complete();
        Assert.Equal("last"u8.ToArray(), (await peer.ReadFrameAsync())!.Value.Payload);
        Assert.Equal(1000, await peer.ReadCloseAsync());
    }

    [Fact]
    public async Task Completing_to_a_peer_that_is_gone_is_a_typed_error_or_nothing()
    {
        var (peer, server) = await UpgradeAsync();
        await peer.DisposeAsync();
        await Assert.ThrowsAsync<TransportException>(() => server.Input.ReadAsync().AsTask().WaitAsync(TestTimeouts.HangGuard));
        await server.Output.CompleteAsync().AsTask().WaitAsync(TestTimeouts.HangGuard);
    }
}
