using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rpc.Protocol;

/// <summary>What proves that a session is one's own: HMAC-SHA-256 (RFC 2104) under the session's secret of who speaks (one byte, <c>C</c> or <c>S</c>), the session's
/// id, the attempt and the bytes received.</summary>
internal static class SessionProof
{
    public const int Size = 32;

    public static byte[] OfClient(SessionGrant session, ulong attempt, ulong received) => Compute((byte)'C', session, attempt, received);

    public static byte[] OfServer(SessionGrant session, ulong attempt, ulong received) => Compute((byte)'S', session, attempt, received);

    private static byte[] Compute(byte side, SessionGrant session, ulong attempt, ulong received)
    {
        var message = new byte[1 + SessionGrant.IdSize + 16];
        message[0] = side;
        session.Id.TryWriteBytes(message.AsSpan(1));
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(1 + SessionGrant.IdSize), attempt);
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(9 + SessionGrant.IdSize), received);
        using var hmac = new HMACSHA256(session.Secret);
        return hmac.ComputeHash(message);
    }
}
