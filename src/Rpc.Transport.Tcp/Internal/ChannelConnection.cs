using System.IO.Pipelines;
using Rpc.Transports;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>A connection over a <see cref="ByteChannel"/>.</summary>
internal abstract class ChannelConnection : StreamTransportConnection
{
    private readonly ByteChannel _channel;
    private readonly ChannelPipeReader _input;
    private readonly ChannelPipeWriter _output;

    /// <summary>Takes over a channel.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="spinCount">How often to look for bytes before waiting for them.</param>
    private protected ChannelConnection(ByteChannel channel, int spinCount)
    {
        _channel = channel;
        _input = new ChannelPipeReader(channel, spinCount);
        _output = new ChannelPipeWriter(channel);
    }

    public override PipeReader Input => _input;

    public override PipeWriter Output => _output;

    public override void Abort() => _channel.Abort();

    public override async ValueTask DisposeAsync()
    {
        if (_output.End is { } end)
        {
            if (!end.IsCompleted)
            {
                // The peer does not read.
                _channel.Abort();
            }

            try
            {
                await end.ConfigureAwait(false);
            }
            catch (TransportException)
            {
                // The completion has reported what could not be delivered, or this disposal gave it up.
            }
        }
        else
        {
            _channel.Abort();
            _output.Discard();
        }

        _input.Complete();
        _channel.Close();
    }
}
