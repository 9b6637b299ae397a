using System.IO.Pipelines;
using Rpc.Transports;

namespace Rpc.Transport.Conformance.Faults;

/// <summary>A connection that changes one byte of what this side sends.</summary>
/// <param name="inner">The connection.</param>
/// <param name="position">Which byte, counted from the first one sent.</param>
/// <param name="mask">The bits of it that are flipped.</param>
public sealed class CorruptConnection(StreamTransportConnection inner, long position, byte mask = 0xFF) : FaultConnection(inner)
{
    private readonly Writer _output = new(inner.Output, position, mask);

    public override PipeWriter Output => _output;

    private sealed class Writer(PipeWriter inner, long position, byte mask) : FaultPipeWriter(inner)
    {
        private long _sent;

        protected override async ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            var offset = position - _sent;
            _sent += bytes.Length;
            if (offset < 0 || offset >= bytes.Length)
            {
                return await Inner.WriteAsync(bytes, cancellationToken);
            }

            var changed = bytes.ToArray();
            changed[offset] ^= mask;
            return await Inner.WriteAsync(changed, cancellationToken);
        }
    }
}
