using Rpc.Buffers;
using Rpc.Protocol;
using Rpc.Serialization;
using Xunit;

namespace Rpc.Abstractions.Tests.Protocol;

public sealed class WireTests
{
    [Theory]
    [InlineData(0u, "00")]
    [InlineData(127u, "7F")]
    [InlineData(128u, "8001")]
    [InlineData(300u, "AC02")]
    [InlineData(16_384u, "808001")]
    [InlineData(uint.MaxValue, "FFFFFFFF0F")]
    public void Integers_are_leb128(uint value, string hex)
    {
        var writer = new PayloadWriter(PayloadBuffer.Rent());
        writer.WriteLeb128(value);
        writer.Commit();
        Assert.Equal(hex, Convert.ToHexString(writer.Buffer.WrittenSpan));
        var reader = new PayloadReader(writer.Buffer.WrittenSpan);
        Assert.Equal(value, reader.ReadLeb128());
        Assert.Equal(0, reader.Remaining);
    }

    [Theory]
    [InlineData("80")]
    [InlineData("FFFFFFFF10")]
    [InlineData("FFFFFFFFFF01")]
    [InlineData("")]
    public void An_integer_that_does_not_end_or_has_more_than_32_bits_is_an_error(string hex) => Assert.Throws<PayloadException>(() =>
    {
        var reader = new PayloadReader(Convert.FromHexString(hex));
        reader.ReadLeb128();
    });

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("ü€😀")]
    public void Texts_have_their_length_in_bytes_before_them(string text)
    {
        foreach (var value in (string[])[text, string.Concat(Enumerable.Repeat(text, 100))])
        {
            var writer = new PayloadWriter(PayloadBuffer.Rent());
            writer.WriteText(value);
            writer.Commit();
            var reader = new PayloadReader(writer.Buffer.WrittenSpan);
            Assert.Equal(value, reader.ReadText());
            Assert.Equal(0, reader.Remaining);
        }
    }

    [Fact]
    public void Metadata_of_any_length_is_what_was_written()
    {
        foreach (var length in (int[])[1, 63, 64, 126, 127, 128, 250, 300, 20_000])
        {
            var frame = new HandshakeFrame { MaxFrameSize = 1024, StreamWindow = 1, Metadata = new RpcMetadata { { "name", new string('v', length) }, { "next", "x" } } }.Create(FrameType.Hello);
            var reader = new PayloadReader(frame.Span.Slice(FrameHeader.Size));
            var read = HandshakeFrame.Read(ref reader, 100_000);
            Assert.Equal((length, "x"), (read.Metadata["name"]!.Length, read.Metadata["next"]));
        }
    }

    [Fact]
    public void What_a_handshake_says_of_pieces_is_what_was_written_and_the_least_where_it_says_nothing()
    {
        Assert.Equal((5000, true), Read(new HandshakeFrame { MaxFrameSize = 2048, StreamWindow = 1, MaxReassemblyBytes = 5000, AcknowledgesPieces = true }));
        Assert.Equal((2048, false), Read(new HandshakeFrame { MaxFrameSize = 2048, StreamWindow = 1 }));
        Assert.Equal((2048, false), Read(new HandshakeFrame { MaxFrameSize = 2048, StreamWindow = 1, MaxReassemblyBytes = 1024 }));

        static (int, bool) Read(HandshakeFrame frame)
        {
            var reader = new PayloadReader(frame.Create(FrameType.Hello).Span.Slice(FrameHeader.Size));
            var read = HandshakeFrame.Read(ref reader, 100_000);
            return (read.MaxReassemblyBytes, read.AcknowledgesPieces);
        }
    }

    [Fact]
    public void An_extension_is_what_was_written()
    {
        var trace = new System.Diagnostics.ActivityContext(
            System.Diagnostics.ActivityTraceId.CreateRandom(), System.Diagnostics.ActivitySpanId.CreateRandom(), System.Diagnostics.ActivityTraceFlags.Recorded, "vendor=1");
        var extension = new RequestExtension { Timeout = TimeSpan.FromMilliseconds(1234.5), TraceContext = trace, Metadata = new RpcMetadata { { "a", new string('b', 500) } } };
        var frame = ExtendedFrame.Create(FrameType.RequestExtended, 0x030201, 0xAABBCCDD, extension, PayloadBuffer.Rent(), int.MaxValue / 2);
        var reader = new PayloadReader(frame.Span.Slice(FrameHeader.Size));
        Assert.Equal(0x030201, Wire.ReadCallId(reader.ReadRaw(Wire.CallIdSize)));
        Assert.Equal(0xAABBCCDD, reader.ReadUnmanaged<uint>());
        var read = RequestExtension.Read(ref reader, 10_000, 100);
        Assert.Equal(TimeSpan.FromMilliseconds(1235), read.Timeout);
        Assert.Equal((trace.TraceId, trace.SpanId, trace.TraceFlags, trace.TraceState), (read.TraceContext.TraceId, read.TraceContext.SpanId, read.TraceContext.TraceFlags, read.TraceContext.TraceState));
        Assert.True(read.TraceContext.IsRemote);
        Assert.Equal(500, read.Metadata!["a"]!.Length);
        Assert.Equal(0, reader.Remaining);
    }

    [Theory]
    [InlineData(512, true)]
    [InlineData(513, false)]
    public void A_trace_state_longer_than_the_specification_asks_for_is_left_out(int length, bool isKept)
    {
        var trace = new System.Diagnostics.ActivityContext(
            System.Diagnostics.ActivityTraceId.CreateRandom(), System.Diagnostics.ActivitySpanId.CreateRandom(), System.Diagnostics.ActivityTraceFlags.None, new string('s', length));
        var frame = ExtendedFrame.Create(FrameType.RequestExtended, 0, 0, new RequestExtension { TraceContext = trace }, PayloadBuffer.Rent(), int.MaxValue / 2);
        var reader = new PayloadReader(frame.Span.Slice(FrameHeader.Size + Wire.CallIdSize + 4));
        Assert.Equal(isKept ? length : null, RequestExtension.Read(ref reader, 10_000, 100).TraceContext.TraceState?.Length);
    }
}
