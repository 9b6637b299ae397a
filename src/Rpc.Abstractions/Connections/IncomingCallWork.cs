namespace Rpc.Connections;

/// <summary>What the drain runs for a call of the peer.</summary>
internal sealed class IncomingCallWork : Work
{
    /// <summary>The payload is that of the request: start the handler.</summary>
    public const int Start = 0;

    /// <summary>The caller cancelled.</summary>
    public const int Cancel = 1;

    /// <summary>The call waited for one before it.</summary>
    public const int Resume = 2;

    private readonly IncomingCall _call;

    public IncomingCallWork(IncomingCall call) => _call = call;

    public override void Execute(int op, int version, FramePayload payload)
    {
        switch (op)
        {
            case Start:
                _call.Start(payload);
                break;
            case Cancel:
                _call.Cancel(version);
                break;
            case Resume:
                _call.Run();
                break;
        }
    }
}
