using System.Net;
using System.Net.Sockets;
using Rpc.Transport.Udp.Internal;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Internal;

public sealed class DatagramAddressTests
{
    [Theory]
    [InlineData("10.1.2.3:5000", "00000000000000000000ffff0a0102031388")]
    [InlineData("[::ffff:10.1.2.3]:5000", "00000000000000000000ffff0a0102031388")]
    [InlineData("[2001:db8:1:2:3:4:5:6]:65535", "20010db8000100020003000400050006ffff")]
    [InlineData("[::1]:1", "000000000000000000000000000000010001")]
    public void The_key_is_the_address_as_IPv6_and_the_port(string endPoint, string key) => Assert.Equal(key, Convert.ToHexStringLower(Key(endPoint)));

    [Theory]
    [InlineData("10.1.2.3:5000", "00000000000000000000ffff0a010203")]
    [InlineData("[::ffff:10.1.2.3]:5000", "00000000000000000000ffff0a010203")]
    [InlineData("[2001:db8:1:2:3:4:5:6]:5000", "20010db8000100020000000000000000")]
    public void The_prefix_is_an_IPv4_address_or_an_IPv6_network_of_64_bits(string endPoint, string prefix)
    {
        var key = Key(endPoint)[..DatagramAddress.PrefixSize];
        DatagramAddress.ToPrefix(key);
        Assert.Equal(prefix, Convert.ToHexStringLower(key));
    }

    [Theory]
    [InlineData("127.0.0.1:1", true)]
    [InlineData("127.1.2.3:1", true)]
    [InlineData("[::ffff:127.0.0.1]:1", true)]
    [InlineData("[::1]:1", true)]
    [InlineData("128.0.0.1:1", false)]
    [InlineData("[::2]:1", false)]
    [InlineData("[7f00:1::]:1", false)]
    public void Loopback_is_the_own_machine(string endPoint, bool isLoopback) => Assert.Equal(isLoopback, DatagramAddress.IsLoopback(Key(endPoint)));

    [Theory]
    [InlineData("10.1.2.3:5000", "10.1.2.3:5000")]
    [InlineData("[::ffff:10.1.2.3]:5000", "10.1.2.3:5000")]
    [InlineData("[2001:db8::1]:5000", "[2001:db8::1]:5000")]
    public void The_end_point_is_that_of_the_peer_whatever_the_socket(string endPoint, string shown) =>
        Assert.Equal(IPEndPoint.Parse(shown), DatagramAddress.Create(IPEndPoint.Parse(endPoint)).ToEndPoint());

    [Fact]
    public void Addresses_are_equal_by_address_and_port()
    {
        var address = DatagramAddress.Create(IPEndPoint.Parse("10.1.2.3:5000"));
        var copy = address.Clone();
        Assert.Equal(address, copy);
        Assert.Equal(address.GetHashCode(), copy.GetHashCode());
        Assert.NotEqual(address, DatagramAddress.Create(IPEndPoint.Parse("10.1.2.3:5001")));
        Assert.NotEqual(address, DatagramAddress.Create(IPEndPoint.Parse("10.1.2.4:5000")));
        Assert.NotEqual(address, DatagramAddress.Create(IPEndPoint.Parse("[2001:db8::1]:5000")));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task One_to_receive_into_is_overwritten_and_its_copies_are_not(string ip)
    {
        var loopback = IPAddress.Parse(ip);
        using var receiver = new Socket(loopback.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(loopback, 0));
        var from = DatagramAddress.Create(loopback.AddressFamily);
        var buffer = new byte[10];
        var seen = new List<DatagramAddress>();
        var senders = new List<IPEndPoint>();
        for (var i = 0; i < 2; i++)
        {
            using var sender = new Socket(loopback.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            sender.Bind(new IPEndPoint(loopback, 0));
            sender.SendTo([1], receiver.LocalEndPoint!);
            senders.Add((IPEndPoint)sender.LocalEndPoint!);
            await ReceiveAsync(receiver, buffer, from);
            seen.Add(from.Clone());
        }

        Assert.Equal(senders, seen.Select(static address => address.ToEndPoint()));
        Assert.NotEqual(seen[0], seen[1]);
    }

    private static async Task ReceiveAsync(Socket socket, byte[] buffer, DatagramAddress from)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
#if NETSTANDARD_BUILD
        from.Value = (IPEndPoint)(await socket.ReceiveFromAsync(buffer, SocketFlags.None, from.Value, patience.Token)).RemoteEndPoint;
#else
        await socket.ReceiveFromAsync(buffer, SocketFlags.None, from.Value, patience.Token);
#endif
    }

    private static byte[] Key(string endPoint)
    {
        var key = new byte[DatagramAddress.KeySize];
        key.AsSpan().Fill(0xAA);
        DatagramAddress.Create(IPEndPoint.Parse(endPoint)).WriteKey(key);
        return key;
    }
}
