using System.IO.Pipelines;
using System.IO.Pipes;
using Rpc.Transports;

namespace Rpc.Transport.NamedPipe.Tests;

/// <summary>A named pipe cannot end one direction: bytes travel in chunks behind their length, and a chunk of none is the end of the stream.</summary>
internal sealed class NamedPipeConnection : StreamTransportConnection
{
    private readonly PipeStream _stream;
    private readonly Pipe _incoming = new();
    private readonly Pipe _outgoing = new();
    private readonly Task _receiving;
    private readonly Task _sending;
    private volatile bool _isAborted;

    public NamedPipeConnection(PipeStream stream)
    {
        _stream = stream;
#pragma warning disable CS0618 // Not invoked by every reader and writer there is, but by those of a Pipe.
        _incoming.Writer.OnReaderCompleted((exception, _) => AbortIf(exception), null);
        _outgoing.Reader.OnWriterCompleted((exception, _) => AbortIf(exception), null);
#pragma warning restore CS0618
        _receiving = ReceiveAsync(_incoming.Writer);
        _sending = SendAsync(_outgoing.Reader);
    }

    public override string Scheme => "pipe";

    public override PipeReader Input => _incoming.Reader;

    public override PipeWriter Output => _outgoing.Writer;

    public override void Abort()
    {
        _isAborted = true;
        _stream.Dispose();
    }

    public override async ValueTask DisposeAsync()
    {
        // Ignored after a graceful end, which is then delivered.
        await Output.CompleteAsync(new OperationCanceledException());
        await _sending;
        Abort();
        await Input.CompleteAsync();
        await _receiving;
    }

    private async Task ReceiveAsync(PipeWriter writer)
    {
        var length = new byte[4];
        try
        {
            do
            {
                await _stream.ReadExactlyAsync(length);
                await _stream.ReadExactlyAsync(writer.GetMemory(BitConverter.ToInt32(length))[..BitConverter.ToInt32(length)]);
                writer.Advance(BitConverter.ToInt32(length));
                await writer.FlushAsync();
            }
            while (BitConverter.ToInt32(length) > 0);
            await writer.CompleteAsync();
        }
        catch (Exception exception)
        {
            await writer.CompleteAsync(Map(exception));
        }
    }

    private async Task SendAsync(PipeReader reader)
    {
        try
        {
            while (await reader.ReadAsync() is { Buffer: { IsEmpty: false } buffer })
            {
                foreach (var memory in buffer)
                {
                    await _stream.WriteAsync(BitConverter.GetBytes(memory.Length));
                    await _stream.WriteAsync(memory);
                }

                reader.AdvanceTo(buffer.End);
            }

            await _stream.WriteAsync(new byte[4]);
            await reader.CompleteAsync();
        }
        catch (Exception exception)
        {
            await reader.CompleteAsync(Map(exception));
        }
    }

    private void AbortIf(Exception? exception)
    {
        if (exception is not null)
        {
            Abort();
        }
    }

    private TransportException Map(Exception exception) =>
        new(_isAborted ? TransportError.ConnectionAborted : TransportError.ConnectionReset, exception.Message, exception);
}
