using Rpc.Serialization;

namespace Rpc.GoldenVectors.Tests;

/// <summary>Measures what reading a payload allocates.</summary>
internal static class Allocation
{
    /// <summary>The most bytes that a byte of payload may cost: an object of ten members for the one byte that says that it has none.</summary>
    private const int PerByte = 128;

    /// <summary>An exception with its message and stack trace, one frame a level of nesting.</summary>
    private const int Constant = 64 * 1024;

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
