using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Rpc.Transport.Conformance;
using Rpc.Transport.WebSockets.Framing;

namespace Rpc.Transport.WebSockets.Tests.Framing;

public sealed class FrameDecoderTests
{
    public static TheoryData<string, byte[], int> Violations => new()
    {
        { "a reserved bit", [0xC2, 0x01, 1], 1002 },
        { "an unknown opcode", [0x83, 0x01, 1], 1002 },
        { "a mask of the server", [0x82, 0x81, 0, 0, 0, 0, 1], 1002 },
        { "a fragmented ping", [0x09, 0x01, 1], 1002 },
        { "a long ping", [0x89, 0x7E, 0, 126], 1002 },
        { "a length with more bytes than it needs", [0x82, 0x7E, 0, 1, 1], 1002 },
        { "a length with its highest bit set", [0x82, 0x7F, 0x80, 0, 0, 0, 0, 0, 0, 0], 1002 },
        { "a continuation of nothing", [0x80, 0x01, 1], 1002 },
        { "a continuation behind the last fragment", [0x02, 0x01, 1, 0x80, 0x01, 1, 0x80, 0x01, 1], 1002 },
        { "a message within another", [0x02, 0x01, 1, 0x82, 0x01, 1], 1002 },
        { "a text message", [0x81, 0x01, 1], 1003 },
        { "a close of one byte", [0x88, 0x01, 1], 1002 },
        { "a close of a reserved status", [0x88, 0x02, 0x03, 0xED], 1002 },
        { "a close whose reason is not UTF-8", [0x88, 0x03, 0x03, 0xE8, 0xFF], 1007 },
    };

    [Fact]
    public void Any_frames_decode_to_their_payload_however_they_are_cut() => Check(300, static (seed, isMasked, mayStartLater) =>
    {
        var script = FrameScript.Random(seed, isMasked);
        var random = new Random(seed);
        var decoder = new FrameDecoder(isMasked);
        Assert.Equal(script.Payload, script.Decode(decoder, () => random.Next(3) == 0 ? random.Next(1, 8) : random.Next(1, 70_000), mayStartLater));
        Assert.Null(decoder.Violation);
        Assert.Equal((CloseStatus.GoingAway, "over"), (decoder.Close!.Status, decoder.Close.Reason));
    });

    [Fact]
    public void Every_split_of_the_input_is_the_same() => Check(20, static (seed, isMasked, mayStartLater) =>
    {
        var script = new FrameScript(isMasked).Ping([1, 2, 3]).Data(0x02, TestBytes.Make(5)).Pong([4]).Data(0x80, TestBytes.Make(130, 5))
            .Binary(TestBytes.Make(seed & 63, 135)).Close(1000, "bye");
        var length = script.Bytes.Length;
        for (var cut = 1; cut < length; cut++)
        {
            var first = cut;
            var decoder = new FrameDecoder(isMasked);
            Assert.Equal(script.Payload, script.Decode(decoder, () => (first, first = length).first, mayStartLater));
            Assert.Equal("bye", decoder.Close!.Reason);
        }
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_byte_at_a_time_is_the_same(bool isMasked)
    {
        var script = FrameScript.Random(7, isMasked);
        var pings = new List<byte[]>();
        Assert.Equal(script.Payload, script.Decode(new FrameDecoder(isMasked), static () => 1, mayStartLater: true, pings));
        Assert.Equal(script.Pings, pings);
    }

    [Fact]
    public void Of_the_pings_of_one_receive_the_last_is_to_be_answered()
    {
        var script = new FrameScript(isMasked: true).Ping([1]).Binary([9]).Ping([2, 3]).Ping([]).Ping([4, 5, 6]);
        var pings = new List<byte[]>();
        Assert.Equal([9], script.Decode(new FrameDecoder(isMasked: true), static () => int.MaxValue, mayStartLater: false, pings));
        Assert.Equal([[4, 5, 6]], pings);
    }

    [Fact]
    public void A_payload_that_stands_alone_is_not_moved()
    {
        byte[] received = new FrameScript(isMasked: false).Binary(TestBytes.Make(300)).Bytes;
        Assert.Equal(300, new FrameDecoder(isMasked: false).Decode(received, mayStartLater: true, out var start));
        Assert.Equal(4, start);
        Assert.Equal(-1, TestBytes.FirstDifference(received.AsSpan(4), 0));
    }

    [Theory]
    [MemberData(nameof(Violations))]
    public void A_violation_ends_decoding_with_its_status(string what, byte[] bytes, int status)
    {
        foreach (var size in new[] { 1, 2, int.MaxValue })
        {
            byte[] received = [0x82, 0x02, 7, 8, .. bytes, 0x82, 0x02, 9, 9];
            var decoder = new FrameDecoder(isMasked: false);
            var payload = new List<byte>();
            for (var at = 0; at < received.Length; at += Math.Min(size, received.Length - at))
            {
                var part = received.AsSpan(at, Math.Min(size, received.Length - at));
                var count = decoder.Decode(part, mayStartLater: false, out _);
                payload.AddRange(part[..count]);
            }

            Assert.True(status == (int?)decoder.Violation?.Status, what);
            Assert.Null(decoder.Close);
            Assert.Equal([7, 8], payload.Take(2));
            Assert.DoesNotContain((byte)9, payload);
        }
    }

    [Fact]
    public void What_follows_a_close_is_not_looked_at()
    {
        var script = new FrameScript(isMasked: false).Binary([1]).Close(1000, "").Frame(0x82, [2]).Ping([3]).Close(1002, "again").Frame(0xFF, [4]);
        var pings = new List<byte[]>();
        var decoder = new FrameDecoder(isMasked: false);
        Assert.Equal([1], script.Decode(decoder, static () => 3, mayStartLater: false, pings));
        Assert.Equal(CloseStatus.Normal, decoder.Close!.Status);
        Assert.Null(decoder.Violation);
        Assert.Empty(pings);
    }

    [Fact]
    public void Fragments_without_end_keep_nothing()
    {
        var decoder = new FrameDecoder(isMasked: true);
        byte[] first = [0x02, 0x80, 0, 0, 0, 0];
        var fragments = new FrameScript(isMasked: true).Frame(0x00, []).Frame(0x00, [5]).Bytes;
        var received = new byte[fragments.Length];
        decoder.Decode(first, mayStartLater: false, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var payload = 0;
        for (var i = 0; i < 10_000; i++)
        {
            fragments.CopyTo(received, 0);
            payload += decoder.Decode(received, mayStartLater: false, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Null(decoder.Violation);
        Assert.Equal(10_000, payload);
    }

    private static void Check(int times, Action<int, bool, bool> property) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(times).WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(20_26), FSharpOption<int>.None))),
        Prop.ForAll(
            Gen.Choose(0, int.MaxValue - 1).Zip(Gen.Choose(0, 3)).ToArbitrary(),
            value => property(value.Item1, (value.Item2 & 1) != 0, (value.Item2 & 2) != 0)));
}
