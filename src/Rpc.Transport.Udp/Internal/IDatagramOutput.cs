namespace Rpc.Transport.Udp.Internal;

/// <summary>Sends datagrams to any address.</summary>
internal interface IDatagramOutput
{
    /// <summary>Sends a datagram, or loses it. Thread safe, never throws.</summary>
    void Send(ReadOnlySpan<byte> datagram, DatagramAddress address);
}
