using System.Buffers;
using Rpc.Transport.Conformance;
using Rpc.Transport.Conformance.Faults;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.InProcess.Tests.Faults;

public sealed class FaultTests
{
    private static readonly TimeSpan s_hangGuard = TimeSpan.FromSeconds(30);

    private readonly StreamTransportConnection _client;
    private readonly StreamTransportConnection _server;

    public FaultTests() => (_client, _server) = InProcessTransport.CreatePair();

    [Fact]
    public async Task Cut_lets_so_many_bytes_out_and_then_cuts_both_sides()
    {
        var cut = new CutConnection(_client, 150);
        await cut.Output.WriteAsync(TestBytes.Make(100));
        await _server.Input.ReadTestBytesAsync(100).WaitAsync(s_hangGuard);
        Assert.False(cut.WhenCut.IsCompleted);

        var exception = await Assert.ThrowsAsync<TransportException>(() => cut.Output.WriteAsync(TestBytes.Make(100, 100)).AsTask());
        Assert.Equal(TransportError.ConnectionReset, exception.Error);
        await cut.WhenCut.WaitAsync(s_hangGuard);
        await Assert.ThrowsAsync<TransportException>(() => _server.Input.ReadAsync().AsTask().WaitAsync(s_hangGuard));
    }

    [Fact]
    public async Task Stall_holds_what_is_sent_and_loses_nothing()
    {
        var stall = new StallConnection(_client);
        stall.OutputGate.Close();
        var write = stall.Output.WriteAsync(TestBytes.Make(10)).AsTask();
        Assert.False(write.IsCompleted);
        Assert.False(_server.Input.TryRead(out _));

        stall.OutputGate.Open();
        await write.WaitAsync(s_hangGuard);
        await _server.Input.ReadTestBytesAsync(10).WaitAsync(s_hangGuard);
    }

    [Fact]
    public async Task Stall_holds_what_arrives_even_for_a_read_that_waits_already()
    {
        var stall = new StallConnection(_client);
        var read = stall.Input.ReadAsync().AsTask();
        stall.InputGate.Close();
        await _server.Output.WriteAsync(TestBytes.Make(10));
        Assert.False(read.IsCompleted);

        stall.InputGate.Open();
        Assert.Equal(TestBytes.Make(10), (await read.WaitAsync(s_hangGuard)).Buffer.ToArray());
    }

    [Fact]
    public async Task A_stalled_read_or_write_ends_when_the_connection_is_cut()
    {
        var stall = new StallConnection(_client);
        stall.InputGate.Close();
        stall.OutputGate.Close();
        var read = stall.Input.ReadAsync().AsTask();
        var write = stall.Output.WriteAsync(TestBytes.Make(10)).AsTask();
        stall.Abort();

        await Assert.ThrowsAsync<TransportException>(() => read.WaitAsync(s_hangGuard));
        await Assert.ThrowsAsync<TransportException>(() => write.WaitAsync(s_hangGuard));
    }

    [Fact]
    public async Task HalfOpen_swallows_both_directions_without_an_error()
    {
        var halfOpen = new HalfOpenConnection(_client);
        await halfOpen.Output.WriteAsync(TestBytes.Make(5));
        await _server.Input.ReadTestBytesAsync(5).WaitAsync(s_hangGuard);
        var read = halfOpen.Input.ReadAsync().AsTask();
        halfOpen.Lose();

        await halfOpen.Output.WriteAsync(TestBytes.Make(10));
        await _server.Output.WriteAsync(TestBytes.Make(10));
        await _server.Output.CompleteAsync();
        Assert.False(_server.Input.TryRead(out _));
        Assert.False(halfOpen.Input.TryRead(out _));
        Assert.False(read.IsCompleted);

        halfOpen.Input.CancelPendingRead();
        Assert.True((await read.WaitAsync(s_hangGuard)).IsCanceled);

        var last = halfOpen.Input.ReadAsync().AsTask();
        halfOpen.Abort();
        await Assert.ThrowsAsync<TransportException>(() => last.WaitAsync(s_hangGuard));
    }

    [Fact]
    public async Task OneByteAtATime_shows_one_more_byte_with_every_read()
    {
        var slow = new OneByteAtATimeConnection(_server);
        await _client.Output.WriteAsync(TestBytes.Make(4));
        await _client.Output.CompleteAsync();
        for (var i = 1; i <= 4; i++)
        {
            var result = await slow.Input.ReadAsync().AsTask().WaitAsync(s_hangGuard);
            Assert.Equal(TestBytes.Make(i), result.Buffer.ToArray());
            Assert.Equal(i == 4, result.IsCompleted);
            slow.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    [Fact]
    public async Task OneByteAtATime_loses_nothing()
    {
        var slow = new OneByteAtATimeConnection(_server);
        var write = _client.Output.WriteTestBytesAsync(50_000, 1000);
        await slow.Input.ReadTestBytesAsync(50_000).WaitAsync(s_hangGuard);
        await write.WaitAsync(s_hangGuard);
    }

    [Fact]
    public async Task Coalesce_sends_many_writes_as_one()
    {
        var coalesce = new CoalesceConnection(_client);
        coalesce.Gather();
        for (var i = 0; i < 10; i++)
        {
            await coalesce.Output.WriteAsync(TestBytes.Make(10, i * 10));
        }

        Assert.False(_server.Input.TryRead(out _));
        await coalesce.ReleaseAsync();
        var result = await _server.Input.ReadAsync().AsTask().WaitAsync(s_hangGuard);
        Assert.Equal(TestBytes.Make(100), result.Buffer.ToArray());
    }

    [Fact]
    public async Task Corrupt_changes_one_byte()
    {
        var corrupt = new CorruptConnection(_client, position: 7, mask: 0x10);
        await corrupt.Output.WriteAsync(TestBytes.Make(5));
        TestBytes.Fill(corrupt.Output.GetSpan(10)[..10], 5);
        corrupt.Output.Advance(10);
        await corrupt.Output.FlushAsync();

        var expected = TestBytes.Make(15);
        expected[7] ^= 0x10;
        Assert.Equal(expected, await _server.Input.ReadExactlyAsync(15).WaitAsync(s_hangGuard));
    }
}
