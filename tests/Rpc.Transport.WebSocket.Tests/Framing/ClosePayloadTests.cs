using Rpc.Transport.WebSockets.Framing;

namespace Rpc.Transport.WebSockets.Tests.Framing;

public sealed class ClosePayloadTests
{
    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, true)]
    [InlineData(1002, false)]
    [InlineData(1003, false)]
    [InlineData(1007, false)]
    [InlineData(1008, false)]
    [InlineData(1009, false)]
    [InlineData(1010, false)]
    [InlineData(1011, false)]
    [InlineData(1012, false)]
    [InlineData(1014, false)]
    [InlineData(3000, false)]
    [InlineData(4999, false)]
    public void A_status_is_read_and_only_two_are_orderly(int status, bool isOrderly)
    {
        Assert.Null(ClosePayload.Read([(byte)(status >> 8), (byte)status, .. "d\u00E9j\u00E0"u8], out var close));
        Assert.Equal((status, "d\u00E9j\u00E0", isOrderly), ((int)close!.Status, close.Reason, close.IsOrderly));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(1004)]
    [InlineData(1005)]
    [InlineData(1006)]
    [InlineData(1015)]
    [InlineData(1016)]
    [InlineData(2999)]
    [InlineData(5000)]
    [InlineData(65_535)]
    public void A_status_that_is_never_sent_is_a_violation(int status)
    {
        var violation = ClosePayload.Read([(byte)(status >> 8), (byte)status], out _);
        Assert.Equal(CloseStatus.ProtocolError, violation!.Status);
    }

    [Fact]
    public void No_status_is_orderly()
    {
        Assert.Null(ClosePayload.Read([], out var close));
        Assert.Equal((CloseStatus.None, "", true), (close!.Status, close.Reason, close.IsOrderly));
    }

    [Fact]
    public void Half_a_status_is_a_violation() => Assert.Equal(CloseStatus.ProtocolError, ClosePayload.Read([3], out _)!.Status);

    [Theory]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xFF })]
    public void A_reason_that_is_not_UTF8_is_a_violation_of_1007(byte[] reason) =>
        Assert.Equal(1007, (int)ClosePayload.Read([0x03, 0xE8, .. reason], out _)!.Status);

    [Fact]
    public void What_is_written_is_read()
    {
        var payload = new byte[FrameHeader.MaxControlPayload];
        var length = ClosePayload.Write(payload, CloseStatus.ProtocolError, "a reason");
        Assert.Null(ClosePayload.Read(payload.AsSpan(0, length), out var close));
        Assert.Equal((CloseStatus.ProtocolError, "a reason"), (close!.Status, close.Reason));
    }
}
