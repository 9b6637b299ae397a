using System.Buffers;
using System.IO.Pipelines;
using Xunit;

namespace Rpc.Transport.Conformance;

/// <summary>Readers and writers of <see cref="TestBytes"/>.</summary>
public static class PipeTestExtensions
{
    /// <summary>Reads exactly so many bytes, and leaves what follows.</summary>
    public static async Task<byte[]> ReadExactlyAsync(this PipeReader reader, int length)
    {
        while (true)
        {
            var result = await reader.ReadAsync();
            if (result.Buffer.Length >= length)
            {
                var part = result.Buffer.Slice(0, length);
                var bytes = part.ToArray();
                reader.AdvanceTo(part.End);
                return bytes;
            }

            Assert.False(result.IsCompleted, $"The stream ended after {result.Buffer.Length} of {length} bytes.");
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>Reads to the end of the stream, checking that the bytes are those of <see cref="TestBytes"/> from a position on.</summary>
    /// <returns>How many they were.</returns>
    public static async Task<long> ReadTestBytesToEndAsync(this PipeReader reader, long position = 0)
    {
        var start = position;
        while (true)
        {
            var result = await reader.ReadAsync();
            position = Check(result.Buffer, position);
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return position - start;
            }
        }
    }

    /// <summary>Reads exactly so many bytes of <see cref="TestBytes"/> from a position on, checking them, and leaves what follows.</summary>
    public static async Task ReadTestBytesAsync(this PipeReader reader, long length, long position = 0)
    {
        var end = position + length;
        while (position < end)
        {
            var result = await reader.ReadAsync();
            var part = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, end - position));
            position = Check(part, position);
            reader.AdvanceTo(part.End);
            Assert.True(position == end || !result.IsCompleted, $"The stream ended {end - position} bytes early.");
        }
    }

    /// <summary>Writes so many bytes of <see cref="TestBytes"/> from a position on, in chunks.</summary>
    public static async Task WriteTestBytesAsync(this PipeWriter writer, long length, int chunk = 65536, long position = 0)
    {
        var buffer = new byte[chunk];
        for (var end = position + length; position < end;)
        {
            var part = buffer.AsMemory(0, (int)Math.Min(chunk, end - position));
            TestBytes.Fill(part.Span, position);
            var result = await writer.WriteAsync(part);
            Assert.False(result.IsCompleted, "The peer stopped reading.");
            position += part.Length;
        }
    }

    private static long Check(ReadOnlySequence<byte> buffer, long position)
    {
        foreach (var segment in buffer)
        {
            var difference = TestBytes.FirstDifference(segment.Span, position);
            Assert.True(difference < 0, $"The byte at {position + difference} is not the one that was sent.");
            position += segment.Length;
        }

        return position;
    }
}
