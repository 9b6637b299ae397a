using System.IO.Pipelines;
using Rpc.Transports;

namespace Rpc.Transport.Conformance.Faults;

/// <summary>A connection whose bytes can be held up in either direction, and let go again. Nothing is lost.</summary>
public sealed class StallConnection : FaultConnection
{
    private readonly Reader _input;
    private readonly Writer _output;

    public StallConnection(StreamTransportConnection inner)
        : base(inner)
    {
        _input = new Reader(inner.Input, InputGate);
        _output = new Writer(inner.Output, OutputGate);
    }

    public override PipeReader Input => _input;

    public override PipeWriter Output => _output;

    /// <summary>Closed, it holds up what the peer sends.</summary>
    public FaultGate InputGate { get; } = new();

    /// <summary>Closed, it holds up what this side sends.</summary>
    public FaultGate OutputGate { get; } = new();

    public override void Abort()
    {
        Inner.Abort();
        InputGate.Open();
        OutputGate.Open();
    }

    public override ValueTask DisposeAsync()
    {
        InputGate.Open();
        OutputGate.Open();
        return base.DisposeAsync();
    }

    private sealed class Reader(PipeReader inner, FaultGate gate) : FaultPipeReader(inner)
    {
        public override bool TryRead(out ReadResult result)
        {
            result = default;
            return gate.IsOpen && Inner.TryRead(out result);
        }

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                await gate.WaitAsync(cancellationToken);
                var result = await Inner.ReadAsync(cancellationToken);
                if (gate.IsOpen || result.IsCanceled)
                {
                    return result;
                }

                // It was closed while the read waited: what came is put back.
                Inner.AdvanceTo(result.Buffer.Start);
            }
        }
    }

    private sealed class Writer(PipeWriter inner, FaultGate gate) : FaultPipeWriter(inner)
    {
        protected override async ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            await gate.WaitAsync(cancellationToken);
            return await Inner.WriteAsync(bytes, cancellationToken);
        }
    }
}
