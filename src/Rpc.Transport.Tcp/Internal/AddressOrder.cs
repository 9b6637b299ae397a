using System.Net;
using System.Net.Sockets;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>The order in which the addresses of a host are tried.</summary>
internal static class AddressOrder
{
    /// <summary>The families in turn, beginning with that of the first address: RFC 8305, section 4. Within a family the resolver's order stays.</summary>
    internal static List<IPEndPoint> Interleave(IReadOnlyList<IPAddress> addresses, int port)
    {
        var usable = addresses.Where(static address => address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6).ToList();
        var first = usable.Where(address => address.AddressFamily == usable[0].AddressFamily).ToList();
        var second = usable.Where(address => address.AddressFamily != usable[0].AddressFamily).ToList();
        var endPoints = new List<IPEndPoint>(usable.Count);
        for (var i = 0; i < Math.Max(first.Count, second.Count); i++)
        {
            if (i < first.Count)
            {
                endPoints.Add(new IPEndPoint(first[i], port));
            }

            if (i < second.Count)
            {
                endPoints.Add(new IPEndPoint(second[i], port));
            }
        }

        return endPoints;
    }
}
