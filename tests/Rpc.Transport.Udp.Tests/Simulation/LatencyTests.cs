using Rpc.Transport.Udp.Protocol;
using Xunit;
using Xunit.Abstractions;

namespace Rpc.Transport.Udp.Tests.Simulation;

public sealed class LatencyTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0.00, false, 118)]
    [InlineData(0.01, false, 235)]
    [InlineData(0.05, false, 239)]
    [InlineData(0.10, false, 415)]
    [InlineData(0.00, true, 118)]
    [InlineData(0.01, true, 131)]
    [InlineData(0.05, true, 134)]
    [InlineData(0.10, true, 237)]
    public void The_slowest_calls_wait_for_little_more_than_one_round_trip(double loss, bool isRedundant, int limit)
    {
        var percentile = Scenarios.Percentile99(loss, isRedundant, calls: 6_000);
        output.WriteLine($"{loss:p0} loss, redundant {isRedundant}: {percentile:f0} ms");
        Assert.InRange(percentile, 100, limit);
    }

    [Fact]
    public void Small_calls_during_a_transfer_of_a_megabyte_wait_for_the_link_alone()
    {
        var (median, percentile, calls) = Scenarios.CallsDuringTransfer(loss: 0.01, roundTrip: 50);
        output.WriteLine($"{calls} calls: median {median:f1} ms, p99 {percentile:f1} ms");
        Assert.True(calls > 20);
        Assert.InRange(percentile, 50, 150);
    }

    [Theory]
    [InlineData(0.00, 20, 85)]
    [InlineData(0.00, 100, 75)]
    [InlineData(0.01, 20, 85)]
    [InlineData(0.01, 100, 75)]
    [InlineData(0.02, 20, 85)]
    [InlineData(0.02, 100, 75)]
    [InlineData(0.05, 20, 80)]
    [InlineData(0.05, 100, 75)]
    public void Chance_losses_leave_most_of_a_link_of_100_Mbit_per_second(double loss, int roundTrip, double least)
    {
        var goodput = Scenarios.Goodput(loss, roundTrip);
        output.WriteLine($"{loss:p0} loss, {roundTrip} ms: {goodput:f1} Mbit/s; NewReno {Scenarios.Goodput(loss, roundTrip, tolerance: 0):f1}");
        Assert.InRange(goodput, least, 100);
    }

    /// <summary>What the receiver has no room for says nothing about the path, and costs no more than the room that is missing.</summary>
    [Theory]
    [InlineData(0.01, 20, 85)]
    [InlineData(0.05, 20, 50)]
    [InlineData(0.01, 100, 30)]
    [InlineData(0.02, 100, 22)]
    [InlineData(0.05, 100, 14)]
    public void A_receiver_with_little_room_for_unfinished_messages_slows_the_sender_no_more_than_it_must(double loss, int roundTrip, double least)
    {
        var goodput = Scenarios.Goodput(loss, roundTrip, hasDefaults: true);
        output.WriteLine($"{loss:p0} loss, {roundTrip} ms: {goodput:f1} Mbit/s");
        Assert.InRange(goodput, least, 100);
    }

    [Theory]
    [InlineData(0.00, 20, 1.0)]
    [InlineData(0.00, 50, 1.0)]
    [InlineData(0.00, 20, 0.25)]
    [InlineData(0.01, 20, 1.0)]
    public void Two_flows_share_a_link(double loss, int roundTrip, double queue)
    {
        var shares = Scenarios.Fairness(loss, roundTrip, queue, CongestionController.Tolerance, CongestionController.Tolerance);
        output.WriteLine($"{loss:p0} loss, {roundTrip} ms, queue {queue}: {shares[0]:f1} and {shares[1]:f1} Mbit/s");
        Assert.InRange(shares[0] + shares[1], 60, 100);
        Assert.InRange(shares[0] / shares[1], 0.4, 2.5);
    }

    /// <summary>A queue of a round trip is enough for a flow to see that its losses are not by chance.</summary>
    [Theory]
    [InlineData(20, 1.0)]
    [InlineData(100, 1.0)]
    public void A_flow_leaves_one_of_NewReno_its_share(int roundTrip, double queue)
    {
        var shares = Scenarios.Fairness(0, roundTrip, queue, 0, CongestionController.Tolerance);
        output.WriteLine($"{roundTrip} ms, queue {queue}: NewReno {shares[0]:f1}, this {shares[1]:f1} Mbit/s");
        Assert.InRange(shares[0], 20, 90);
    }
}
