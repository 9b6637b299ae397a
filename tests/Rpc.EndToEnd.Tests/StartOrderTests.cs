using System.Collections.Concurrent;

namespace Rpc.EndToEnd.Tests;

public sealed class StartOrderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_that_are_to_start_in_order_do_so_although_the_first_takes_long_to_read(bool sequential)
    {
        var notes = new Notes();
        SlowToRead.MayEnd = new ManualResetEventSlim();
        SlowToRead.Began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await World.StartAsync(
            _ => new TestService(), server: rpc => rpc.AddService<INotes>(_ => notes, options => options.Sequential = sequential));
        var proxy = world.Client.GetProxy<INotes>();

        // Large enough that others go on while it is read. It blocks who sets IsSlow after Bytes: the reader, not this.
        proxy.First(new SlowToRead { IsSlow = true, Bytes = new byte[300_000] });
        await SlowToRead.Began.Task.WaitAsync(World.Patience);
        for (var i = 2; i < 10; i++)
        {
            proxy.Next(i);
        }

        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        Assert.Empty(notes.Started);

        SlowToRead.MayEnd.Set();
        Assert.Equal(10, await proxy.LastAsync(10).AsTask().WaitAsync(World.Patience));
        Assert.Equal(Enumerable.Range(1, 10), notes.Started);
    }

    [Fact]
    public async Task Ordered_calls_do_not_wait_for_each_other_once_they_have_started()
    {
        var notes = new Notes();
        await using var world = await World.StartAsync(_ => new TestService(), server: rpc => rpc.AddService<INotes>(_ => notes));
        var proxy = world.Client.GetProxy<INotes>();

        var held = proxy.HoldAsync().AsTask();
        Assert.Equal(1, await proxy.LastAsync(1).AsTask().WaitAsync(World.Patience));

        Assert.False(held.IsCompleted);
        notes.Release.SetResult();
        await held.WaitAsync(World.Patience);
    }

    private sealed class Notes : INotes
    {
        public ConcurrentQueue<int> Started { get; } = new();

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void First(SlowToRead payload) => Started.Enqueue(1);

        public void Next(int number) => Started.Enqueue(number);

        public ValueTask<int> LastAsync(int number)
        {
            Started.Enqueue(number);
            return new(number);
        }

        public ValueTask HoldAsync() => new(Release.Task);
    }
}

[RpcService]
public interface INotes
{
    [RpcMethod(Delivery = RpcDelivery.Ordered)]
    void First(SlowToRead payload);

    [RpcMethod(Delivery = RpcDelivery.Ordered)]
    void Next(int number);

    [RpcMethod(Delivery = RpcDelivery.Ordered)]
    ValueTask<int> LastAsync(int number);

    [RpcMethod(Delivery = RpcDelivery.Ordered)]
    ValueTask HoldAsync();
}

/// <summary>A payload that blocks the thread that reads it.</summary>
public sealed class SlowToRead
{
    private bool _isSlow;

    internal static ManualResetEventSlim MayEnd { get; set; } = new();

    internal static TaskCompletionSource Began { get; set; } = new();

    public byte[] Bytes { get; set; } = [];

    public bool IsSlow
    {
        get => _isSlow;
        set
        {
            _isSlow = value;
            if (Bytes.Length > 0)
            {
                Began.TrySetResult();
                MayEnd.Wait(World.Patience);
            }
        }
    }
}
