using Rpc.Testing;
using Rpc.Transport.Udp.Protocol;
using Rpc.Transport.Udp.Tests.Handshake;
using Rpc.Transport.Udp.Tests.Simulation;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Fuzz;

/// <summary>Whatever arrives, nothing throws and nothing hangs. Seeded: a failure repeats.</summary>
public sealed class FuzzTests
{
    [Fact]
    public void Any_bytes_before_authentication_are_survived_by_the_server()
    {
        using var server = new ServerHarness(static options => (options.AllowInsecure, options.NewConnectionsPerSecond) = (true, 1e6));
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var datagram = new byte[random.Next(0, 1300)];
            random.NextBytes(datagram);
            if (datagram.Length > 0 && random.Next(2) == 0)
            {
                datagram[0] = (byte)(Packet.Hello + random.Next(4));
            }

            server.Receive(datagram, ServerHarness.Address(i));
        }

        Assert.Equal(0, server.Endpoint.ConnectionCount);
    }

    [Fact]
    public void A_changed_hello_with_a_good_cookie_is_survived_by_the_server()
    {
        var random = new Random(2);
        using var server = new ServerHarness(static options =>
        {
            options.AllowInsecure = true;
            options.TokenKeys[1] = new byte[32];
            options.SigningKey = UdpServerKey.Create();
        });
        for (var i = 0; i < 3_000; i++)
        {
            server.Time.Advance(TimeSpan.FromMilliseconds(1));
            var from = ServerHarness.Address(i);
            var hello = new byte[Packet.MaxSize];
            var client = new ClientHandshake(ServerHarness.Insecure, new PeerOptions(), server.Clock.Now);
            client.Produce(hello, server.Clock.Now);
            server.Receive(hello, from);
            client.Receive(server.TakeSent(from)[0], server.Clock.Now);
            client.Produce(hello, server.Clock.Now);
            for (var changes = random.Next(4); changes >= 0; changes--)
            {
                // Not the random bytes and the cookie, which are checked first.
                var at = random.Next(5, 16 + 400);
                hello[at is >= 16 and < 48 or >= 50 and < 74 ? 6 : at] = (byte)random.Next(256);
            }

            server.Receive(hello, from);
        }
    }

    [Fact]
    public void Any_answer_to_a_hello_is_survived_by_the_client()
    {
        var random = new Random(3);
        using var server = new ServerHarness(static options => options.AllowInsecure = true);
        for (var i = 0; i < 3_000; i++)
        {
            server.Time.Advance(TimeSpan.FromSeconds(1));
            var from = ServerHarness.Address(i);
            var hello = new byte[Packet.MaxSize];
            var client = new ClientHandshake(ServerHarness.Insecure, new PeerOptions(), server.Clock.Now);
            for (var step = 0; step < 4; step++)
            {
                client.Produce(hello, server.Clock.Now);
                server.Receive(hello, from);
                foreach (var datagram in server.TakeSent(from))
                {
                    var changed = datagram.AsSpan(0, random.Next(3) == 0 ? random.Next(datagram.Length + 1) : datagram.Length).ToArray();
                    if (changed.Length > 0 && random.Next(2) == 0)
                    {
                        changed[random.Next(changed.Length)] ^= (byte)random.Next(256);
                    }

                    client.Receive(changed, server.Clock.Now);
                }

                server.Time.Advance(TimeSpan.FromSeconds(1));
            }
        }
    }

    [Fact]
    public void Any_frames_of_an_authenticated_peer_end_the_connection_at_worst()
    {
        var random = new Random(4);
        var taken = new Queue<ReceivedMessage>();
        var ended = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var (keys, server) = CreateServer();
            var number = 0;
            for (var packet = 0; packet < 4; packet++)
            {
                server.Receive(Seal(keys, number++, RandomFrames(random)), 2_000_000);
                server.OnTimeout(3_000_000);
                var datagram = new byte[Packet.MaxSize];
                for (var sent = 0; server.Produce(datagram, 3_000_000) > 0; sent++)
                {
                    Assert.True(sent < 100, "It does not stop sending.");
                }
            }

            server.TakeAll(ref taken);
            while (taken.TryDequeue(out _))
            {
            }

            ended += server.Failure is null ? 0 : 1;
            Assert.True(server.Failure is null or { Error: TransportError.ProtocolViolation or TransportError.ConnectionReset or TransportError.ConnectionRefused or TransportError.TimedOut }, $"{server.Failure}");
        }

        Assert.InRange(ended, 1_000, 20_000);
    }

    [Fact]
    public void Changed_datagrams_are_dropped_and_both_sides_go_on()
    {
        var pair = new SimulatedPair(new NetworkConditions { Corruption = 0.3, Delay = TimeSpan.FromMilliseconds(5) }, seed: 9);
        var received = 0;
        pair.OnServerMessage = _ => received++;
        for (var i = 0; i < 200; i++)
        {
            pair.Send(pair.Client, new byte[50]);
            pair.Run(0.01);
        }

        Assert.True(pair.RunUntil(() => received == 200));
        Assert.True(pair.Server.PacketsRejected > 10);
        Assert.Null(pair.Server.Failure);
    }

    private static byte[] RandomFrames(Random random)
    {
        var frames = new byte[random.Next(1, 200)];
        random.NextBytes(frames);
        byte[] types = [Frame.Ping, Frame.Ack, Frame.PathChallenge, Frame.PathResponse, Frame.Credit, Frame.Refused, Frame.End, 0x10, 0x11, 0x12, 0x13, Frame.Unreliable, Frame.Sequenced];
        frames[0] = types[random.Next(types.Length)];
        for (var i = 1; i < Math.Min(6, frames.Length); i++)
        {
            frames[i] = (byte)(random.Next(3) == 0 ? random.Next(256) : random.Next(4) << 2);
        }

        return frames;
    }

    private static (SendKeys Keys, Peer Server) CreateServer()
    {
        var secret = new byte[32];
        var options = new PeerOptions();
        return (new SendKeys(CipherSuite.AesGcm, secret, 0), new Peer(options, new SendKeys(CipherSuite.AesGcm, secret, 0), new ReceiveKeys(CipherSuite.AesGcm, secret), 1_000_000));
    }

    private static byte[] Seal(SendKeys keys, int number, byte[] frames)
    {
        byte[] header = [Packet.Data, 0, 0, 0, 0, (byte)number, 0];
        byte[] packet = [.. header, .. frames, .. new byte[Packet.TagSize]];
        keys.Seal(number, header, packet.AsSpan(header.Length, frames.Length), packet.AsSpan(header.Length + frames.Length));
        return packet;
    }
}
