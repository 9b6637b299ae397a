using System.Net;
using Rpc.Transport.Tcp.Internal;
using Xunit;

namespace Rpc.Transport.Tcp.Tests.Internal;

public sealed class AddressOrderTests
{
    [Theory]
    [InlineData("::1 ::2 ::3 1.1.1.1", "::1 1.1.1.1 ::2 ::3")]
    [InlineData("1.1.1.1 2.2.2.2 ::1 ::2", "1.1.1.1 ::1 2.2.2.2 ::2")]
    [InlineData("1.1.1.1", "1.1.1.1")]
    [InlineData("", "")]
    public void Families_take_turns_beginning_with_the_resolvers_first(string addresses, string expected)
    {
        var order = AddressOrder.Interleave([.. Parse(addresses)], 7000);
        Assert.Equal(Parse(expected), order.Select(static endPoint => endPoint.Address));
        Assert.All(order, static endPoint => Assert.Equal(7000, endPoint.Port));
    }

    private static IEnumerable<IPAddress> Parse(string addresses) =>
        addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse);
}
