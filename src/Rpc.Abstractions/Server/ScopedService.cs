using Microsoft.Extensions.DependencyInjection;

namespace Rpc.Server;

/// <summary>Disposes a service, then the scope that its dependencies came from.</summary>
internal sealed class ScopedService : IAsyncDisposable
{
    private readonly object _service;
    private readonly IServiceScope? _scope;

    public ScopedService(object service, IServiceScope? scope)
    {
        _service = service;
        _scope = scope;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_service is IAsyncDisposable asynchronous)
            {
                await asynchronous.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                (_service as IDisposable)?.Dispose();
            }
        }
        finally
        {
            if (_scope is IAsyncDisposable scope)
            {
                await scope.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                _scope?.Dispose();
            }
        }
    }
}
