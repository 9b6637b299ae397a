using System.IO.Pipes;
using Rpc.Transports;

namespace Rpc.Transport.NamedPipe.Tests;

internal sealed class NamedPipeServerTransport(string name) : IRpcServerTransport
{
    public ValueTask<IRpcListener> ListenAsync(ListenContext context, CancellationToken cancellationToken) => new(new Listener(name));

    private sealed class Listener(string name) : IRpcListener
    {
        private readonly CancellationTokenSource _stop = new();
        private NamedPipeServerStream _next = Create(name, PipeOptions.FirstPipeInstance);

        public Uri Address { get; } = new($"pipe://{name}");

        public async ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken)
        {
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
            try
            {
                await _next.WaitForConnectionAsync(linked.Token);
                var connection = new NamedPipeConnection(_next);
                _next = Create(name, PipeOptions.None);
                return connection;
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return null;
            }
        }

        public ValueTask DisposeAsync()
        {
            _stop.Cancel();
            return _next.DisposeAsync();
        }

        private static NamedPipeServerStream Create(string name, PipeOptions options)
        {
            try
            {
                return new(name, PipeDirection.InOut, -1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | options);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new TransportException(TransportError.AddressInUse, exception.Message, exception);
            }
        }
    }
}
