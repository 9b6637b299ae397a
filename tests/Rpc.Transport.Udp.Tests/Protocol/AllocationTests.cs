using System.Diagnostics;
using Rpc.Transport.Udp.Protocol;
using Rpc.Transports;
using Xunit;
using Xunit.Abstractions;

namespace Rpc.Transport.Udp.Tests.Protocol;

public sealed class AllocationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(RpcDelivery.Reliable)]
    [InlineData(RpcDelivery.Ordered)]
    [InlineData(RpcDelivery.Sequenced)]
    public void A_packet_allocates_nothing_in_steady_state(RpcDelivery delivery)
    {
        const int Count = 20_000;
        var secret = new byte[32];
        var client = Create(secret, isClient: true);
        var server = Create(secret, isClient: false);
        var datagram = new byte[Packet.MaxSize];
        var message = new byte[32];
        var now = 1_000_000L;
        var taken = new Queue<ReceivedMessage>();
        Exchange(2_000);

        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        Exchange(Count);
        watch.Stop();
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        output.WriteLine($"{delivery}: {allocated} bytes allocated, {watch.Elapsed.TotalMicroseconds / Count / 2:f2} µs a packet sent and received");
        Assert.True(allocated < Count / 10, $"{Count} round trips allocated {allocated} bytes.");

        void Exchange(int count)
        {
            for (var i = 0; i < count; i++)
            {
                now += 50;
                Send(client, server);
                now += 50;
                Send(server, client);
            }
        }

        void Send(Peer from, Peer to)
        {
            Assert.True(from.TrySend(message, new MessageOptions(delivery, Lane: 3), now));
            for (var length = from.Produce(datagram, now); length > 0; length = from.Produce(datagram, now))
            {
                to.Receive(datagram.AsSpan(0, length), now);
            }

            to.TakeAll(ref taken);
            while (taken.TryDequeue(out var received))
            {
                MessageBuffers.Return(received.Buffer);
            }
        }
    }

    private static Peer Create(byte[] secret, bool isClient) =>
        new(new PeerOptions { IsClient = isClient }, new SendKeys(CipherSuite.AesGcm, secret, 0), new ReceiveKeys(CipherSuite.AesGcm, secret), 1_000_000);
}
