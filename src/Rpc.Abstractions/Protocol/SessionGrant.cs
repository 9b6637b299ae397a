using System.Buffers.Binary;

namespace Rpc.Protocol;

/// <summary>The session of a connection, as <c>Welcome</c> gives it to a client that asked for one: id (16), secret (32), grace period in ms (4).</summary>
/// <param name="Id">Names the session.</param>
/// <param name="Secret">Proves that it is one's own; known to the two sides alone.</param>
/// <param name="GracePeriod">How long the server keeps the session after its connection was lost.</param>
internal sealed record SessionGrant(Guid Id, byte[] Secret, TimeSpan GracePeriod)
{
    public const int IdSize = 16;
    public const int SecretSize = 32;
    public const int Size = IdSize + SecretSize + 4;

    /// <summary>Reads the field's value.</summary>
    /// <exception cref="ProtocolException">It is too short.</exception>
    public static SessionGrant Read(ReadOnlySpan<byte> source)
    {
        if (source.Length < Size)
        {
            throw new ProtocolException("The session that the peer grants is too short.");
        }

        return new SessionGrant(
            new Guid(source.Slice(0, IdSize)),
            source.Slice(IdSize, SecretSize).ToArray(),
            TimeSpan.FromMilliseconds(BinaryPrimitives.ReadUInt32LittleEndian(source.Slice(IdSize + SecretSize))));
    }

    public void Write(Span<byte> destination)
    {
        Id.TryWriteBytes(destination);
        Secret.CopyTo(destination.Slice(IdSize));
        BinaryPrimitives.WriteUInt32LittleEndian(destination.Slice(IdSize + SecretSize), (uint)GracePeriod.TotalMilliseconds);
    }
}
