using System.Buffers.Binary;
using System.Text;

namespace Rpc.Transport.WebSockets.Framing;

/// <summary>What a Close frame says (RFC 6455 sections 5.5.1 and 7.4).</summary>
/// <param name="status">The status; <see cref="CloseStatus.None"/> where the frame has none.</param>
/// <param name="reason">The reason, or nothing.</param>
internal sealed class ClosePayload(CloseStatus status, string reason)
{
    private const int StatusSize = 2;

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public CloseStatus Status { get; } = status;

    public string Reason { get; } = reason;

    /// <summary>Whether the peer only ends its stream, rather than complains or breaks off.</summary>
    public bool IsOrderly => Status is CloseStatus.Normal or CloseStatus.GoingAway or CloseStatus.None;

    /// <summary>Reads an unmasked payload.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="close">What it says; null when it is wrong.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static FrameViolation? Read(ReadOnlySpan<byte> payload, out ClosePayload? close)
    {
        close = null;
        if (payload.IsEmpty)
        {
            close = new ClosePayload(CloseStatus.None, "");
            return null;
        }

        if (payload.Length < StatusSize)
        {
            return FrameViolation.CloseOfOneByte;
        }

        var status = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!MayBeSent(status))
        {
            return FrameViolation.BadCloseStatus;
        }

        try
        {
            close = new ClosePayload((CloseStatus)status, s_utf8.GetString(payload[StatusSize..]));
            return null;
        }
        catch (DecoderFallbackException)
        {
            return FrameViolation.BadCloseReason;
        }
    }

    /// <summary>Writes a payload.</summary>
    /// <param name="destination">Where to, of <see cref="FrameHeader.MaxControlPayload"/> bytes at least.</param>
    /// <param name="status">The status.</param>
    /// <param name="reason">ASCII that fits.</param>
    /// <returns>Its length.</returns>
    public static int Write(Span<byte> destination, CloseStatus status, string reason)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)status);
        return StatusSize + Encoding.ASCII.GetBytes(reason, destination[StatusSize..]);
    }

    // Section 7.4.2, and what was registered since (1012 to 1014). 1005, 1006 and 1015 stand for the absence of a status and are never sent.
    private static bool MayBeSent(int status) =>
        status is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);
}
