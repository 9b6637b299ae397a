using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>Makes sure that the peer is reached at an address that it has changed to, and that no more than three times the received is sent there
/// before (RFC 9000, section 8.2). Times in µs.</summary>
internal sealed class PathValidator
{
    private const int Attempts = 3;

    /// <summary>Header, challenge, acknowledgement, tag.</summary>
    private const int SmallestPacket = 80;

    private ulong _challenge;
    private ulong _response;
    private bool _isChallengeDue;
    private int _attemptsLeft;
    private long _interval;
    private long _budget;

    internal bool IsValidated { get; private set; } = true;

    internal bool IsResponseDue { get; private set; }

    /// <summary>When to challenge again, or to give up; <see cref="long.MaxValue"/> when nothing is awaited.</summary>
    internal long Deadline { get; private set; } = long.MaxValue;

    internal bool IsDue => (_isChallengeDue || IsResponseDue) && CanSend;

    /// <summary>Whether a packet may be sent: one that is worth it.</summary>
    internal bool CanSend => Allowance >= SmallestPacket;

    /// <summary>The most bytes of the next packet.</summary>
    internal int Allowance => IsValidated ? Packet.LargestSize : (int)Math.Min(_budget, Packet.LargestSize);

    /// <summary>The peer's newest packet came from elsewhere.</summary>
    internal void Begin(int received, long interval, long now)
    {
        Span<byte> random = stackalloc byte[8];
        RandomNumberGenerator.Fill(random);
        _challenge = BinaryPrimitives.ReadUInt64LittleEndian(random);
        IsValidated = false;
        _isChallengeDue = true;
        _attemptsLeft = Attempts - 1;
        _interval = interval;
        _budget = 3L * received;
        Deadline = now + interval;
    }

    internal void OnReceived(int bytes) => _budget += 3L * bytes;

    internal void OnSent(int bytes) => _budget -= bytes;

    internal void OnChallenge(ulong challenge) => (_response, IsResponseDue) = (challenge, true);

    internal void OnResponse(ulong response)
    {
        if (!IsValidated && response == _challenge)
        {
            End();
        }
    }

    /// <summary>The deadline has come.</summary>
    /// <returns>False when the address did not answer: back to the one before.</returns>
    internal bool OnTimeout(long now)
    {
        if (_attemptsLeft-- == 0)
        {
            End();
            return false;
        }

        _isChallengeDue = true;
        Deadline = now + _interval;
        return true;
    }

    /// <summary>Writes what is due.</summary>
    /// <returns>Whether anything was.</returns>
    internal bool Write(ref PacketWriter writer)
    {
        var written = false;
        if (_isChallengeDue && writer.Remaining >= 9)
        {
            writer.Byte(Frame.PathChallenge);
            writer.UInt64(_challenge);
            _isChallengeDue = false;
            written = true;
        }

        if (IsResponseDue && writer.Remaining >= 9)
        {
            writer.Byte(Frame.PathResponse);
            writer.UInt64(_response);
            IsResponseDue = false;
            written = true;
        }

        return written;
    }

    private void End()
    {
        IsValidated = true;
        _isChallengeDue = false;
        Deadline = long.MaxValue;
    }
}
