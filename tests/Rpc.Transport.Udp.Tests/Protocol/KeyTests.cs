using System.Security.Cryptography;
using Rpc.Transport.Udp.Protocol;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Protocol;

public sealed class KeyTests
{
    [Theory]
    [InlineData((byte)CipherSuite.AesGcm)]
    [InlineData((byte)CipherSuite.AesCtrHmac)]
    public void What_is_sealed_opens_and_any_changed_bit_does_not(byte suite)
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        using var sealing = KeySchedule.Protect((CipherSuite)suite, secret);
        using var opening = KeySchedule.Protect((CipherSuite)suite, secret);
        byte[] header = [1, 2, 3];
        int[] lengths = [.. Enumerable.Range(0, 15).Select(static i => i * 97), Packet.MaxBodySize, Packet.LargestSize - Packet.TagSize - header.Length];
        foreach (var length in lengths)
        {
            var plain = RandomNumberGenerator.GetBytes(length);
            byte[] packet = [.. header, .. plain, .. new byte[Packet.TagSize]];
            sealing.Seal(length, packet.AsSpan(0, 3), packet.AsSpan(3, length), packet.AsSpan(3 + length));
            for (var i = 0; i < packet.Length; i += 41)
            {
                var changed = packet.ToArray();
                changed[i] ^= 0x10;
                Assert.False(Open(length, changed));
            }

            Assert.False(Open(length + 1, packet.ToArray()));
            Assert.True(Open(length, packet));
            Assert.Equal(plain, packet[3..^Packet.TagSize]);

            bool Open(long number, byte[] bytes) => opening.TryOpen(number, bytes.AsSpan(0, 3), bytes.AsSpan(3, length), bytes.AsSpan(3 + length));
        }
    }

    [Fact]
    public void Keys_change_in_both_phases_and_overtaken_packets_still_open()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        using var send = new SendKeys(CipherSuite.AesGcm, secret, 0);
        using var receive = new ReceiveKeys(CipherSuite.AesGcm, secret);
        for (var number = 0; number < 50; number += 5)
        {
            var late = Seal(send, number);
            send.ForceRotate(number + 1, 0);
            var packet = Seal(send, number + 1);
            Assert.True(Open(receive, packet, number + 1));
            Assert.True(Open(receive, late, number));
        }
    }

    [Fact]
    public void Keys_are_not_changed_again_before_the_peer_has_shown_that_it_follows()
    {
        using var send = new SendKeys(CipherSuite.AesGcm, new byte[32], 0);
        send.Rotate(SendKeys.MaxPackets, 0);
        Assert.False(send.Phase);
        send.OnAcknowledged(0);
        send.Rotate(SendKeys.MaxPackets - 1, SendKeys.MaxAge - 1);
        Assert.False(send.Phase);
        send.Rotate(SendKeys.MaxPackets, 0);
        Assert.True(send.Phase);
        send.Rotate(2 * SendKeys.MaxPackets, SendKeys.MaxAge * 2);
        Assert.True(send.Phase);
    }

    [Fact]
    public void A_forged_phase_changes_nothing()
    {
        var secret = new byte[32];
        using var send = new SendKeys(CipherSuite.AesGcm, secret, 0);
        using var receive = new ReceiveKeys(CipherSuite.AesGcm, secret);
        var (_, bytes) = Seal(send, 0);
        Assert.False(Open(receive, (true, bytes.ToArray()), 0));
        Assert.True(Open(receive, (false, bytes), 0));
    }

    private static (bool Phase, byte[] Bytes) Seal(SendKeys keys, long number)
    {
        var bytes = new byte[10 + Packet.TagSize];
        keys.Seal(number, [], bytes.AsSpan(0, 10), bytes.AsSpan(10));
        return (keys.Phase, bytes);
    }

    private static bool Open(ReceiveKeys keys, (bool Phase, byte[] Bytes) packet, long number) =>
        keys.TryOpen(packet.Phase, number, [], packet.Bytes.AsSpan(0, 10), packet.Bytes.AsSpan(10));
}
