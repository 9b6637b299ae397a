using System.Diagnostics;
using Rpc.Serialization;

namespace Rpc.Protocol;

/// <summary>What a request carries beside its arguments when it carries anything: length (LEB128), then fields as in <see cref="HandshakeFrame"/>.
/// Stands between the method id and the arguments of <c>RequestExtended</c> and <c>OneWayExtended</c>.</summary>
internal sealed class RequestExtension
{
    private const uint TimeoutTag = 1;
    private const uint TraceParentTag = 2;
    private const uint TraceStateTag = 3;
    private const uint MetadataTag = 4;

    /// <summary>Bytes of a traceparent: trace id 16, span id 8, flags 1 (W3C Trace Context section 3.2, in binary).</summary>
    private const int TraceParentSize = 25;

    /// <summary>A longer trace state is left out: W3C Trace Context, section 3.3.1.5.</summary>
    private const int MaxTraceStateSize = 512;

    /// <summary>The longest that a timer takes: 49 days, one millisecond less than the field can say.</summary>
    public static readonly TimeSpan MaxTimeout = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>How long the caller waits, from the arrival of the request; null for ever. At most <see cref="MaxTimeout"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The caller's span, or default.</summary>
    public ActivityContext TraceContext { get; init; }

    /// <summary>Names and values; null when none.</summary>
    public RpcMetadata? Metadata { get; init; }

    /// <summary>Writes the fields without the length before them.</summary>
    public void Write(ref PayloadWriter writer)
    {
        if (Timeout is { } timeout)
        {
            writer.WriteLeb128(TimeoutTag);
            writer.WriteLeb128(4);
            writer.WriteUnmanaged((uint)Math.Clamp(Math.Ceiling(timeout.TotalMilliseconds), 0, MaxTimeout.TotalMilliseconds));
        }

        if (TraceContext.TraceId != default)
        {
            writer.WriteLeb128(TraceParentTag);
            writer.WriteLeb128(TraceParentSize);
            var span = writer.GetSpan(TraceParentSize);
            TraceContext.TraceId.CopyTo(span.Slice(0, 16));
            TraceContext.SpanId.CopyTo(span.Slice(16, 8));
            span[24] = (byte)TraceContext.TraceFlags;
            writer.Advance(TraceParentSize);
            if (TraceContext.TraceState is { Length: > 0 } state)
            {
                var bytes = System.Text.Encoding.UTF8.GetBytes(state);
                writer.WriteLeb128(TraceStateTag);
                writer.WriteLeb128((uint)bytes.Length);
                writer.WriteRaw(bytes);
            }
        }

        if (Metadata is not null)
        {
            foreach (var pair in Metadata)
            {
                MetadataField.Write(ref writer, MetadataTag, pair);
            }
        }
    }

    /// <summary>Reads the length and the fields.</summary>
    /// <param name="reader">Where from; left at the arguments.</param>
    /// <param name="maxSize">The most bytes that the fields may have.</param>
    /// <param name="maxPairs">The most pairs of metadata.</param>
    /// <exception cref="RpcException">There are more.</exception>
    public static RequestExtension Read(ref PayloadReader reader, int maxSize, int maxPairs)
    {
        var fields = new PayloadReader(reader.ReadBytes());
        if (fields.Remaining > maxSize)
        {
            throw new RpcException(RpcStatusCode.ResourceExhausted, $"The call carries {fields.Remaining} bytes of metadata, more than the limit of {maxSize}.");
        }

        TimeSpan? timeout = null;
        ActivityTraceId traceId = default;
        ActivitySpanId spanId = default;
        var flags = ActivityTraceFlags.None;
        string? state = null;
        RpcMetadata? metadata = null;
        while (fields.Remaining > 0)
        {
            var tag = fields.ReadLeb128();
            var field = new PayloadReader(fields.ReadBytes());
            switch (tag)
            {
                case TimeoutTag:
                    timeout = TimeSpan.FromMilliseconds(Math.Min(field.ReadUnmanaged<uint>(), MaxTimeout.TotalMilliseconds));
                    break;
                case TraceParentTag:
                    traceId = ActivityTraceId.CreateFromBytes(field.ReadRaw(16));
                    spanId = ActivitySpanId.CreateFromBytes(field.ReadRaw(8));
                    flags = (ActivityTraceFlags)field.ReadByte();
                    break;
                case TraceStateTag when field.Remaining <= MaxTraceStateSize:
                    state = System.Text.Encoding.UTF8.GetString(field.RemainingSpan);
                    break;
                case MetadataTag when metadata?.Count >= maxPairs:
                    throw new RpcException(RpcStatusCode.ResourceExhausted, $"The call carries more than {maxPairs} pairs of metadata.");
                case MetadataTag:
                    MetadataField.Read(ref field, metadata ??= new RpcMetadata());
                    break;
            }
        }

        return new RequestExtension
        {
            Timeout = timeout,
            TraceContext = traceId == default ? default : new ActivityContext(traceId, spanId, flags, state, isRemote: true),
            Metadata = metadata,
        };
    }
}
