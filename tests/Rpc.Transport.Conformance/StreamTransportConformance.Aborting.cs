using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Conformance;

public abstract partial class StreamTransportConformance
{
    [Fact]
    public async Task Abort_ends_the_pending_reads_of_both_sides()
    {
        var (client, server) = await ConnectAsync();
        var here = ReadUntilEndAsync(client.Input);
        var there = ReadUntilEndAsync(server.Input);
        client.Abort();

        AssertCutHere(await GetEndAsync(here));
        AssertCutByPeer(await GetEndAsync(there));
    }

    [Fact]
    public async Task Abort_ends_the_waiting_writes_of_both_sides()
    {
        var (client, server) = await ConnectAsync();
        var waits = new[] { Signal(), Signal() };
        var here = WriteUntilEndAsync(client.Output, waits[0]);
        var there = WriteUntilEndAsync(server.Output, waits[1]);
        await Task.WhenAll(waits.Select(static wait => wait.Task)).WaitAsync(HangGuard);
        client.Abort();

        AssertCutHere(await GetEndAsync(here));
        var error = await GetEndAsync(there);
        Assert.True(error is null or TransportError.ConnectionReset, $"{error}");

        static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [Fact]
    public async Task Abort_is_noticed_by_a_later_read_of_either_side()
    {
        var (client, server) = await ConnectAsync();
        client.Abort();

        AssertCutHere(await GetEndAsync(ReadUntilEndAsync(client.Input)));
        AssertCutByPeer(await GetEndAsync(ReadUntilEndAsync(server.Input)));
        AssertCutByPeer(await GetEndAsync(ReadUntilEndAsync(server.Input)));
    }

    [Fact]
    public async Task Abort_may_be_called_by_many_threads_and_after_disposal()
    {
        var (client, server) = await ConnectAsync();
        var read = ReadUntilEndAsync(client.Input);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run((i % 2 == 0 ? client : server).Abort))).WaitAsync(HangGuard);
        await GetEndAsync(read);
        await DisposeNowAsync(client);
        await DisposeNowAsync(server);
        client.Abort();
        server.Abort();
    }

    [Fact]
    public async Task Disposal_without_a_graceful_end_cuts_the_connection()
    {
        var (client, server) = await ConnectAsync();
        var read = ReadUntilEndAsync(server.Input);
        await DisposeNowAsync(client);

        AssertCutByPeer(await GetEndAsync(read));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Completing_with_an_error_cuts_the_connection(bool output)
    {
        var (client, server) = await ConnectAsync();
        var read = ReadUntilEndAsync(server.Input);
        if (output)
        {
            await client.Output.CompleteAsync(new InvalidOperationException("a reason"));
        }
        else
        {
            await client.Input.CompleteAsync(new InvalidOperationException("a reason"));
            AssertCutHere(await GetEndAsync(WriteUntilEndAsync(client.Output)));
        }

        AssertCutByPeer(await GetEndAsync(read.WaitAsync(HangGuard)));
    }

    [Fact]
    public async Task A_connection_cut_while_both_sides_are_busy_ends_every_operation()
    {
        for (var i = 0; i < 20; i++)
        {
            var (client, server) = await ConnectAsync();
            var operations = new[]
            {
                Task.Run(() => WriteUntilEndAsync(client.Output)),
                Task.Run(() => WriteUntilEndAsync(server.Output)),
                Task.Run(() => ReadUntilEndAsync(client.Input)),
                Task.Run(() => ReadUntilEndAsync(server.Input)),
            };
            await Task.Run((i % 2 == 0 ? client : server).Abort);
            foreach (var operation in operations)
            {
                var error = await GetEndAsync(operation);
                Assert.True(error is null or TransportError.ConnectionAborted or TransportError.ConnectionReset, $"{error}");
            }
        }
    }
}
