using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Rpc.Transport.Conformance;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Udp.Tests.EndToEnd;

/// <summary>By which addresses a server is reached, and as what it sees its clients.</summary>
public sealed class AddressTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("[::1]", "::1")]
    [InlineData("localhost", null)]
    public async Task A_server_of_all_addresses_is_reached_by_either_family_and_by_name(string host, string? seen)
    {
        await using var listener = await ListenAsync(IPAddress.IPv6Any);
        await using var connection = await ConnectAsync(listener, host);
        await using var accepted = Assert.IsAssignableFrom<MessageTransportConnection>(await AcceptAsync(listener, connection));

        var client = Assert.IsType<IPEndPoint>(accepted.RemoteEndPoint);
        Assert.Equal(((IPEndPoint)connection.LocalEndPoint!).Port, client.Port);
        Assert.True(IPAddress.IsLoopback(client.Address));
        Assert.False(client.Address.IsIPv4MappedToIPv6);
        Assert.Equal(seen ?? client.Address.ToString(), client.Address.ToString());

        // And back.
        Assert.True(accepted.TrySend([1, 2, 3], new MessageOptions(RpcDelivery.Reliable)));
        accepted.Flush();
        Assert.True(await connection.WaitToReceiveAsync(default).AsTask().WaitAsync(s_patience));
        Assert.True(connection.TryReceive(out var message));
        Assert.Equal([1, 2, 3], message.ToArray());
    }

    private static async Task<IRpcListener> ListenAsync(IPAddress address) =>
        await new TransportCollection().ListenUdp(address, 0, static options => options.AllowInsecure = true).Single
            .ListenAsync(new ListenContext(TimeProvider.System, NullLoggerFactory.Instance), default).AsTask().WaitAsync(s_patience);

    private static async Task<MessageTransportConnection> ConnectAsync(IRpcListener listener, string host)
    {
        var transport = new UdpClientTransport(new UdpClientOptions { AllowInsecure = true });
        return (MessageTransportConnection)await transport.ConnectAsync(new Uri($"udp://{host}:{listener.Address.Port}"), default).AsTask().WaitAsync(s_patience);
    }

    /// <summary>A connection is accepted with the client's first packet.</summary>
    private static async Task<TransportConnection?> AcceptAsync(IRpcListener listener, MessageTransportConnection client)
    {
        Assert.True(client.TrySend([0], new MessageOptions(RpcDelivery.Reliable)));
        client.Flush();
        return await listener.AcceptAsync(default).AsTask().WaitAsync(s_patience);
    }
}
