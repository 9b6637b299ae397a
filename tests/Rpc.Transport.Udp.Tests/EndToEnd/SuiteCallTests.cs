using System.Net;
using System.Threading.Channels;
using Rpc.Client;
using Rpc.Server;
using Rpc.Transport.Udp.Protocol;
using Xunit;

namespace Rpc.Transport.Udp.Tests.EndToEnd;

/// <summary>Calls over real sockets between a side that has only the portable cipher suite and one that has both, with datagrams as long as the path carries.</summary>
public sealed class SuiteCallTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Calls_bring_their_results_whichever_side_has_only_the_portable_suite(bool isClientPortable, bool isServerPortable)
    {
        var heard = Channel.CreateUnbounded<(string, int)>();
        await using var server = RpcServer.Create(rpc =>
        {
            rpc.AddService<IField>(connection => new Field(connection, heard));
            rpc.ListenUdp(IPAddress.Loopback, 0, udp => (udp.AllowInsecure, udp.UsePortableCipher, udp.MaxDatagramSize) = (true, isServerPortable, Packet.LargestSize));
        });
        await server.StartAsync().WaitAsync(s_patience);
        await using var client = await RpcClient.ConnectAsync(server.Addresses.Single(), options =>
        {
            options.UseUdp(udp => (udp.AllowInsecure, udp.UsePortableCipher, udp.MaxDatagramSize) = (true, isClientPortable, Packet.LargestSize));
            options.Serve<IFieldClient>(new Field(null!, heard));
        }).AsTask().WaitAsync(s_patience);
        var proxy = client.GetProxy<IField>();

        Assert.Equal(5, await proxy.AddAsync(2, 3).AsTask().WaitAsync(s_patience));
        Assert.Equal("why?", await proxy.AskBackAsync("why").AsTask().WaitAsync(s_patience));
        var payload = new byte[300_000];
        new Random(1).NextBytes(payload);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(payload, await proxy.EchoAsync(payload).AsTask().WaitAsync(s_patience));
        }
    }
}
