namespace Rpc.Transport.Udp.Tests;

/// <summary>Datagrams that were sent together.</summary>
internal static class Datagrams
{
    /// <summary>Cuts them as the system does.</summary>
    internal static List<byte[]> Cut(ReadOnlySpan<byte> datagrams, int size)
    {
        var cut = new List<byte[]>();
        for (; !datagrams.IsEmpty; datagrams = datagrams[Math.Min(size, datagrams.Length)..])
        {
            cut.Add(datagrams[..Math.Min(size, datagrams.Length)].ToArray());
        }

        return cut;
    }
}
