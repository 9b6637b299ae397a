namespace Rpc.Transports;

/// <summary>A name to listen at within the process.</summary>
internal sealed class InProcessServerTransport : IRpcServerTransport
{
    private readonly Uri _address;

    internal InProcessServerTransport(string name)
    {
        if (!Uri.TryCreate($"{InProcessTransport.Scheme}://{name}", UriKind.Absolute, out var address)
            || !string.Equals(address.Host, name, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"'{name}' cannot be the host of an address.", nameof(name));
        }

        _address = address;
    }

    public ValueTask<IRpcListener> ListenAsync(ListenContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<IRpcListener>(new InProcessListener(_address));
    }
}
