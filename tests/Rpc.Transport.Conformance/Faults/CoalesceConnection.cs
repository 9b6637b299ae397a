using System.Buffers;
using System.IO.Pipelines;
using Rpc.Transports;

namespace Rpc.Transport.Conformance.Faults;

/// <summary>A connection whose writes can be gathered, to leave as one: the peer finds many frames in one read.</summary>
public sealed class CoalesceConnection : FaultConnection
{
    private readonly Writer _output;

    public CoalesceConnection(StreamTransportConnection inner)
        : base(inner) => _output = new Writer(inner.Output);

    public override PipeWriter Output => _output;

    /// <summary>From now on writes end at once and are kept.</summary>
    public void Gather() => _output.Gather();

    /// <summary>Sends everything kept in one write, and keeps no more. Not while a write is under way.</summary>
    public ValueTask ReleaseAsync() => _output.ReleaseAsync();

    private sealed class Writer(PipeWriter inner) : FaultPipeWriter(inner)
    {
        private readonly Lock _gate = new();
        private ArrayBufferWriter<byte>? _kept;

        internal void Gather()
        {
            lock (_gate)
            {
                _kept ??= new ArrayBufferWriter<byte>();
            }
        }

        internal async ValueTask ReleaseAsync()
        {
            ReadOnlyMemory<byte> kept;
            lock (_gate)
            {
                kept = _kept?.WrittenMemory ?? default;
                _kept = null;
            }

            await Inner.WriteAsync(kept);
        }

        protected override async ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            lock (_gate)
            {
                if (_kept is { } kept)
                {
                    kept.Write(bytes.Span);
                    return default;
                }
            }

            return await Inner.WriteAsync(bytes, cancellationToken);
        }
    }
}
