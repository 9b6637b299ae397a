using System.IO.Pipelines;

namespace Rpc.Transports;

/// <summary>One direction of an in-process connection: a bounded pipe whose two ends can be broken from outside.</summary>
/// <remarks>A <see cref="Pipe"/> may be completed only by its own reader and writer, between their operations. Breaking an end from another
/// thread therefore records the error and wakes the end by a cancellation, which is thread safe; the end then throws the error.</remarks>
internal sealed class InProcessPipe
{
    /// <summary>Bytes in flight at which a write waits: as much as the buffers of a socket usually take.</summary>
    internal const int PauseThreshold = 128 * 1024;

    private readonly Pipe _pipe = new(new PipeOptions(
        pauseWriterThreshold: PauseThreshold,
        resumeWriterThreshold: PauseThreshold / 2,
        minimumSegmentSize: 4096,
        useSynchronizationContext: false));

    private TransportException? _readerError;
    private TransportException? _writerError;

    internal PipeReader Reader => _pipe.Reader;

    internal PipeWriter Writer => _pipe.Writer;

    /// <summary>Makes the reading end throw from now on; what it has not read is lost. The first error stays.</summary>
    internal void BreakReader(TransportException error)
    {
        if (Interlocked.CompareExchange(ref _readerError, error, null) is null)
        {
            _pipe.Reader.CancelPendingRead();
        }
    }

    /// <summary>Makes the writing end throw from now on. The first error stays.</summary>
    internal void BreakWriter(TransportException error)
    {
        if (Interlocked.CompareExchange(ref _writerError, error, null) is null)
        {
            _pipe.Writer.CancelPendingFlush();
        }
    }

    internal void ThrowIfReaderBroken()
    {
        if (Volatile.Read(ref _readerError) is { } error)
        {
            throw new TransportException(error.Error, error.Message, error);
        }
    }

    internal void ThrowIfWriterBroken()
    {
        if (Volatile.Read(ref _writerError) is { } error)
        {
            throw new TransportException(error.Error, error.Message, error);
        }
    }
}
