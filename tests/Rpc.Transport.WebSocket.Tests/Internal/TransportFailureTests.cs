using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using Rpc.Transport.WebSockets.Internal;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Internal;

public sealed class TransportFailureTests
{
    public static TheoryData<Exception, TransportError> Failures => new()
    {
        { new SocketException((int)SocketError.ConnectionRefused), TransportError.ConnectionRefused },
        { new SocketException((int)SocketError.HostNotFound), TransportError.HostNotFound },
        { new SocketException((int)SocketError.NetworkUnreachable), TransportError.HostUnreachable },
        { new SocketException((int)SocketError.TimedOut), TransportError.TimedOut },
        { new SocketException((int)SocketError.ConnectionReset), TransportError.ConnectionReset },
        { new SocketException((int)SocketError.Shutdown), TransportError.ConnectionReset },
        { new SocketException((int)SocketError.OperationAborted), TransportError.ConnectionAborted },
        { new SocketException((int)SocketError.AddressAlreadyInUse), TransportError.AddressInUse },
        { new SocketException((int)SocketError.AccessDenied), TransportError.AccessDenied },
        { new SocketException((int)SocketError.MessageSize), TransportError.Unknown },
        { new IOException("", new SocketException((int)SocketError.ConnectionReset)), TransportError.ConnectionReset },
        { new WebSocketException("", new IOException("", new SocketException((int)SocketError.TimedOut))), TransportError.TimedOut },
        { new WebSocketException("", new AuthenticationException()), TransportError.SecurityFailed },
        { new WebSocketException(WebSocketError.ConnectionClosedPrematurely), TransportError.ConnectionReset },
        { new WebSocketException(WebSocketError.Faulted), TransportError.ProtocolViolation },
        { new WebSocketException(WebSocketError.InvalidState), TransportError.ConnectionAborted },
        { new IOException(), TransportError.ConnectionReset },
        { new ObjectDisposedException(""), TransportError.ConnectionAborted },
        { new OperationCanceledException(), TransportError.ConnectionAborted },
        { new InvalidOperationException(), TransportError.Unknown },
        { new IOException("", new TransportException(TransportError.HostUnreachable, "")), TransportError.HostUnreachable },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_failure_is_mapped_by_the_most_telling_of_its_causes(Exception exception, TransportError error)
    {
        var failure = TransportFailure.From(exception, "It failed");
        Assert.Equal(error, failure.Error);
        Assert.Same(exception, failure.InnerException);
    }
}
