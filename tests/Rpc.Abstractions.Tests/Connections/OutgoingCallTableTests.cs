using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Rpc.Protocol;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class OutgoingCallTableTests
{
    private readonly OutgoingCallTable _table = new(3);

    [Fact]
    public void A_call_is_found_once_under_its_id_and_never_under_that_of_an_earlier_call()
    {
        var ids = new List<int>();
        for (var i = 0; i < 300; i++)
        {
            var call = new TestCall();
            Assert.True(_table.TryAdd(call, null, out var id));
            Assert.DoesNotContain(id, ids.TakeLast(200));
            ids.Add(id);
            Assert.True(_table.TryRemove(id, out var removed, out _, out _));
            Assert.Same(call, removed);
            Assert.False(_table.TryRemove(id, out _, out _, out _));
        }

        Assert.All(ids, static id => Assert.InRange(id & 0xFFFF, 0, 2));
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public async Task Calls_beyond_the_limit_wait_and_go_on_in_order()
    {
        var ids = Enumerable.Range(0, 3).Select(_ => Add()).ToList();
        Assert.False(_table.TryAdd(new TestCall(), null, out _));
        var order = new List<int>();
        var waiting = Enumerable.Range(0, 5).Select(i => AddAsync(i)).ToArray();
        Assert.All(waiting, static wait => Assert.False(wait.IsCompleted));
        foreach (var wait in waiting)
        {
            _table.Forget(ids[0]);
            ids[0] = await wait.Patiently();
        }

        Assert.Equal([0, 1, 2, 3, 4], order);
        Assert.Equal(3, _table.Count);

        async Task<int> AddAsync(int number)
        {
            var id = await _table.AddAsync(new TestCall(), null, default);
            order.Add(number);
            return id;
        }
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_takes_no_slot()
    {
        var ids = Enumerable.Range(0, 3).Select(_ => Add()).ToList();
        using var source = new CancellationTokenSource();
        var cancelled = _table.AddAsync(new TestCall(), null, source.Token).AsTask();
        var next = _table.AddAsync(new TestCall(), null, default).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled).Patiently();
        _table.Forget(ids[1]);
        await next.Patiently();
        Assert.Equal(3, _table.Count);
    }

    [Fact]
    public void A_slot_of_a_caller_that_has_gone_stays_taken_until_the_answer()
    {
        var id = Add();
        Assert.True(_table.Abandon(id));
        Assert.Equal(1, _table.Count);
        Assert.True(_table.TryRemove(id, out var call, out _, out _));
        Assert.Null(call);
        Assert.False(_table.Abandon(id));
    }

    [Fact]
    public async Task Losing_the_connection_fails_those_in_flight_those_that_wait_and_those_to_come()
    {
        var calls = Enumerable.Range(0, 3).Select(static _ => new TestCall()).ToArray();
        Assert.All(calls, call => Assert.True(_table.TryAdd(call, null, out _)));
        var waiting = _table.AddAsync(new TestCall(), null, default).AsTask();
        var empty = _table.WhenEmpty();
        Assert.False(empty.IsCompleted);
        _table.FailAll(new RpcException(RpcStatusCode.Unavailable, "lost"));
        Assert.All(calls, static call => Assert.Equal("lost", call.Failure!.Message));
        Assert.NotSame(calls[0].Failure, calls[1].Failure);
        Assert.Equal(RpcStatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => waiting).Patiently()).StatusCode);
        Assert.Throws<RpcException>(() => _table.TryAdd(new TestCall(), null, out _));
        await Assert.ThrowsAsync<RpcException>(() => _table.AddAsync(new TestCall(), null, default).AsTask()).Patiently();
        await empty.Patiently();
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public async Task It_is_empty_when_the_last_answer_is_there()
    {
        Assert.True(_table.WhenEmpty().IsCompleted);
        var ids = Enumerable.Range(0, 3).Select(_ => Add()).ToList();
        var empty = _table.WhenEmpty();
        _table.Forget(ids[0]);
        _table.Abandon(ids[1]);
        _table.Forget(ids[2]);
        Assert.False(empty.IsCompleted);
        _table.Forget(ids[1]);
        await empty.Patiently();
    }

    [Fact]
    public async Task A_peer_that_grants_more_calls_than_ids_have_room_for_is_not_believed()
    {
        var table = new OutgoingCallTable(int.MaxValue);
        var ids = new HashSet<int>();
        while (table.TryAdd(new TestCall(), null, out var id))
        {
            Assert.True(ids.Add(id & 0xFFFF));
            Assert.InRange(ids.Count, 1, 65_536);
        }

        var waiting = table.AddAsync(new TestCall(), null, default).AsTask();
        Assert.False(waiting.IsCompleted);
        table.FailAll(new RpcException(RpcStatusCode.Unavailable, "over"));
        await Assert.ThrowsAsync<RpcException>(() => waiting).Patiently();
    }

    [Fact]
    public async Task Many_threads_never_share_a_slot_and_leave_none()
    {
        var table = new OutgoingCallTable(20);
        var taken = new int[65_536];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            var random = new Random(thread);
            for (var i = 0; i < 2000; i++)
            {
                using var source = new CancellationTokenSource();
                int id;
                var adding = table.AddAsync(new TestCall(), null, source.Token);
                if (random.Next(5) == 0)
                {
                    await source.CancelAsync();
                }

                try
                {
                    id = await adding;
                }
                catch (OperationCanceledException)
                {
                    continue;
                }

                Assert.Equal(1, Interlocked.Increment(ref taken[id & 0xFFFF]));
                if (random.Next(3) == 0)
                {
                    await Task.Yield();
                }

                Assert.Equal(0, Interlocked.Decrement(ref taken[id & 0xFFFF]));
                table.Forget(id);
            }
        }))).Patiently();
        Assert.Equal(0, table.Count);
    }

    private int Add()
    {
        Assert.True(_table.TryAdd(new TestCall(), null, out var id));
        return id;
    }

    private sealed class TestCall : OutgoingCall
    {
        public Exception? Failure { get; private set; }

        public override void Execute(int op, int version, FramePayload payload)
        {
        }

        public override void OnEnd(Drain drain, int version, FrameType type, FramePayload payload)
        {
        }

        public override bool TryFail(int version, Exception exception)
        {
            Failure = exception;
            return TryDecide(version);
        }
    }
}
