using System.Net.Security;
using System.Text;
using Rpc.Transport.Conformance;
using Rpc.Transport.WebSockets.Tests.Support;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Listening;

/// <summary>Handshakes that are slow, many, or strangely cut into pieces.</summary>
public sealed class HandshakeTests : ListenerTest
{
    [Fact]
    public async Task A_request_may_arrive_a_byte_at_a_time()
    {
        var peer = await ConnectRawAsync(await ListenAsync());
        foreach (var b in Encoding.ASCII.GetBytes(RawPeer.Request()))
        {
            await peer.SendAsync([b]);
        }

        Assert.StartsWith("HTTP/1.1 101 ", await peer.ReadHeadAsync());
    }

    [Fact]
    public async Task What_follows_the_request_at_once_is_not_lost()
    {
        var listener = await ListenAsync();
        var peer = await ConnectRawAsync(listener);

        // Masked with zeros: a first frame of "hello" and half of a second one.
        await peer.SendAsync(RawPeer.Request() + "\u0082\u0085\0\0\0\0hello\u0082\u0085\0\0\0\0wo");
        var server = await AcceptAsync(listener);
        await AssertReadsAsync(server, "hello");
        await peer.SendAsync("rld");
        await AssertReadsAsync(server, "world");

        await server.Output.WriteAsync("back"u8.ToArray());
        await peer.ReadHeadAsync();
        Assert.Equal("back", Encoding.ASCII.GetString((await peer.ReadFrameAsync())!.Value.Payload));
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /rpc HTT")]
    [InlineData("GET /rpc HTTP/1.1\r\nHost: game.example\r\n")]
    public async Task A_slow_request_is_refused_when_its_time_is_over(string start)
    {
        var listener = await ListenAsync(new WebSocketListenOptions { HandshakeTimeout = TimeSpan.FromSeconds(7) });
        var peer = await ConnectRawAsync(listener);
        await peer.SendAsync(start);
        await Time.WhenTimersRunAsync(1);

        Time.Advance(TimeSpan.FromSeconds(6.9));
        Assert.Equal(1, listener.PendingCount);
        Time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.StartsWith("HTTP/1.1 408 Request Timeout\r\n", await peer.ReadToEndAsync());
    }

    [Fact]
    public async Task A_slow_TLS_handshake_is_cut_when_its_time_is_over()
    {
        var listener = await ListenAsync(new WebSocketListenOptions { ServerCertificate = TestCertificates.Shared.Server }, "https://127.0.0.1:0/rpc");
        var peer = await ConnectRawAsync(listener);
        await Time.WhenTimersRunAsync(1);

        Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("", await peer.ReadToEndAsync());
    }

    [Fact]
    public async Task The_time_covers_TLS_and_the_request_together()
    {
        var listener = await ListenAsync(new WebSocketListenOptions { ServerCertificate = TestCertificates.Shared.Server }, "https://127.0.0.1:0/rpc");
        var raw = await ConnectRawAsync(listener);
        await Time.WhenTimersRunAsync(1);
        Time.Advance(TimeSpan.FromSeconds(9));
        var peer = new RawPeer(await SecureAsync(raw));
        await peer.SendAsync("GET");

        // Cut or answered: the server may not yet have seen the end of TLS.
        Time.Advance(TimeSpan.FromSeconds(1));
        var answer = await peer.ReadToEndAsync();
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 408 ", StringComparison.Ordinal), answer);
    }

    [Fact]
    public async Task The_time_ends_with_the_upgrade()
    {
        var listener = await ListenAsync();
        var peer = await ConnectRawAsync(listener);
        await peer.UpgradeAsync();
        var server = await AcceptAsync(listener);
        Time.Advance(TimeSpan.FromHours(1));

        await peer.SendFrameAsync(0x82, "still here"u8.ToArray(), isMasked: true);
        await AssertReadsAsync(server, "still here");
    }

    [Fact]
    public async Task A_flood_of_half_open_handshakes_is_bounded_and_keeps_nobody_out()
    {
        const int Limit = 16;
        var listener = await ListenAsync(new WebSocketListenOptions { MaxPendingHandshakes = Limit });
        var flood = new List<RawPeer>();
        for (var i = 0; i < 3 * Limit; i++)
        {
            var attacker = await ConnectRawAsync(listener);
            await attacker.SendAsync("GET /rpc HTTP/1.1\r\n");
            flood.Add(attacker);
            Assert.InRange(listener.PendingCount, 0, Limit);
        }

        // The oldest were cut for the newest.
        foreach (var attacker in flood.Take(2 * Limit))
        {
            Assert.Equal("", await attacker.ReadToEndAsync());
        }

        var honest = await ConnectRawAsync(listener);
        await honest.UpgradeAsync();
        await AcceptAsync(listener);
        Assert.InRange(listener.PendingCount, Limit - 1, Limit);
    }

    [Fact]
    public async Task Connections_that_nobody_takes_are_bounded_and_the_next_is_answered_when_there_is_room()
    {
        var listener = await ListenAsync(new WebSocketListenOptions { MaxPendingHandshakes = 2 });
        for (var i = 0; i < 2; i++)
        {
            await (await ConnectRawAsync(listener)).UpgradeAsync();
        }

        var third = await ConnectRawAsync(listener);
        await third.SendAsync(RawPeer.Request());
        var answer = third.ReadHeadAsync();
        await Log.WhenLoggedAsync("waits until");
        Assert.False(answer.IsCompleted);

        await AcceptAsync(listener);
        Assert.StartsWith("HTTP/1.1 101 ", await answer);
    }

    [Fact]
    public async Task A_client_that_the_server_does_not_take_in_time_is_refused()
    {
        var listener = await ListenAsync(new WebSocketListenOptions { MaxPendingHandshakes = 1 });
        await (await ConnectRawAsync(listener)).UpgradeAsync();

        var second = await ConnectRawAsync(listener);
        await second.SendAsync(RawPeer.Request());
        await Log.WhenLoggedAsync("waits until");
        Time.Advance(TimeSpan.FromSeconds(10));
        Assert.StartsWith("HTTP/1.1 503 Service Unavailable\r\n", await second.ReadToEndAsync());
        await AcceptAsync(listener);
    }

    [Fact]
    public async Task A_handshake_of_TLS_that_stalls_delays_no_other()
    {
        var listener = await ListenAsync(new WebSocketListenOptions { ServerCertificate = TestCertificates.Shared.Server }, "https://127.0.0.1:0/rpc");
        for (var i = 0; i < 8; i++)
        {
            var stalled = await ConnectRawAsync(listener);
            await stalled.SendAsync("\u0016\u0003\u0001\u0002\0");
        }

        var raw = await ConnectRawAsync(listener);
        var peer = new RawPeer(await SecureAsync(raw));
        await peer.UpgradeAsync();
        Assert.True((await AcceptAsync(listener)).IsEncrypted);
    }

    [Fact]
    public async Task A_client_that_offers_only_another_application_protocol_is_turned_away_by_TLS()
    {
        var listener = await ListenAsync(new WebSocketListenOptions { ServerCertificate = TestCertificates.Shared.Server }, "https://127.0.0.1:0/rpc");
        var raw = await ConnectRawAsync(listener);
        await Assert.ThrowsAnyAsync<Exception>(() => SecureAsync(raw, SslApplicationProtocol.Http2));
    }

    [Fact]
    public async Task A_client_that_speaks_no_TLS_is_cut()
    {
        var listener = await ListenAsync(new WebSocketListenOptions { ServerCertificate = TestCertificates.Shared.Server }, "https://127.0.0.1:0/rpc");
        var peer = await ConnectRawAsync(listener);
        await peer.SendAsync(RawPeer.Request());
        Assert.DoesNotContain("HTTP/1.1 101", await peer.ReadToEndAsync());
    }

    [Fact]
    public async Task A_refused_client_that_goes_on_sending_is_cut()
    {
        var peer = await ConnectRawAsync(await ListenAsync());
        await peer.SendAsync("POST /rpc HTTP/1.1\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 405 ", await peer.ReadHeadAsync());

        var chunk = new byte[16 * 1024];
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
            {
                await peer.SendAsync(chunk);
            }
        });
    }

    [Fact]
    public async Task A_refused_client_that_stays_is_cut_after_a_while()
    {
        var listener = await ListenAsync();
        var peer = await ConnectRawAsync(listener);
        await peer.SendAsync("POST /rpc HTTP/1.1\r\n\r\n");
        await peer.ReadToEndAsync();
        Assert.Equal(1, listener.PendingCount);

        Time.Advance(TimeSpan.FromSeconds(2));
        var next = await ConnectRawAsync(listener);
        await next.UpgradeAsync();
        await AcceptAsync(listener);
        await listener.DisposeAsync().AsTask().WaitAsync(TestTimeouts.HangGuard);
        Assert.Equal(0, listener.PendingCount);
    }

    [Fact]
    public async Task A_client_that_leaves_during_the_handshake_is_forgotten()
    {
        var listener = await ListenAsync(new WebSocketListenOptions { MaxPendingHandshakes = 4 });
        for (var i = 0; i < 20; i++)
        {
            var peer = await RawPeer.ConnectAsync(listener.Address);
            await peer.SendAsync("GET /rpc HTTP");
            await peer.DisposeAsync();
        }

        var honest = await ConnectRawAsync(listener);
        await honest.UpgradeAsync();
        await AcceptAsync(listener);
    }

    [Fact]
    public async Task Disposing_the_listener_cuts_what_is_not_upgraded_or_not_taken()
    {
        var listener = await ListenAsync();
        var half = await ConnectRawAsync(listener);
        await half.SendAsync("GET");
        var whole = await ConnectRawAsync(listener);
        await whole.UpgradeAsync();

        await listener.DisposeAsync().AsTask().WaitAsync(TestTimeouts.HangGuard);
        Assert.Equal("", await half.ReadToEndAsync());
        Assert.Null(await whole.ReadFrameAsync());
    }

    private static async Task AssertReadsAsync(StreamTransportConnection connection, string text) =>
        Assert.Equal(text, Encoding.ASCII.GetString(await connection.Input.ReadExactlyAsync(text.Length).WaitAsync(TestTimeouts.HangGuard)));

    private static async Task<SslStream> SecureAsync(RawPeer raw, params SslApplicationProtocol[] protocols)
    {
        var stream = new SslStream(raw.Stream, leaveInnerStreamOpen: true, Trust.Server);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", ApplicationProtocols = [.. protocols] })
            .WaitAsync(TestTimeouts.HangGuard);
        return stream;
    }
}
