using System.Net.Sockets;

namespace Rpc.Transport.Tcp.Polling;

/// <summary>errno(3) of Linux, as far as the calls that are made here name it.</summary>
internal static class ErrorNumber
{
    /// <summary>A signal came in between.</summary>
    internal const int Interrupted = 4;

    /// <summary>The device cannot do what was asked for.</summary>
    internal const int InputOutput = 5;

    /// <summary>It would have to wait.</summary>
    internal const int Again = 11;

    /// <summary>The arguments do not fit.</summary>
    internal const int InvalidArgument = 22;

    /// <summary>Longer than the path or the system takes.</summary>
    internal const int MessageSize = 90;

    /// <summary>The platform's name for it.</summary>
    internal static SocketError Map(int error) => error switch
    {
        1 or 13 => SocketError.AccessDenied,
        2 => SocketError.AddressNotAvailable,
        11 => SocketError.ConnectionRefused,
        22 => SocketError.InvalidArgument,
        97 => SocketError.AddressFamilyNotSupported,
        98 => SocketError.AddressAlreadyInUse,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        104 => SocketError.ConnectionReset,
        105 => SocketError.NoBufferSpaceAvailable,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };
}
