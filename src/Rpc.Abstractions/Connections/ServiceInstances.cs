using Microsoft.Extensions.Logging;
using Rpc.Diagnostics;

namespace Rpc.Connections;

/// <summary>The services of one connection that live as long as it does.</summary>
internal sealed class ServiceInstances
{
    private readonly object _gate = new();
    private readonly RpcConnection _connection;
    private readonly ILogger _logger;
    private object?[] _instances = [];
    private List<object>? _owned;
    private bool _disposed;

    public ServiceInstances(RpcConnection connection, ILogger logger)
    {
        _connection = connection;
        _logger = logger;
    }

    /// <summary>The instance that serves a call.</summary>
    /// <param name="service">The service.</param>
    /// <param name="owned">What to dispose when the call has ended, or null.</param>
    public object Get(ServiceBinding service, out object? owned)
    {
        if (service.Options.Lifetime == RpcServiceLifetime.Call)
        {
            return service.Activator.Create(_connection, out owned);
        }

        owned = null;
        var instances = Volatile.Read(ref _instances);
        return (service.Index < instances.Length ? Volatile.Read(ref instances[service.Index]) : null) ?? Create(service);
    }

    /// <summary>Disposes something when the connection has closed; at once if it has.</summary>
    public ValueTask OwnAsync(object owned)
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                (_owned ??= []).Add(owned);
                return default;
            }
        }

        return DisposeAsync(owned, _logger);
    }

    public async ValueTask DisposeAsync()
    {
        List<object>? owned;
        lock (_gate)
        {
            _disposed = true;
            (owned, _owned) = (_owned, null);
        }

        for (var i = (owned?.Count ?? 0) - 1; i >= 0; i--)
        {
            await DisposeAsync(owned![i], _logger).ConfigureAwait(false);
        }
    }

    /// <summary>Disposes a service of the user's, whatever it throws.</summary>
    public static async ValueTask DisposeAsync(object owned, ILogger logger)
    {
        try
        {
            if (owned is IAsyncDisposable asynchronous)
            {
                await asynchronous.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                (owned as IDisposable)?.Dispose();
            }
        }
        catch (Exception e)
        {
            logger.DisposeFailed(e);
        }
    }

    private object Create(ServiceBinding service)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                throw new RpcException(RpcStatusCode.Unavailable, "The connection is closed.");
            }

            if (service.Index < _instances.Length && _instances[service.Index] is { } existing)
            {
                return existing;
            }

            var created = service.Activator.Create(_connection, out var owned);
            if (owned is not null)
            {
                (_owned ??= []).Add(owned);
            }

            if (service.Index >= _instances.Length)
            {
                var grown = new object?[service.Index + 1];
                _instances.CopyTo(grown, 0);
                Volatile.Write(ref _instances, grown);
            }

            Volatile.Write(ref _instances[service.Index], created);
            return created;
        }
    }
}
