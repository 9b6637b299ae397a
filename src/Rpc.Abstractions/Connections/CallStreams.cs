using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>The streams of one call, on either side. Not reused, so that the reader may hold one while the call ends.</summary>
/// <remarks>Stream 0 is the result, the others are the stream and progress parameters. The arrays are filled before the call is visible to the reader.</remarks>
internal sealed class CallStreams
{
    private readonly IItemsTarget?[] _targets;
    private readonly StreamWindow?[] _windows;
    private CancellationTokenSource? _cancellation;
    private bool _closed;

    /// <param name="parameterCount">The stream and progress parameters.</param>
    public CallStreams(int parameterCount)
    {
        _targets = new IItemsTarget?[parameterCount + 1];
        _windows = new StreamWindow?[parameterCount + 1];
    }

    /// <summary>Sets what takes the items of a stream that the peer sends.</summary>
    public void Receive(int stream, IItemsTarget target) => Volatile.Write(ref _targets[stream], target);

    /// <summary>Sets the window of a stream that this side sends.</summary>
    public void Send(int stream, StreamWindow window) => Volatile.Write(ref _windows[stream], window);

    /// <summary>Cancelled when the call has ended; for the sources of stream parameters.</summary>
    public CancellationToken Ended
    {
        get
        {
            var source = new CancellationTokenSource();
            source = Interlocked.CompareExchange(ref _cancellation, source, null) ?? source;
            return IsClosed ? new CancellationToken(canceled: true) : source.Token;
        }
    }

    /// <summary>Whether the call has ended.</summary>
    public bool IsClosed => Volatile.Read(ref _closed);

    public IItemsTarget? Target(int stream) => (uint)stream < (uint)_targets.Length ? Volatile.Read(ref _targets[stream]) : null;

    public StreamWindow? Window(int stream) => (uint)stream < (uint)_windows.Length ? Volatile.Read(ref _windows[stream]) : null;

    public void OnItems(int stream, FramePayload payload)
    {
        if (Target(stream) is { } target)
        {
            target.Add(payload);
            return;
        }

        payload.Release();
        throw new ProtocolException($"Items arrived for stream {stream}, which the call does not have.");
    }

    /// <summary>Takes an item of which only the newest is of interest.</summary>
    /// <returns>The bytes to grant to the sender now, or 0.</returns>
    public int OnNewest(int stream, uint position, FramePayload payload)
    {
        if (Target(stream) is ItemsBuffer buffer)
        {
            return buffer.AddNewest(position, payload);
        }

        payload.Release();
        throw new ProtocolException($"An item arrived for stream {stream}, which the call does not have.");
    }

    /// <summary>The call is over: nobody sends, and nobody waits for items.</summary>
    public void Close(Exception fault)
    {
        Volatile.Write(ref _closed, true);

        // Either this thread sees the source that Ended makes, or Ended sees that the call has ended.
        Interlocked.MemoryBarrier();
        foreach (var window in _windows)
        {
            window?.Stop();
        }

        foreach (var target in _targets)
        {
            target?.End(fault);
        }

        if (Volatile.Read(ref _cancellation) is { } cancellation)
        {
            new CancelWork(cancellation).Queue();
        }
    }
}
