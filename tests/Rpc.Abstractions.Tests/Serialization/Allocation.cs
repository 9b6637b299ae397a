using Rpc.Serialization;

namespace Rpc.Abstractions.Tests.Serialization;

/// <summary>Measures what reading a payload allocates.</summary>
internal static class Allocation
{
    /// <summary>The most bytes that a byte of payload may cost: a node of a sorted dictionary or an immutable list, with its object header,
    /// for an element of one byte.</summary>
    private const int PerByte = 128;

    /// <summary>What a collection costs when it is empty (a concurrent one has its locks), and an exception with its message and stack trace.</summary>
    private const int Constant = 16 * 1024;

    public static long Limit(int payloadLength) => Constant + ((long)payloadLength * PerByte);

    public static long OfReading(PayloadProbe probe, byte[] bytes)
    {
        // The first time pays for what is created once: comparers, enumerators, resources of exceptions.
        Read(probe, bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Read(probe, bytes);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Read(PayloadProbe probe, byte[] bytes)
    {
        try
        {
            probe.Read(bytes, out _);
        }
        catch (PayloadException)
        {
            // Expected: what is measured is the cost until here.
        }
    }
}
