namespace Rpc.Connections;

/// <summary>The body of a received frame, or a part of it. Owns one reference to its block.</summary>
internal readonly struct FramePayload
{
    private readonly ReceiveBlock? _block;
    private readonly int _offset;

    public FramePayload(ReceiveBlock block, int offset, int length)
    {
        _block = block;
        _offset = offset;
        Length = length;
    }

    public int Length { get; }

    public ReadOnlySpan<byte> Span => _block is null ? default : _block.Array.AsSpan(_offset, Length);

    /// <summary>The payload without its first bytes; takes over the reference.</summary>
    public FramePayload Slice(int start) => new(_block!, _offset + start, Length - start);

    /// <summary>Whether keeping the payload would keep much more memory than its own bytes.</summary>
    public bool IsSmallPartOfBlock => _block is not null && Length < _block.Array.Length / 4;

    /// <summary>Gives the reference back; the payload is not used afterwards.</summary>
    public void Release() => _block?.Release();
}
