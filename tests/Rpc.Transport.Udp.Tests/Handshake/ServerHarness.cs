using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Rpc.Transport.Conformance;
using Rpc.Transport.Udp.Internal;
using Rpc.Transport.Udp.Protocol;

namespace Rpc.Transport.Udp.Tests.Handshake;

/// <summary>A server's endpoint without a socket, under a clock that stands still until it is advanced.</summary>
internal sealed class ServerHarness : IDatagramOutput, IDisposable
{
    internal ServerHarness(Action<UdpListenOptions> configure)
    {
        var options = new UdpListenOptions();
        configure(options);
        options.Validate();
        Clock = new Clock(Time);
        Endpoint = new ServerEndpoint(options, Clock, NullLogger.Instance, new IPEndPoint(IPAddress.Loopback, 7000), this);
    }

    internal ManualTimeProvider Time { get; } = new();

    internal Clock Clock { get; }

    internal ServerEndpoint Endpoint { get; }

    internal List<(DatagramAddress To, byte[] Datagram)> Sent { get; } = [];

    internal long BytesSent { get; private set; }

    internal bool KeepsSent { get; set; } = true;

    void IDatagramOutput.Send(ReadOnlySpan<byte> datagrams, int size, DatagramAddress address)
    {
        BytesSent += datagrams.Length;
        if (KeepsSent)
        {
            foreach (var datagram in Datagrams.Cut(datagrams, size))
            {
                Sent.Add((address.Clone(), datagram));
            }
        }
    }

    public void Dispose()
    {
        Endpoint.Dispose();
        Endpoint.Close();
    }

    internal static DatagramAddress Address(int number, int port = 5000) =>
        DatagramAddress.Create(new IPEndPoint(new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]), port));

    internal void Receive(byte[] datagram, DatagramAddress from)
    {
        Endpoint.Receive(datagram.ToArray(), from);
        RunTurns();
    }

    internal void RunTurns()
    {
        while (Endpoint.TryTakeTurn(out var connection))
        {
            connection.OnBatchEnd();
        }
    }

    /// <summary>Takes what was sent to an address.</summary>
    internal List<byte[]> TakeSent(DatagramAddress to)
    {
        var taken = Sent.Where(sent => sent.To.Equals(to)).Select(static sent => sent.Datagram).ToList();
        Sent.RemoveAll(sent => sent.To.Equals(to));
        return taken;
    }

    /// <summary>Runs a handshake over a network that loses nothing, up to the client's first packet.</summary>
    internal ClientHandshake Begin(ClientSecurity security, DatagramAddress from)
    {
        var client = new ClientHandshake(security, new PeerOptions(), Clock.Now);
        for (var i = 0; i < 3 && client.Peer is null && client.Failure is null; i++)
        {
            SendHello(client, from);
        }

        return client;
    }

    internal void SendHello(ClientHandshake client, DatagramAddress from)
    {
        var hello = new byte[Packet.MaxSize];
        if (client.Produce(hello, Clock.Now) > 0)
        {
            Receive(hello, from);
        }

        foreach (var datagram in TakeSent(from))
        {
            client.Receive(datagram, Clock.Now);
        }
    }

    /// <summary>Sends what a client's connection has to send.</summary>
    internal void Flush(Peer client, DatagramAddress from)
    {
        var datagram = new byte[Packet.MaxSize];
        for (var length = client.Produce(datagram, Clock.Now); length > 0; length = client.Produce(datagram, Clock.Now))
        {
            Receive(datagram[..length], from);
        }
    }

    internal static ClientSecurity Insecure { get; } = new(SecurityMode.Insecure, null, null, null, false, CipherSuite.AesGcm | CipherSuite.AesCtrHmac);

    internal static ClientSecurity ByToken(UdpConnectToken token) =>
        new(SecurityMode.Token, token.Sealed, token.Key, null, false, CipherSuite.AesGcm);
}
