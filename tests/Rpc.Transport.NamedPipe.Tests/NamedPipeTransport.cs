using System.IO.Pipes;
using Rpc.Transports;

namespace Rpc.Transport.NamedPipe.Tests;

/// <summary>A whole transport, to show what one takes: named pipes, at <c>pipe://name</c>.</summary>
internal sealed class NamedPipeTransport : IRpcClientTransport
{
    public IReadOnlyCollection<string> Schemes { get; } = ["pipe"];

    public async ValueTask<TransportConnection> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        var stream = new NamedPipeClientStream(".", address.Host, PipeDirection.InOut, PipeOptions.Asynchronous);
        try
        {
            await stream.ConnectAsync(0, cancellationToken);
            return new NamedPipeConnection(stream);
        }
        catch (TimeoutException exception)
        {
            throw new TransportException(TransportError.ConnectionRefused, $"Nobody listens at {address}.", exception);
        }
    }
}
