using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Rpc.Protocol;
using Rpc.Serialization.Formatters;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

/// <summary>A call may end from two sides at once; one of them decides.</summary>
public sealed class PendingCallTests
{
    private const int Response = 0;
    private const int Fault = 1;

    [Fact]
    public async Task The_first_of_answer_and_failure_counts_whichever_it_is()
    {
        var answered = PendingCall<int>.Rent(Int32Formatter.Instance);
        var version = answered.Version;
        answered.Execute(Response, version, Frames.Payload(7, 0, 0, 0));
        Assert.False(answered.TryFail(version, new IOException()));
        Assert.Equal(7, await new ValueTask<int>(answered, answered.Token));

        var failed = PendingCall<int>.Rent(Int32Formatter.Instance);
        version = failed.Version;
        Assert.True(failed.TryFail(version, new IOException("first")));
        failed.Execute(Response, version, Frames.Payload(7, 0, 0, 0));
        Assert.False(failed.TryFail(version, new IOException("second")));
        Assert.Equal("first", (await Assert.ThrowsAsync<IOException>(() => new ValueTask<int>(failed, failed.Token).AsTask())).Message);
    }

    [Fact]
    public async Task Answer_and_failure_from_two_threads_end_a_call_once_each_time()
    {
        var answers = 0;
        var failures = 0;
        for (var i = 0; i < 5000; i++)
        {
            var call = PendingCall<int>.Rent(Int32Formatter.Instance);
            var version = call.Version;
            using var start = new Barrier(2);
            var failing = Task.Run(() =>
            {
                start.SignalAndWait();
                return call.TryFail(version, new IOException());
            });
            var result = new ValueTask<int>(call, call.Token).AsTask();
            start.SignalAndWait();
            call.Execute(Response, version, Frames.Payload((byte)i, 0, 0, 0));
            try
            {
                Assert.Equal((byte)i, await result.Patiently());
                answers++;
                Assert.False(await failing.Patiently());
            }
            catch (IOException)
            {
                failures++;
                Assert.True(await failing.Patiently());
            }
        }

        Assert.Equal(5000, answers + failures);
    }

    [Fact]
    public async Task What_comes_for_a_call_before_does_nothing_to_the_next_that_has_its_instance()
    {
        var call = PendingCall<int>.Rent(Int32Formatter.Instance);
        var old = call.Version;
        call.Execute(Response, old, Frames.Payload(1, 0, 0, 0));
        Assert.Equal(1, await new ValueTask<int>(call, call.Token));
        var next = Enumerable.Range(0, 1000).Select(static _ => PendingCall<int>.Rent(Int32Formatter.Instance)).FirstOrDefault(rented => ReferenceEquals(rented, call));

        // Another test may have got it; then it is in use there, and as much another call.
        call.Execute(Response, old, Frames.Payload(2, 0, 0, 0));
        Assert.False(call.TryFail(old, new IOException()));
        if (next is not null)
        {
            next.Execute(Response, next.Version, Frames.Payload(3, 0, 0, 0));
            Assert.Equal(3, await new ValueTask<int>(next, next.Token));
        }
    }

    [Fact]
    public async Task A_result_that_cannot_be_read_is_data_loss_and_a_fault_that_cannot_be_read_is_one_as_well()
    {
        foreach (var (op, bytes) in new[] { (Response, new byte[] { 1 }), (Fault, []) })
        {
            var call = PendingCall<int>.Rent(Int32Formatter.Instance);
            call.Execute(op, call.Version, Frames.Payload(bytes));
            Assert.Equal(RpcStatusCode.DataLoss, (await Assert.ThrowsAsync<RpcException>(() => new ValueTask<int>(call, call.Token).AsTask())).StatusCode);
        }
    }

    [Fact]
    public void An_instance_whose_call_was_never_made_can_be_given_back()
    {
        var call = PendingCall<int>.Rent(Int32Formatter.Instance);
        var version = call.Version;
        call.Unrent();
        Assert.False(call.TryFail(version, new IOException()));
    }
}
