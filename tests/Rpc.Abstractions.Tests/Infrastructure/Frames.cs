using Rpc.Buffers;
using Rpc.Connections;
using Rpc.Protocol;

namespace Rpc.Abstractions.Tests.Infrastructure;

internal static class Frames
{
    /// <summary>A one-way frame of the method <paramref name="id"/> with so many bytes of arguments, each the lower byte of the id.</summary>
    public static OutgoingFrame OneWay(uint id, int size = 4)
    {
        var buffer = PayloadBuffer.Rent();
        buffer.GetSpan(size).Slice(0, size).Fill((byte)id);
        buffer.Advance(size);
        return new OutgoingFrame(buffer, OneWayFrame.Prefix(buffer, id));
    }

    /// <summary>A received payload.</summary>
    public static FramePayload Payload(params byte[] bytes)
    {
        var block = ReceiveBlock.Rent(Math.Max(1, bytes.Length));
        bytes.CopyTo(block.Array, 0);
        return new FramePayload(block, 0, bytes.Length);
    }

    /// <summary>The frames in a run of bytes.</summary>
    public static List<(FrameType Type, byte[] Body)> Parse(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<(FrameType, byte[])>();
        while (!bytes.IsEmpty)
        {
            var type = FrameHeader.Read(System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes), out var length);
            frames.Add((type, bytes.Slice(FrameHeader.Size, length).ToArray()));
            bytes = bytes.Slice(FrameHeader.Size + length);
        }

        return frames;
    }

    /// <summary>The method ids of one-way frames, in order of their ends, pieces put together.</summary>
    public static List<uint> Ids(ReadOnlySpan<byte> bytes)
    {
        using var reassembler = new Reassembler(int.MaxValue / 2, int.MaxValue);
        var ids = new List<uint>();
        foreach (var (type, body) in Parse(bytes))
        {
            if (type != FrameType.Piece)
            {
                ids.Add(BitConverter.ToUInt32(body));
            }
            else if (reassembler.TryComplete(Payload(body), out var whole))
            {
                ids.Add(BitConverter.ToUInt32(whole.Span.Slice(1)));
                whole.Release();
            }
        }

        return ids;
    }
}
