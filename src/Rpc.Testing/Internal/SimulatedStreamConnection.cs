using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Rpc.Transports;

namespace Rpc.Testing.Internal;

/// <summary>A stream of bytes over a simulated network: a pipe each way, and who moves bytes from it to the connection within.</summary>
internal sealed class SimulatedStreamConnection : StreamTransportConnection, ISimulatedConnection
{
    /// <summary>How long a peer may take what a disposed connection has sent before (real time).</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

    private readonly SimulatedNetwork _network;
    private readonly StreamTransportConnection _inner;
    private readonly Pipe _outgoing = new(new PipeOptions(useSynchronizationContext: false));
    private readonly Pipe _incoming = new(new PipeOptions(useSynchronizationContext: false));
    private readonly StreamShaper _sender;
    private readonly StreamShaper _receiver;
    private readonly Task _sending;
    private readonly Task _receiving;

    internal SimulatedStreamConnection(SimulatedNetwork network, StreamTransportConnection inner, NetworkDirection outbound, NetworkDirection inbound, int seed)
    {
        _network = network;
        _inner = inner;
        Input = new EndReader(_incoming.Reader, this);
        Output = new EndWriter(_outgoing.Writer, this);
        _sender = new StreamShaper(outbound, network.TimeProvider, seed, _outgoing.Reader, inner.Output, ownsTarget: false);
        _receiver = new StreamShaper(inbound, network.TimeProvider, seed + 1, inner.Input, _incoming.Writer, ownsTarget: true);
        _sending = Task.Run(_sender.RunAsync);
        _receiving = Task.Run(_receiver.RunAsync);
    }

    public override string Scheme => _inner.Scheme;

    public override EndPoint? LocalEndPoint => _inner.LocalEndPoint;

    public override EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    public override bool IsEncrypted => _inner.IsEncrypted;

    public override X509Certificate2? RemoteCertificate => _inner.RemoteCertificate;

    public override PipeReader Input { get; }

    public override PipeWriter Output { get; }

    public override void Abort() => Cut(new TransportException(TransportError.ConnectionAborted, "This side cut the connection."));

    public void Cut() => Cut(new TransportException(TransportError.ConnectionReset, "The simulated network cut the connection."));

    public override async ValueTask DisposeAsync()
    {
        if (((EndWriter)Output).IsEnded)
        {
            _sender.Rush();
            await Task.WhenAny(_sending, TimeProvider.System.WaitAsync(s_grace, CancellationToken.None)).ConfigureAwait(false);
        }

        if (_sending.IsCompleted)
        {
            // Everything was delivered: nothing is to be cut that the peer has not read yet.
            _receiver.Stop();
        }
        else
        {
            Abort();
        }

        await Task.WhenAll(_sending, _receiving).ConfigureAwait(false);
        await _inner.DisposeAsync().ConfigureAwait(false);
        _sender.Dispose();
        _receiver.Dispose();
        _network.Remove(this);
    }

    private void Cut(TransportException failure)
    {
        _sender.Cut(failure);
        _receiver.Cut(failure);
        _inner.Abort();
    }

    /// <summary>The input; completed with an error it cuts the connection.</summary>
    private sealed class EndReader(PipeReader inner, SimulatedStreamConnection connection) : PipeReader
    {
        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null)
        {
            if (exception is not null)
            {
                connection.Abort();
            }

            inner.Complete(exception);
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => inner.ReadAsync(cancellationToken);

        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);
    }

    /// <summary>The output; completed with an error it cuts the connection.</summary>
    private sealed class EndWriter(PipeWriter inner, SimulatedStreamConnection connection) : PipeWriter
    {
        private volatile bool _isEnded;

        /// <summary>Whether it was completed without an error: what was written is to be delivered.</summary>
        internal bool IsEnded => _isEnded;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null)
        {
            if (exception is not null)
            {
                connection.Abort();
            }
            else
            {
                _isEnded = true;
            }

            inner.Complete(exception);
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(source, cancellationToken);
    }
}
