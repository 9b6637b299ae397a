using System.Threading.Tasks.Sources;
using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>Reads the items of one stream, each when it is asked for, on the thread that asks.</summary>
internal sealed class ItemsReader<T> : Work, IAsyncEnumerator<T>, IValueTaskSource<bool>
{
    private readonly ItemsBuffer _buffer;
    private readonly Formatter<T> _formatter;
    private readonly Action<ItemsReader<T>>? _onDisposed;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationToken _linkedToken;
    private readonly CancellationTokenRegistration _registration;
    private readonly CancellationTokenRegistration _linkedRegistration;
    private ManualResetValueTaskSourceCore<bool> _core;
    private FramePayload _chunk;
    private int _position;
    private T? _current;
    private int _disposed;

    /// <param name="buffer">The items.</param>
    /// <param name="end">The stream, to grant credit to; null when the call has not been made.</param>
    /// <param name="formatter">Reads an item.</param>
    /// <param name="onDisposed">Told once when the reader is disposed; tells the peer if it has to know.</param>
    /// <param name="cancellationToken">Ends the stream for its reader.</param>
    /// <param name="linkedToken">As well.</param>
    public ItemsReader(
        ItemsBuffer buffer, StreamEnd end, Formatter<T> formatter, Action<ItemsReader<T>>? onDisposed, CancellationToken cancellationToken, CancellationToken linkedToken)
    {
        _buffer = buffer;
        End = end;
        _formatter = formatter;
        _onDisposed = onDisposed;
        _cancellationToken = cancellationToken;
        _linkedToken = linkedToken;
        _registration = Register(cancellationToken);
        _linkedRegistration = Register(linkedToken);
    }

    public StreamEnd End { get; }

    public ItemsBuffer Buffer => _buffer;

    public T Current => _current!;

    public ValueTask<bool> MoveNextAsync()
    {
        if (_position < _chunk.Length)
        {
            ReadItem();
            return new ValueTask<bool>(true);
        }

        return MoveNextChunk();
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _registration.Dispose();
            _linkedRegistration.Dispose();
            _chunk.Release();
            _chunk = default;
            _position = 0;
            _onDisposed?.Invoke(this);
        }

        return default;
    }

    /// <summary>Something arrived for a reader that waits.</summary>
    public override void Execute(int op, int version, FramePayload payload)
    {
        try
        {
            switch (TryMoveNextChunk())
            {
                case 1:
                    _core.SetResult(true);
                    break;
                case -1:
                    _core.SetResult(false);
                    break;
            }
        }
        catch (Exception e)
        {
            _core.SetException(e);
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private CancellationTokenRegistration Register(CancellationToken token) => token.CanBeCanceled
        ? token.RegisterUnsafe(static state => ((ItemsReader<T>)state!).OnCancelled(), this)
        : default;

    private void OnCancelled() =>
        _buffer.Cancel(new OperationCanceledException(_cancellationToken.IsCancellationRequested ? _cancellationToken : _linkedToken));

    private ValueTask<bool> MoveNextChunk()
    {
        // Taken before the buffer learns of the waiter, which may complete it at once.
        var version = _core.Version;
        try
        {
            return TryMoveNextChunk() switch
            {
                1 => new ValueTask<bool>(true),
                -1 => new ValueTask<bool>(false),
                _ => new ValueTask<bool>(this, version),
            };
        }
        catch (Exception e)
        {
            return new ValueTask<bool>(Task.FromException<bool>(e));
        }
    }

    private int TryMoveNextChunk()
    {
        if (_chunk.Length > 0)
        {
            var grant = _buffer.Consume(_chunk.Length);
            _chunk.Release();
            _chunk = default;
            _position = 0;
            if (grant > 0)
            {
                End.Grant(grant);
            }
        }

        var taken = _buffer.TryTake(this, out var chunk, out var fault);
        if (taken == 1)
        {
            _chunk = chunk;
            _position = 0;
            ReadItem();
        }
        else if (taken == -1 && fault is not null)
        {
            throw fault;
        }

        return taken;
    }

    private void ReadItem()
    {
        try
        {
            var reader = new PayloadReader(_chunk.Span.Slice(_position));
            _current = _formatter.Deserialize(ref reader);
            if (reader.Consumed == 0)
            {
                throw new PayloadException("An item has no bytes.");
            }

            _position += reader.Consumed;
        }
        catch (Exception e)
        {
            var fault = new RpcException(RpcStatusCode.DataLoss, "An item of the stream cannot be decoded: " + e.Message, e);
            _position = _chunk.Length;
            _buffer.Cancel(fault);
            throw fault;
        }
    }
}
