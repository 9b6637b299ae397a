using Rpc.Internal;
using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Connections;

/// <summary>A session on a transport of messages, which keeps by itself what the peer has not acknowledged: here is only who is told, and when it is over.</summary>
internal sealed class MessageSession : ISession
{
    private readonly MessageTransportConnection _transport;
    private readonly IInterruptibleConnection _link;
    private readonly Action<ISession, Exception?> _onChanged;
    private readonly OrderedEvents _events = new();
    private ISessionHost? _host;
    private bool _isInterrupted;
    private bool _isClosed;

    /// <param name="transport">The connection, past the handshake.</param>
    /// <param name="link">The same.</param>
    /// <param name="grant">The session.</param>
    /// <param name="onChanged">Told on the pool, in order, when the session is interrupted, and with null when it goes on.</param>
    public MessageSession(MessageTransportConnection transport, IInterruptibleConnection link, SessionGrant grant, Action<ISession, Exception?> onChanged)
    {
        _transport = transport;
        _link = link;
        _onChanged = onChanged;
        Grant = grant;
    }

    public SessionGrant Grant { get; }

    public string Scheme => _transport.Scheme;

    public bool IsInterrupted => Volatile.Read(ref _isInterrupted) && !Volatile.Read(ref _isClosed);

    public void Bind(ISessionHost host)
    {
        _host = host;
        _link.KeepThroughSilence(OnChanged);
    }

    public bool Interrupt(Exception reason) =>
        !Volatile.Read(ref _isClosed)
        && _link.Interrupt(reason as TransportException ?? new TransportException(TransportError.ConnectionAborted, reason.Message, reason));

    /// <inheritdoc cref="IInterruptibleConnection.SeekAsync"/>
    public ValueTask<bool> SeekAsync(Uri address, CancellationToken cancellationToken) => _link.SeekAsync(address, cancellationToken);

    public void Tick()
    {
        // The transport acknowledges by itself.
    }

    public void Close()
    {
        Volatile.Write(ref _isClosed, true);
        if (Volatile.Read(ref _isInterrupted))
        {
            // Nobody is there to say goodbye to; the transport's own may still arrive.
            _transport.Abort();
        }
    }

    /// <summary>Called under the transport's lock, so in order.</summary>
    private void OnChanged(TransportException? loss)
    {
        Volatile.Write(ref _isInterrupted, loss is not null);
        _host!.OnInterruptionChanged(loss);
        _events.Raise(() =>
        {
            if (loss is null)
            {
                _host.OnResumed();
            }

            _onChanged(this, loss);
        });
    }
}
