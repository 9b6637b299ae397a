using Microsoft.Extensions.Logging;
using Rpc.Diagnostics;
using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>Hands the reports of a progress parameter to the caller's <see cref="IProgress{T}"/>, in order.</summary>
internal sealed class ProgressTarget<T> : Work, IItemsTarget
{
    private readonly ProgressParameter<T> _parameter;
    private readonly StreamEnd _end;
    private readonly ItemsBuffer _buffer;
    private readonly ILogger _logger;

    public ProgressTarget(Drain drain, ProgressParameter<T> parameter, StreamEnd end, int window, ILogger logger)
    {
        _parameter = parameter;
        _end = end;
        _buffer = new ItemsBuffer(drain, window);
        _logger = logger;
        _buffer.TryTake(this, out _, out _);
    }

    public void Add(FramePayload payload) => _buffer.Add(payload);

    /// <summary>What was reported is still handed on; the error is the call's.</summary>
    public void End(Exception? fault) => _buffer.End(null);

    public override void Execute(int op, int version, FramePayload payload)
    {
        try
        {
            while (_buffer.TryTake(this, out var chunk, out _) == 1)
            {
                Report(chunk);
            }
        }
        catch (Exception e)
        {
            _logger.ProgressFailed(_end.Stream.CallId, e);
        }
    }

    private void Report(FramePayload chunk)
    {
        try
        {
            var reader = new PayloadReader(chunk.Span);
            while (reader.Remaining > 0)
            {
                var before = reader.Consumed;
                _parameter.Progress.Report(_parameter.Formatter.Deserialize(ref reader)!);
                if (reader.Consumed == before)
                {
                    throw new PayloadException("An item has no bytes.");
                }
            }
        }
        finally
        {
            var grant = _buffer.Consume(chunk.Length);
            chunk.Release();
            if (grant > 0)
            {
                _end.Grant(grant);
            }
        }
    }
}
