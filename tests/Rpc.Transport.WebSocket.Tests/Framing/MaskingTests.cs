using Rpc.Transport.Conformance;
using Rpc.Transport.WebSockets.Framing;

namespace Rpc.Transport.WebSockets.Tests.Framing;

public sealed class MaskingTests
{
    private const uint Mask = 0x3D21FA37;

    /// <summary>Around the sizes at which one way of doing it gives way to another.</summary>
    public static TheoryData<int> Lengths => [.. Enumerable.Range(0, 200).Concat([255, 256, 257, 1000, 4095, 65_523])];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Each_byte_is_combined_with_its_own_of_the_mask(int length)
    {
        var source = TestBytes.Make(length);
        var masked = new byte[length + 1];
        masked[length] = 0xEE;
        Masking.Copy(source, masked, Mask);

        Assert.Equal(Expected(source), masked.AsSpan(0, length).ToArray());
        Assert.Equal(0xEE, masked[length]);
        Assert.Equal(TestBytes.Make(length), source);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void It_may_be_done_in_place_and_towards_the_front(int length)
    {
        foreach (var shift in new[] { 0, 1, 2, 6, 8, 14, 31, 32, 33, 64 })
        {
            byte[] bytes = [.. new byte[shift], .. TestBytes.Make(length)];
            Masking.Copy(bytes.AsSpan(shift), bytes, Mask);
            Assert.Equal(Expected(TestBytes.Make(length)), bytes.AsSpan(0, length).ToArray());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(67)]
    public void It_goes_on_where_it_stopped(int step)
    {
        var source = TestBytes.Make(500);
        var masked = new byte[500];
        var mask = Mask;
        for (var i = 0; i < 500; i += step)
        {
            var count = Math.Min(step, 500 - i);
            mask = Masking.Copy(source.AsSpan(i, count), masked.AsSpan(i), mask);
        }

        Assert.Equal(Expected(source), masked);
    }

    [Fact]
    public void Twice_is_nothing()
    {
        var bytes = TestBytes.Make(1000);
        Masking.Copy(bytes, bytes, Mask);
        Assert.NotEqual(TestBytes.Make(1000), bytes);
        Masking.Copy(bytes, bytes, Mask);
        Assert.Equal(TestBytes.Make(1000), bytes);
    }

    /// <summary>RFC 6455 section 5.7.</summary>
    [Fact]
    public void The_example_of_the_specification_is_unmasked()
    {
        byte[] bytes = [0x7F, 0x9F, 0x4D, 0x51, 0x58];
        Masking.Copy(bytes, bytes, Mask);
        Assert.Equal("Hello"u8.ToArray(), bytes);
    }

    [Fact]
    public void Masks_do_not_repeat_in_a_row()
    {
        // Two thousand of four billion: one pair in two thousand runs is alike, ten pairs in none.
        var masks = new HashSet<uint>();
        for (var i = 0; i < 2000; i++)
        {
            masks.Add(MaskSource.Next());
        }

        Assert.InRange(masks.Count, 1990, 2000);
    }

    private static byte[] Expected(byte[] source)
    {
        byte[] mask = [0x37, 0xFA, 0x21, 0x3D];
        return [.. source.Select((b, i) => (byte)(b ^ mask[i & 3]))];
    }
}
