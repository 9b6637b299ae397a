using System.Net;

namespace Rpc.Transport.Udp.Internal;

/// <summary>A UDP socket: what comes goes to a handler, and many datagrams may be sent in one call.</summary>
internal interface IDatagramSocket : IDisposable
{
    /// <summary>Where it is bound.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>Ends when nothing more goes to the handler.</summary>
    Task Stopped { get; }

    /// <summary>Begins to receive. Once.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The system has no room.</exception>
    void Start(IDatagramHandler handler);

    /// <summary>Sends datagrams, or loses them. Thread safe, never throws.</summary>
    /// <param name="datagrams">The datagrams, one after another: what a <see cref="DatagramRun"/> holds.</param>
    /// <param name="size">The bytes of each but the last, which may be shorter.</param>
    /// <param name="address">Where to; null on a connected socket.</param>
    void Send(ReadOnlySpan<byte> datagrams, int size, DatagramAddress? address);
}
