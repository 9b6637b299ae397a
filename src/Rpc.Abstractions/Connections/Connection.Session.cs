using Rpc.Diagnostics;
using Rpc.Internal;
using Rpc.Protocol;

namespace Rpc.Connections;

/// <content>The session, where the connection has one that outlives its transport.</content>
internal sealed partial class Connection : ISessionHost
{
    private readonly ISession? _session;
    private readonly SessionTransport? _stream;
    private readonly OrderedEvents? _interruptions;

    public override event Action<RpcConnection, bool>? InterruptionChanged;

    public override bool IsInterrupted => _session is { IsInterrupted: true };

    /// <summary>The session, or null.</summary>
    public ISession? Session => _session;

    /// <summary>The session cannot be taken up again.</summary>
    public void LoseSession(string message, Exception? exception = null) =>
        End(new RpcCloseInfo(RpcCloseReason.SessionLost, message, Exception: exception), null, abort: true);

    void ISessionHost.OnInterruptionChanged(Exception? loss) => _interruptions!.Raise(() => RaiseInterruption(loss));

    void ISessionHost.OnResumed()
    {
        _keepAlive.Restart();
        if (Volatile.Read(ref _ping) is not null)
        {
            ((IKeepAliveTarget)this).SendPing();
        }
    }

    void ISessionHost.OnWriterDue() => Sender.Wake();

    private void OnSessionAck(long received)
    {
        if (_stream is null)
        {
            throw new ProtocolException("An acknowledgement arrived on a connection without a session.");
        }

        _stream.OnAck(received);
    }

    private void RaiseInterruption(Exception? loss)
    {
        if (loss is null)
        {
            Logger.SessionResumed(Id, Scheme, RemoteEndPoint);
        }
        else
        {
            Logger.SessionInterrupted(Id, loss.Message);
            RpcDiagnostics.Interruptions.Add(1);
        }

        try
        {
            InterruptionChanged?.Invoke(this, loss is not null);
        }
        catch (Exception e)
        {
            Logger.EventFailed(e);
        }
    }
}
