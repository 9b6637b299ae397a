namespace Rpc.Transport.Udp.Internal;

/// <summary>Where the datagrams of a connection go.</summary>
internal interface IDatagramSender
{
    /// <summary>Sends a datagram, or loses it. Never throws.</summary>
    void Send(ReadOnlySpan<byte> datagram);

    /// <summary>Nothing comes back: look for another way.</summary>
    void OnSilence();

    /// <summary>The address that the peer changed to did not answer.</summary>
    void OnPathFailed();

    /// <summary>The connection is disposed: nothing follows.</summary>
    void OnDisposed();
}
