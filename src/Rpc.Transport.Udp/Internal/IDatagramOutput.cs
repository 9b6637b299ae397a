namespace Rpc.Transport.Udp.Internal;

/// <summary>Sends datagrams to any address.</summary>
internal interface IDatagramOutput
{
    /// <summary>Sends datagrams, or loses them. Thread safe, never throws.</summary>
    /// <param name="datagrams">The datagrams, one after another.</param>
    /// <param name="size">The bytes of each but the last, which may be shorter.</param>
    /// <param name="address">Where to.</param>
    void Send(ReadOnlySpan<byte> datagrams, int size, DatagramAddress address);
}
