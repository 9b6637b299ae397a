using System.Security.Cryptography;
using Rpc.Transport.Udp.Internal;
using Rpc.Transport.Udp.Protocol;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Handshake;

public sealed class FloodTests
{
    /// <summary><c>RPC_UDP_FLOOD=1000000</c> for the long run.</summary>
    private static readonly int s_datagrams = int.TryParse(Environment.GetEnvironmentVariable("RPC_UDP_FLOOD"), out var count) && count > 0 ? count : 50_000;

    [Fact]
    public void A_spoofed_flood_moves_no_memory_and_a_live_connection_goes_on()
    {
        using var server = new ServerHarness(static options => options.AllowInsecure = true);
        var from = ServerHarness.Address(1);
        var client = server.Begin(ServerHarness.Insecure, from).Peer!;
        server.Flush(client, from);
        Assert.True(server.Endpoint.Accepted.TryRead(out var accepted));
        var connection = (UdpConnection)accepted;
        server.KeepsSent = false;

        var random = new Random(3);
        var addresses = Enumerable.Range(0, 256).Select(static i => ServerHarness.Address(i + 1000)).ToArray();
        var hello = HelloPacket.Create(SecurityMode.Insecure, CipherSuite.AesGcm, 1 << 20, 1 << 16, RandomNumberGenerator.GetBytes(HelloPacket.RandomSize), null, null);
        var forgedCookie = hello.ToArray();
        new HelloPacket(forgedCookie).SetCookie(RandomNumberGenerator.GetBytes(CookieJar.Size));
        var data = new byte[200];
        var buffer = new byte[Packet.MaxSize];
        Flood(2_000);

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        Flood(s_datagrams);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var moved = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.Equal(1, server.Endpoint.ConnectionCount);
        Assert.True(moved < 1024 * 1024, $"{s_datagrams} datagrams moved {moved} bytes of memory.");
        Assert.True(allocated < s_datagrams * 8L, $"{s_datagrams} datagrams allocated {allocated} bytes.");
        client.TrySend(new byte[100], new MessageOptions(RpcDelivery.Reliable), server.Clock.Now);
        server.Flush(client, from);
        Assert.True(connection.TryReceive(out var message));
        Assert.Equal(100, message.Length);

        void Flood(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var datagram = (i % 4) switch { 0 => hello, 1 => forgedCookie, _ => data };
                if (ReferenceEquals(datagram, data))
                {
                    // Half of them name the live connection.
                    random.NextBytes(data);
                    data[0] = Packet.Data;
                    if (i % 4 == 2)
                    {
                        data.AsSpan(1, 4).Clear();
                        data[3] = 0x10;
                    }
                }

                datagram.CopyTo(buffer, 0);
                server.Endpoint.Receive(buffer.AsSpan(0, datagram.Length), addresses[i & 255]);
                if ((i & 63) == 0)
                {
                    server.RunTurns();
                }
            }
        }
    }
}
