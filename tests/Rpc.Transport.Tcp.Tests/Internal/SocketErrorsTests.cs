using System.Net.Sockets;
using System.Security.Authentication;
using Rpc.Transport.Tcp.Internal;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Tcp.Tests.Internal;

public sealed class SocketErrorsTests
{
    [Theory]
    [InlineData(SocketError.ConnectionRefused, TransportError.ConnectionRefused)]
    [InlineData(SocketError.HostNotFound, TransportError.HostNotFound)]
    [InlineData(SocketError.TryAgain, TransportError.HostNotFound)]
    [InlineData(SocketError.NetworkUnreachable, TransportError.HostUnreachable)]
    [InlineData(SocketError.TimedOut, TransportError.TimedOut)]
    [InlineData(SocketError.ConnectionReset, TransportError.ConnectionReset)]
    [InlineData(SocketError.Shutdown, TransportError.ConnectionReset)]
    [InlineData(SocketError.OperationAborted, TransportError.ConnectionAborted)]
    [InlineData(SocketError.AddressAlreadyInUse, TransportError.AddressInUse)]
    [InlineData(SocketError.AccessDenied, TransportError.AccessDenied)]
    [InlineData(SocketError.MessageSize, TransportError.Unknown)]
    public void A_socket_error_has_one_reason_however_it_is_wrapped(SocketError error, TransportError expected)
    {
        var exception = new SocketException((int)error);
        Assert.Equal(expected, SocketErrors.Map(exception).Error);
        Assert.Equal(expected, SocketErrors.Map(new IOException("wrapped", exception)).Error);
        Assert.Equal(expected, SocketErrors.Map(new IOException("twice", new IOException("wrapped", exception))).Error);
        Assert.Same(exception, SocketErrors.Map(exception).InnerException);
    }

    [Fact]
    public void Failures_of_TLS_have_their_reasons()
    {
        Assert.Equal(TransportError.SecurityFailed, SocketErrors.Map(new AuthenticationException()).Error);
        Assert.Equal(TransportError.SecurityFailed, SocketErrors.Map(new IOException("decrypt", new InvalidOperationException())).Error);
        Assert.Equal(TransportError.ConnectionReset, SocketErrors.Map(new IOException("unexpected end")).Error);
    }

    [Fact]
    public void What_follows_a_cut_of_this_side_is_the_cut()
    {
        Assert.Equal(TransportError.ConnectionAborted, SocketErrors.Map(new SocketException((int)SocketError.ConnectionReset), abortedHere: true).Error);
        Assert.Equal(TransportError.ConnectionAborted, SocketErrors.Map(new ObjectDisposedException("socket")).Error);
    }

    [Fact]
    public void A_mapped_exception_is_mapped_once()
    {
        var exception = new TransportException(TransportError.TimedOut, "slow");
        Assert.Same(exception, SocketErrors.Map(exception, abortedHere: true));
    }
}
