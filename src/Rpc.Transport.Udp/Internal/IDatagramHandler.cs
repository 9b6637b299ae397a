using System.Diagnostics.CodeAnalysis;

namespace Rpc.Transport.Udp.Internal;

/// <summary>What a socket's datagrams go to.</summary>
internal interface IDatagramHandler
{
    /// <summary>How many connections wait for their turns. Thread safe.</summary>
    int TurnCount { get; }

    /// <summary>A datagram, which may be changed in place. One at a time; runs no code that may block.</summary>
    void OnDatagram(Span<byte> datagram, DatagramAddress from);

    /// <summary>Takes a connection that datagrams came for: its turn is due, which runs the code of users and may block. Thread safe.</summary>
    bool TryTakeTurn([NotNullWhen(true)] out UdpConnection? connection);

    /// <summary>A receive failed.</summary>
    /// <returns>Whether to go on.</returns>
    bool OnFailure(Exception exception);
}
