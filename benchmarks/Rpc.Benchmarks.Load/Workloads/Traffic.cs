using System.Globalization;

namespace Rpc.Benchmarks.Load.Workloads;

/// <summary>What has passed the loopback so far, as Linux counts it: everybody's. Zero elsewhere.</summary>
/// <param name="Bytes">Bytes of UDP's payload, when all of it is UDP over IPv4.</param>
/// <param name="Packets">Packets.</param>
public readonly record struct Traffic(long Bytes, long Packets)
{
    private const string Counters = "/proc/net/dev";

    /// <summary>What the loopback adds to a payload of UDP over IPv4: Ethernet's header, IP's and UDP's.</summary>
    private const int Headers = 14 + 20 + 8;

    public static Traffic Now()
    {
        if (!File.Exists(Counters))
        {
            return default;
        }

        var fields = File.ReadLines(Counters).Single(static line => line.TrimStart().StartsWith("lo:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var packets = long.Parse(fields[2], CultureInfo.InvariantCulture);
        return new Traffic(long.Parse(fields[1], CultureInfo.InvariantCulture) - (packets * Headers), packets);
    }

    public static Traffic operator -(Traffic end, Traffic start) => new(end.Bytes - start.Bytes, end.Packets - start.Packets);
}
