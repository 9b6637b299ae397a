using System.IO.Pipelines;

namespace Rpc.Transports;

/// <summary>One side of an in-process connection.</summary>
internal sealed class InProcessConnection : StreamTransportConnection
{
    private readonly InProcessPipe _incoming;
    private readonly InProcessPipe _outgoing;
    private readonly InProcessPipeReader _input;
    private readonly InProcessPipeWriter _output;

    internal InProcessConnection(InProcessPipe incoming, InProcessPipe outgoing)
    {
        _incoming = incoming;
        _outgoing = outgoing;
        _input = new InProcessPipeReader(this, incoming);
        _output = new InProcessPipeWriter(this, outgoing);
    }

    public override string Scheme => InProcessTransport.Scheme;

    public override PipeReader Input => _input;

    public override PipeWriter Output => _output;

    public override void Abort()
    {
        StopReading();
        _outgoing.BreakWriter(AbortedHere());
        _outgoing.BreakReader(CutByPeer());
    }

    public override ValueTask DisposeAsync()
    {
        // What a graceful completion left in the pipe is the peer's to read, even after this side is gone.
        if (_output.IsCompletedGracefully)
        {
            StopReading();
        }
        else
        {
            Abort();
        }

        _incoming.Reader.Complete();
        _outgoing.Writer.Complete();
        return default;
    }

    private static TransportException AbortedHere() => new(TransportError.ConnectionAborted, "This side cut the in-process connection.");

    private static TransportException CutByPeer() => new(TransportError.ConnectionReset, "The peer cut the in-process connection.");

    private void StopReading()
    {
        _incoming.BreakReader(AbortedHere());
        _incoming.BreakWriter(CutByPeer());
    }
}
