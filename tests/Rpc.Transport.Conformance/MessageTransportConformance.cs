using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Conformance;

/// <summary>Everything that <see cref="MessageTransportConnection"/> promises. A subclass names the transport and inherits the tests. The transport may
/// lose, delay and reorder packets as it likes: nothing here expects an unreliable message to arrive, but some must.</summary>
public abstract partial class MessageTransportConformance : TransportConformance<MessageTransportConnection>
{
    /// <summary>More messages of the greatest size than any transport may queue for a peer that does not receive.</summary>
    protected virtual int MostQueued => 4096;

    /// <summary>Whether the peer of a side that aborts is told so at once rather than by the end of its patience.</summary>
    protected virtual bool PeerSeesCut => true;

    /// <summary>Sends reliably, waiting for room.</summary>
    private static async Task SendAsync(MessageTransportConnection connection, ReadOnlyMemory<byte> message, MessageOptions options)
    {
        while (!connection.TrySend(message.Span, options))
        {
            connection.Flush();
            await connection.WaitToSendAsync(default);
        }
    }

    /// <summary>Receives the next message.</summary>
    /// <returns>The message; null at the end.</returns>
    private static async Task<byte[]?> ReceiveAsync(MessageTransportConnection connection)
    {
        while (await connection.WaitToReceiveAsync(default))
        {
            if (connection.TryReceive(out var message))
            {
                return message.ToArray();
            }
        }

        return null;
    }

    /// <summary>A message that begins with a number.</summary>
    private static byte[] Numbered(int number, int length)
    {
        var message = TestBytes.Make(Math.Max(length, 4), number);
        BitConverter.TryWriteBytes(message, number);
        return message;
    }

    /// <summary>The number of a message, after a check that the rest is whole.</summary>
    private static int GetNumber(byte[]? message)
    {
        Assert.NotNull(message);
        var number = BitConverter.ToInt32(message);
        Assert.Equal(-1, TestBytes.FirstDifference(message.AsSpan(4), number + 4L));
        return number;
    }
}
