using System.IO.Pipelines;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Conformance;

/// <summary>Everything that <see cref="StreamTransportConnection"/>, <see cref="IRpcListener"/> and <see cref="IRpcClientTransport"/> promise of
/// a byte-stream transport. A subclass names the transport and inherits the tests.</summary>
public abstract partial class StreamTransportConformance : TransportConformance<StreamTransportConnection>
{
    /// <summary>More than any transport may hold of what the peer has not read: socket buffers of both sides and the transport's own.</summary>
    private const int MostInFlight = 24 * 1024 * 1024;

    /// <summary>Whether the connections of the transport under test are encrypted.</summary>
    protected virtual bool IsEncrypted => false;

    /// <summary>Whether the peer of a side that aborts can tell the cut from an ordinary end of the stream. Not so where the system's
    /// primitive has no reset.</summary>
    protected virtual bool PeerSeesCut => true;

    /// <summary>The most managed memory (bytes) that one side of an idle connection may take, its share of the listener included.</summary>
    protected virtual int MaxIdleBytes => 6 * 1024;

    /// <summary>Waits for a read or write that the cut of the connection must end.</summary>
    private async Task<TransportError?> GetEndAsync(Task operation)
    {
        try
        {
            await operation.WaitAsync(HangGuard);
            return null;
        }
        catch (TransportException exception)
        {
            return exception.Error;
        }
    }

    /// <summary>Reads until the stream ends or breaks.</summary>
    private static async Task ReadUntilEndAsync(PipeReader reader)
    {
        while (true)
        {
            var result = await reader.ReadAsync();
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Writes until the peer is gone.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="waits">Completed when a write first had to wait.</param>
    private static async Task WriteUntilEndAsync(PipeWriter writer, TaskCompletionSource? waits = null)
    {
        var chunk = new byte[65536];
        while (true)
        {
            var write = writer.WriteAsync(chunk);
            if (!write.IsCompleted)
            {
                waits?.TrySetResult();
            }

            if ((await write).IsCompleted)
            {
                return;
            }
        }
    }

    private void AssertCutHere(TransportError? error) =>
        Assert.True(error is null or TransportError.ConnectionAborted, $"This side cut the connection, but the error is {error}.");

    private void AssertCutByPeer(TransportError? error) => Assert.True(
        error is TransportError.ConnectionReset || (error is null && !PeerSeesCut),
        $"The peer cut the connection, but the operation ended with {error?.ToString() ?? "the end of the stream"}.");
}
