using System.IO.Pipelines;
using Rpc.Transports;

namespace Rpc.Transport.Conformance.Faults;

/// <summary>A connection that is cut when this side has sent a number of bytes, in the middle of a write if need be.</summary>
/// <param name="inner">The connection.</param>
/// <param name="sentBytes">How many bytes go out before the cut.</param>
public sealed class CutConnection(StreamTransportConnection inner, long sentBytes) : FaultConnection(inner)
{
    private readonly Writer _output = new(inner, sentBytes);

    public override PipeWriter Output => _output;

    /// <summary>Ends when the connection was cut.</summary>
    public Task WhenCut => _output.Cut.Task;

    private sealed class Writer(StreamTransportConnection connection, long left) : FaultPipeWriter(connection.Output)
    {
        private long _left = left;

        internal TaskCompletionSource Cut { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            if (bytes.Length <= _left)
            {
                _left -= bytes.Length;
                return await Inner.WriteAsync(bytes, cancellationToken);
            }

            if (_left > 0)
            {
                await Inner.WriteAsync(bytes[..(int)_left], cancellationToken);
                _left = 0;
            }

            connection.Abort();
            Cut.TrySetResult();
            throw Reset();
        }
    }
}
