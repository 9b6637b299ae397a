using System.Runtime.CompilerServices;
using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Connections;

/// <summary>Reads frames from a message transport: each message is one frame without its length. The role of the reader passes from thread to thread as in
/// <see cref="StreamFrameReader"/>.</summary>
internal sealed class MessageFrameReader : FrameReader
{
    private const int BlockSize = 16 * 1024;

    private readonly MessageTransportConnection _transport;
    private readonly Drain _drain;
    private readonly IFrameHandler _handler;
    private readonly long _maxInbound;
    private readonly int _maxMessage;
    private readonly Action _onReady;
    private IReadOnlyList<ReadOnlyMemory<byte>> _early;
    private ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _ready;

    public MessageFrameReader(
        MessageTransportConnection transport, Drain drain, IFrameHandler handler, RpcLimits limits, IReadOnlyList<ReadOnlyMemory<byte>> early)
    {
        _transport = transport;
        _drain = drain;
        _handler = handler;
        _maxInbound = limits.MaxInboundBytes;
        _maxMessage = (int)Math.Min(FrameHeader.MaxBody, (long)limits.MaxFrameSize + FrameHeader.Size);
        _early = early;
        _onReady = OnReady;
    }

    public override void Execute() => Guarded(resumed: false);

    private void OnReady() => Guarded(resumed: true);

    private void Guarded(bool resumed)
    {
        try
        {
            if (resumed && !_ready.GetResult())
            {
                End(null);
                return;
            }

            Loop();
        }
        catch (Exception e)
        {
            End(e);
        }
    }

    private void End(Exception? exception)
    {
        _handler.OnEnd(exception);
        _drain.Run();
    }

    private void Loop()
    {
        while (true)
        {
            TakeAll();
            if (_drain.PauseUntilTaken(this, _maxInbound))
            {
                _drain.Run();
                return;
            }

            var ready = _transport.WaitToReceiveAsync(CancellationToken.None).ConfigureAwait(false).GetAwaiter();
            if (!ready.IsCompleted)
            {
                _ready = ready;
                ready.UnsafeOnCompleted(_onReady);
                _drain.Run();
                return;
            }

            if (!ready.GetResult())
            {
                End(null);
                return;
            }

            if (_drain.NeedsWorker)
            {
                Queue();
                _drain.Run();
                return;
            }
        }
    }

    /// <summary>Takes every message that is there into shared blocks.</summary>
    private void TakeAll()
    {
        ReceiveBlock? block = null;
        var used = 0;
        try
        {
            foreach (var message in _early)
            {
                Take(message.Span, ref block, ref used);
            }

            _early = [];
            while (_drain.QueuedBytes <= _maxInbound && _transport.TryReceive(out var message))
            {
                Take(message.Span, ref block, ref used);
            }
        }
        finally
        {
            _drain.Publish();
            block?.Release();
        }
    }

    private void Take(ReadOnlySpan<byte> message, ref ReceiveBlock? block, ref int used)
    {
        if (message.IsEmpty)
        {
            throw new ProtocolException("An empty message arrived.");
        }

        if (message.Length > _maxMessage)
        {
            throw new ProtocolException($"A message of {message.Length} bytes arrived, more than the limit of {_maxMessage}.");
        }

        _handler.OnActivity();
        CountReceived(message.Length);
        var body = message.Length - 1;
        if (block is null || block.Array.Length - used < body)
        {
            block?.Release();
            block = ReceiveBlock.Rent(Math.Max(BlockSize, body));
            used = 0;
        }

        message.Slice(1).CopyTo(block.Array.AsSpan(used));
        block.AddReferences(1);
        _handler.OnFrame((FrameType)message[0], new FramePayload(block, used, body));
        used += body;
    }
}
