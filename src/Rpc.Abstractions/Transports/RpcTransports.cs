using System.Collections.Concurrent;

namespace Rpc.Transports;

/// <summary>The transports that every client of this process can use; <see cref="InProcessTransport"/> is there from the start. Thread safe.</summary>
public static class RpcTransports
{
    private static readonly ConcurrentDictionary<string, IRpcClientTransport> s_transports =
        new(StringComparer.OrdinalIgnoreCase) { [InProcessTransport.Scheme] = new InProcessTransport() };

    /// <summary>Makes a transport known for its schemes, unless another one is known for them. Called by generated code.</summary>
    /// <param name="transport">The transport.</param>
    public static void Register(IRpcClientTransport transport)
    {
        if (transport is null)
        {
            throw new ArgumentNullException(nameof(transport));
        }

        foreach (var scheme in transport.Schemes)
        {
            s_transports.TryAdd(scheme, transport);
        }
    }

    /// <summary>Finds the transport of a scheme.</summary>
    /// <param name="scheme">The scheme, in any case.</param>
    /// <returns>The transport, or null.</returns>
    public static IRpcClientTransport? Find(string scheme) => s_transports.TryGetValue(scheme, out var transport) ? transport : null;

    /// <summary>The schemes known, in order.</summary>
    public static IReadOnlyList<string> Schemes => [.. s_transports.Keys.OrderBy(static scheme => scheme, StringComparer.Ordinal)];
}
