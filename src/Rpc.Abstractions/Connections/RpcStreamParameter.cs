using System.ComponentModel;
using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>An argument that is a stream of items to the peer, or takes progress from it. Made by generated proxies.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class RpcStreamParameter
{
    private protected RpcStreamParameter()
    {
    }

    /// <summary>Makes the call able to take the peer's frames for this stream; before the request is sent.</summary>
    internal abstract void Attach(CallStreams streams, int stream, StreamEnd end, Connection connection);

    /// <summary>Starts to send, if this is a stream that this side sends; after the request was sent.</summary>
    internal abstract void Start(CallStreams streams, int stream, StreamEnd end, Connection connection, OutgoingCall call, int version);

    /// <summary>A stream of items that this side sends while the call runs.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="source">The items.</param>
    /// <param name="formatter">Writes an item.</param>
    /// <returns>The parameter.</returns>
    public static RpcStreamParameter Items<T>(IAsyncEnumerable<T> source, Formatter<T> formatter) =>
        new ItemsParameter<T>(source ?? throw new ArgumentNullException(nameof(source)), formatter);

    /// <summary>Progress that the peer reports while the call runs.</summary>
    /// <typeparam name="T">The type of the reports.</typeparam>
    /// <param name="progress">Takes the reports; null when nobody wants them.</param>
    /// <param name="formatter">Reads a report.</param>
    /// <returns>The parameter, or null.</returns>
    public static RpcStreamParameter? Progress<T>(IProgress<T>? progress, Formatter<T> formatter) =>
        progress is null ? null : new ProgressParameter<T>(progress, formatter);
}
