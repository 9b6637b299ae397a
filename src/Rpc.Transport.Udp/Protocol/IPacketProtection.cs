namespace Rpc.Transport.Udp.Protocol;

/// <summary>Seals and opens the packets of one direction under one key. Not thread safe.</summary>
internal interface IPacketProtection : IDisposable
{
    /// <summary>Encrypts in place and writes the tag.</summary>
    /// <param name="packetNumber">Never the same twice.</param>
    /// <param name="header">Authenticated, not encrypted.</param>
    /// <param name="body">The plaintext.</param>
    /// <param name="tag">Where the tag goes, <see cref="Packet.TagSize"/> bytes.</param>
    void Seal(long packetNumber, ReadOnlySpan<byte> header, Span<byte> body, Span<byte> tag);

    /// <summary>Decrypts in place.</summary>
    /// <returns>False when it was not sealed under this key; the body is then undefined.</returns>
    bool TryOpen(long packetNumber, ReadOnlySpan<byte> header, Span<byte> body, ReadOnlySpan<byte> tag);
}
