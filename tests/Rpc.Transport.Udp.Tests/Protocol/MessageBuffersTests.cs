using Rpc.Transport.Udp.Protocol;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Protocol;

public sealed class MessageBuffersTests
{
    [Theory]
    [InlineData(0, 64)]
    [InlineData(1, 64)]
    [InlineData(64, 64)]
    [InlineData(65, 128)]
    [InlineData(1200, 2048)]
    [InlineData(2048, 2048)]
    public void An_array_is_as_long_as_the_next_power_of_two(int length, int expected) => Assert.Equal(expected, MessageBuffers.Rent(length).Length);

    [Fact]
    public void Long_ones_are_the_platforms()
    {
        var buffer = MessageBuffers.Rent(100_000);

        Assert.InRange(buffer.Length, 100_000, int.MaxValue);
        MessageBuffers.Return(buffer);
    }

    [Fact]
    public void Hundreds_on_their_way_at_once_are_used_again()
    {
        var buffers = Enumerable.Range(0, 500).Select(static _ => MessageBuffers.Rent(200)).ToArray();
        foreach (var buffer in buffers)
        {
            MessageBuffers.Return(buffer);
        }

        var again = Enumerable.Range(0, 500).Select(static _ => MessageBuffers.Rent(200)).ToHashSet();

        Assert.True(again.SetEquals(buffers));
    }
}
