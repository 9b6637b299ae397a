using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class DrainTests
{
    private readonly Flushable _output = new();
    private readonly List<Exception> _errors = [];
    private readonly Drain _drain = new();

    public DrainTests() => _drain.Attach(_output, _errors.Add);

    [Fact]
    public void Items_run_in_order_and_one_flush_follows()
    {
        var ran = new List<int>();
        var work = new TestWork(ran.Add);
        for (var i = 0; i < 100; i++)
        {
            _drain.Enqueue(work, i, 0, default);
        }

        Assert.True(_drain.NeedsWorker);
        _drain.Run();
        Assert.Equal(Enumerable.Range(0, 100), ran);
        Assert.Equal(1, _output.Flushes);
        Assert.False(_drain.NeedsWorker);
    }

    [Fact]
    public async Task Who_asks_is_told_when_all_items_have_been_started()
    {
        Assert.True(_drain.WhenStarted().IsCompleted);
        var ran = 0;
        var work = new TestWork(_ => ran++);
        for (var i = 0; i < 100; i++)
        {
            _drain.Enqueue(work, i, 0, default);
        }

        await _drain.WhenStarted().Patiently();
        Assert.Equal(100, ran);
    }

    [Fact]
    public void Items_that_are_added_by_an_item_run_after_those_that_were_there()
    {
        var ran = new List<int>();
        TestWork work = null!;
        work = new TestWork(op =>
        {
            ran.Add(op);
            Assert.True(_drain.WillFlush);
            if (op < 10)
            {
                _drain.Post(work, op + 10, 0);
            }
        });
        for (var i = 0; i < 3; i++)
        {
            _drain.Enqueue(work, i, 0, default);
        }

        _drain.Run();
        Assert.Equal([0, 1, 2, 10, 11, 12], ran);
        Assert.False(_drain.WillFlush);
    }

    [Fact]
    public async Task Items_of_other_threads_all_run_one_at_a_time()
    {
        int running = 0, most = 0, ran = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var work = new TestWork(_ =>
        {
            most = Math.Max(most, ++running);
            running--;
            if (++ran == 8000)
            {
                all.SetResult();
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                _drain.Post(work, i, 0);
            }
        }))).Patiently();
        await all.Task.Patiently();
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task An_item_that_blocks_delays_neither_the_next_nor_the_flush()
    {
        using var blocked = new ManualResetEventSlim();
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ran = new List<int>();
        var work = new TestWork(op =>
        {
            lock (ran)
            {
                ran.Add(op);
            }

            if (op is 0 or 1)
            {
                _output.HasDeferred = true;
                blocked.Wait(Patience.Limit);
            }
            else if (op == 5)
            {
                next.SetResult();
            }
        });
        for (var i = 0; i <= 5; i++)
        {
            _drain.Enqueue(work, i, 0, default);
        }

        var worker = Task.Run(_drain.Run);
        await next.Task.Patiently();
        await _output.Flushed.Patiently();
        Assert.Equal([0, 1, 2, 3, 4, 5], ran);
        Assert.False(worker.IsCompleted);
        blocked.Set();
        await worker.Patiently();

        // The drain works on as before.
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _drain.Post(new TestWork(_ => again.SetResult()), 0, 0);
        await again.Task.Patiently();
    }

    [Fact]
    public async Task An_item_that_computes_for_long_delays_the_next_not_for_long()
    {
        var stop = 0;
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _drain.Enqueue(
            new TestWork(_ =>
            {
                while (Volatile.Read(ref stop) == 0)
                {
                }
            }),
            0,
            0,
            default);
        _drain.Enqueue(new TestWork(_ => next.SetResult()), 0, 0, default);
        var worker = Task.Run(_drain.Run);
        try
        {
            await next.Task.Patiently();
        }
        finally
        {
            Volatile.Write(ref stop, 1);
        }

        await worker.Patiently();
    }

    [Fact]
    public void An_item_that_throws_is_told_and_the_rest_runs()
    {
        var ran = new List<int>();
        var work = new TestWork(op =>
        {
            ran.Add(op);
            if (op % 3 == 0)
            {
                throw new InvalidOperationException();
            }
        });
        for (var i = 0; i < 10; i++)
        {
            _drain.Enqueue(work, i, 0, default);
        }

        _drain.Run();
        Assert.Equal(Enumerable.Range(0, 10), ran);
        Assert.Equal(4, _errors.Count);
        Assert.Equal(1, _output.Flushes);
    }

    [Fact]
    public async Task Payloads_count_until_their_batch_begins_and_a_reader_that_paused_goes_on_then()
    {
        var work = new TestWork(_ => Assert.Equal(0, _drain.QueuedBytes));
        _drain.Enqueue(work, 0, 0, Frames.Payload(new byte[100]));
        Assert.Equal(100, _drain.QueuedBytes);
        var reader = new Reader();
        Assert.False(_drain.PauseUntilTaken(reader, 100));
        Assert.True(_drain.PauseUntilTaken(reader, 99));
        Assert.False(reader.Ran.IsCompleted);
        _drain.Run();
        await reader.Ran.Patiently();
    }

    [Fact]
    public void Trimming_takes_nothing_that_is_queued()
    {
        var ran = 0;
        var work = new TestWork(_ => ran++);
        _drain.Enqueue(work, 0, 0, default);
        _drain.Trim();
        _drain.Run();
        _drain.Trim();
        _drain.Enqueue(work, 0, 0, default);
        _drain.Run();
        Assert.Equal(2, ran);
    }

    private sealed class Reader : PoolWork
    {
        private readonly TaskCompletionSource _ran = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ran => _ran.Task;

        public override void Execute() => _ran.SetResult();
    }

    private sealed class Flushable : IFlushable
    {
        private readonly TaskCompletionSource _flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _flushes;

        public int Flushes => Volatile.Read(ref _flushes);

        public Task Flushed => _flushed.Task;

        public bool HasDeferred { get; set; }

        public void FlushDeferred()
        {
            Interlocked.Increment(ref _flushes);
            _flushed.TrySetResult();
        }
    }
}
