using System.IO.Pipelines;

namespace Rpc.Transports;

/// <summary>A connection of a transport that delivers a stream of bytes, in order and without loss: TCP, TLS, Unix socket, WebSocket,
/// named pipe, in-process.</summary>
/// <remarks>
/// What the engine relies on, and the conformance suite checks:
/// <list type="bullet">
/// <item><description>One reader and one writer at a time; the two may overlap.</description></item>
/// <item><description><see cref="IDuplexPipe.Input"/>: <c>ReadAsync</c> ends with <c>IsCompleted</c> after the peer completed its output and all
/// of it was read; it throws <see cref="TransportException"/> when the connection broke. What is examined but not consumed stays.</description></item>
/// <item><description><see cref="IDuplexPipe.Output"/>: the memory given to <c>WriteAsync</c> may be reused as soon as the returned task ends. The
/// task ends when the transport took the bytes, not when they arrived; a slow peer makes it wait. <c>FlushResult.IsCompleted</c> or a
/// <see cref="TransportException"/> tells that the peer is gone.</description></item>
/// <item><description>The writer's <c>CompleteAsync()</c> delivers everything that was written, then the peer sees the end of the stream; reading goes on.</description></item>
/// <item><description><c>CompleteAsync(exception)</c> on either cuts the connection.</description></item>
/// <item><description>An idle connection (a read pending, nothing buffered) should hold no buffer.</description></item>
/// </list>
/// </remarks>
public abstract class StreamTransportConnection : TransportConnection, IDuplexPipe
{
    /// <inheritdoc/>
    public abstract PipeReader Input { get; }

    /// <inheritdoc/>
    public abstract PipeWriter Output { get; }
}
