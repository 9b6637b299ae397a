using Rpc.Transport.WebSockets.Framing;

namespace Rpc.Transport.WebSockets.Tests.Framing;

public sealed class FrameHeaderTests
{
    private const uint Mask = 0x3D21FA37;

    public static TheoryData<byte[], bool, int> Bad => new()
    {
        // Known by the first byte.
        { [0xC2], true, 1002 },
        { [0xA2], true, 1002 },
        { [0x92], true, 1002 },
        { [0x83], true, 1002 },
        { [0x84], true, 1002 },
        { [0x85], true, 1002 },
        { [0x86], true, 1002 },
        { [0x87], true, 1002 },
        { [0x8B], true, 1002 },
        { [0x8C], true, 1002 },
        { [0x8D], true, 1002 },
        { [0x8E], true, 1002 },
        { [0x8F], true, 1002 },
        { [0x08], true, 1002 },
        { [0x09], true, 1002 },
        { [0x0A], true, 1002 },
        { [0x81], true, 1003 },
        { [0x01], true, 1003 },

        // By the second.
        { [0x82, 0x05], true, 1002 },
        { [0x82, 0x85], false, 1002 },
        { [0x89, 0xFE], true, 1002 },
        { [0x88, 0x7E], false, 1002 },
        { [0x8A, 0xFF], true, 1002 },

        // By the length.
        { [0x82, 0x7E, 0x00, 0x7D], false, 1002 },
        { [0x82, 0x7E, 0x00, 0x00], false, 1002 },
        { [0x82, 0xFE, 0x00, 0x7D], true, 1002 },
        { [0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], false, 1002 },
        { [0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0, 0], false, 1002 },
        { [0x82, 0x7F, 0x80, 0, 0, 0, 0, 0, 0, 0], false, 1002 },
        { [0x82, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], false, 1002 },
    };

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(125, 2)]
    [InlineData(126, 4)]
    [InlineData(65_535, 4)]
    [InlineData(65_536, 10)]
    [InlineData(int.MaxValue, 10)]
    public void What_is_written_is_read(int length, int size)
    {
        foreach (var isMasked in new[] { false, true })
        {
            var bytes = new byte[FrameHeader.MaxSize];
            var written = FrameHeader.Write(bytes, Opcode.Binary, length, isMasked ? Mask : null);
            Assert.Equal(size + (isMasked ? 4 : 0), written);
            Assert.Equal(written, FrameHeader.SizeOf(length, isMasked));

            Assert.Equal(written, FrameHeader.Read(bytes, isMasked, out var header, out var violation));
            Assert.Null(violation);
            Assert.Equal((Opcode.Binary, true, (long)length, isMasked ? Mask : 0), (header.Opcode, header.IsFinal, header.Length, header.Mask));
            for (var cut = 0; cut < written; cut++)
            {
                Assert.Equal(0, FrameHeader.Read(bytes.AsSpan(0, cut), isMasked, out _, out violation));
                Assert.Null(violation);
            }
        }
    }

    [Fact]
    public void The_mask_stands_behind_the_length_its_first_byte_first()
    {
        var bytes = new byte[6];
        FrameHeader.Write(bytes, Opcode.Ping, 5, Mask);
        Assert.Equal([0x89, 0x85, 0x37, 0xFA, 0x21, 0x3D], bytes);
    }

    [Theory]
    [InlineData(0x00, false)]
    [InlineData(0x02, false)]
    [InlineData(0x80, true)]
    [InlineData(0x82, true)]
    [InlineData(0x88, true)]
    [InlineData(0x89, true)]
    [InlineData(0x8A, true)]
    public void Opcode_and_end_of_the_message_are_read(byte first, bool isFinal)
    {
        Assert.Equal(2, FrameHeader.Read([first, 0], isMasked: false, out var header, out _));
        Assert.Equal(((Opcode)(first & 0xF), isFinal, 0L), (header.Opcode, header.IsFinal, header.Length));
        Assert.Equal(first >= 0x88, FrameHeader.IsControl(header.Opcode));
    }

    [Fact]
    public void The_largest_length_is_read()
    {
        byte[] bytes = [0x82, 0x7F, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        Assert.Equal(10, FrameHeader.Read(bytes, isMasked: false, out var header, out _));
        Assert.Equal(long.MaxValue, header.Length);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_header_is_refused_with_its_last_byte_and_its_status(byte[] bytes, bool isMasked, int status)
    {
        Assert.Equal(0, FrameHeader.Read(bytes, isMasked, out _, out var violation));
        Assert.NotNull(violation);
        Assert.Equal(status, (int)violation.Status);
        Assert.InRange(violation.Message.Length, 1, FrameHeader.MaxControlPayload - 2);

        Assert.Equal(0, FrameHeader.Read(bytes.AsSpan(0, bytes.Length - 1), isMasked, out _, out violation));
        Assert.Null(violation);
    }
}
