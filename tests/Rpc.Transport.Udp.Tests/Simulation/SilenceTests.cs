using System.Buffers.Binary;
using Rpc.Testing;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Simulation;

/// <summary>A connection that is kept through a silence, under a clock that jumps.</summary>
public sealed class SilenceTests
{
    private static readonly NetworkConditions s_good = new() { Delay = TimeSpan.FromMilliseconds(20) };

    [Fact]
    public void A_silence_interrupts_both_sides_and_a_search_after_it_brings_everything_that_was_on_its_way_once()
    {
        var pair = Kept();
        var (atServer, atClient) = Listen(pair);
        Send(pair, 0, 100);
        pair.Run(0.1);
        Send(pair, 100, 100);
        Silence(pair, isSilent: true);
        Assert.True(pair.RunUntil(() => pair.Client.Interruption is not null && pair.Server.Interruption is not null, 60));
        Send(pair, 200, 100);
        pair.Run(20);
        var sent = pair.Client.PacketsSent + pair.Server.PacketsSent;
        pair.Run(600);

        // A packet in each third of the idle timeout, and no more.
        Assert.InRange(pair.Client.PacketsSent + pair.Server.PacketsSent - sent, 1, 2 * 3 * 600 / 3);
        Silence(pair, isSilent: false);
        pair.Client.Seek(pair.Now);
        var began = pair.Now;
        Assert.True(pair.RunUntil(() => atServer.Count == 300 && atClient.Count == 300, 5), pair.Describe());
        Assert.Equal(Enumerable.Range(0, 300), atServer.Order());
        Assert.Equal(Enumerable.Range(0, 300), atClient.Order());
        Assert.Null(pair.Client.Interruption);
        Assert.Null(pair.Server.Interruption);
        Assert.InRange(pair.Now - began, 40_000, 600_000);
        Assert.False(pair.Client.IsClosed || pair.Server.IsClosed);
    }

    [Fact]
    public void A_search_sends_three_packets_and_then_gives_up_until_the_next()
    {
        var pair = Kept();
        Send(pair, 0, 1);
        pair.Run(1);
        Silence(pair, isSilent: true);
        Assert.True(pair.Client.Interrupt(new TransportException(TransportError.TimedOut, "A test.")));
        var sent = pair.Client.PacketsSent;
        pair.Client.Seek(pair.Now);
        var began = pair.Now;
        Assert.True(pair.RunUntil(() => !pair.Client.IsSeeking, 10));
        Assert.Equal(sent + 3, pair.Client.PacketsSent);
        Assert.InRange(pair.Now - began, 900_000, 1_100_000);
    }

    [Fact]
    public void An_interrupted_side_that_is_not_sought_hears_the_other_and_goes_on()
    {
        var pair = Kept();
        Send(pair, 0, 1);
        pair.Run(1);
        Assert.True(pair.Server.Interrupt(new TransportException(TransportError.TimedOut, "A test.")));
        Assert.True(pair.RunUntil(() => pair.Server.Interruption is null, 3), pair.Describe());
    }

    [Fact]
    public void A_connection_that_is_not_kept_ends_as_before()
    {
        var pair = new SimulatedPair(s_good, configure: static options => options.IdleTimeout = 3_000_000);
        Silence(pair, isSilent: true);
        Assert.False(pair.Client.Interrupt(new TransportException(TransportError.TimedOut, "A test.")));
        Assert.True(pair.RunUntil(() => pair.Client.IsClosed && pair.Server.IsClosed, 4));
        Assert.Equal(TransportError.TimedOut, pair.Client.Failure!.Error);
    }

    private static SimulatedPair Kept()
    {
        var pair = new SimulatedPair(s_good, configure: static options => options.IdleTimeout = 3_000_000);
        pair.Client.IsKept = pair.Server.IsKept = true;
        return pair;
    }

    private static (List<int> AtServer, List<int> AtClient) Listen(SimulatedPair pair)
    {
        var (atServer, atClient) = (new List<int>(), new List<int>());
        pair.OnServerMessage = message => atServer.Add(BinaryPrimitives.ReadInt32LittleEndian(message));
        pair.OnClientMessage = message => atClient.Add(BinaryPrimitives.ReadInt32LittleEndian(message));
        return (atServer, atClient);
    }

    private static void Send(SimulatedPair pair, int first, int count)
    {
        var message = new byte[200];
        for (var i = first; i < first + count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(message, i);
            Assert.True(pair.Send(pair.Client, message));
            Assert.True(pair.Send(pair.Server, message));
        }
    }

    private static void Silence(SimulatedPair pair, bool isSilent) =>
        pair.ToServer.Conditions = pair.ToClient.Conditions = isSilent ? new NetworkConditions { IsBlackhole = true } : s_good;
}
