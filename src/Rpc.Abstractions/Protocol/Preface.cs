namespace Rpc.Protocol;

/// <summary>The first eight bytes of each side on a byte stream: <c>RPC!</c>, the lowest and the highest protocol version, two bytes zero.</summary>
internal static class Preface
{
    public const int Size = 8;

    /// <summary>The lowest version that this side speaks.</summary>
    public const byte MinVersion = 1;

    /// <summary>The highest version that this side speaks.</summary>
    public const byte MaxVersion = 1;

    public static void Write(Span<byte> destination)
    {
        destination[0] = (byte)'R';
        destination[1] = (byte)'P';
        destination[2] = (byte)'C';
        destination[3] = (byte)'!';
        destination[4] = MinVersion;
        destination[5] = MaxVersion;
        destination[6] = 0;
        destination[7] = 0;
    }

    /// <summary>Reads the peer's preface and agrees on a version.</summary>
    /// <param name="source">Eight bytes.</param>
    /// <returns>The highest version that both sides speak.</returns>
    /// <exception cref="ProtocolException">The peer speaks something else, or no version in common.</exception>
    public static byte Read(ReadOnlySpan<byte> source)
    {
        if (source[0] != 'R' || source[1] != 'P' || source[2] != 'C' || source[3] != '!')
        {
            throw new ProtocolException("The peer does not speak this protocol.", RpcCloseReason.VersionMismatch);
        }

        byte min = source[4], max = source[5];
        var agreed = Math.Min(max, MaxVersion);
        if (agreed < Math.Max(min, MinVersion))
        {
            throw new ProtocolException(
                $"The peer speaks protocol versions {min} to {max}, this side {MinVersion} to {MaxVersion}.", RpcCloseReason.VersionMismatch);
        }

        return agreed;
    }
}
