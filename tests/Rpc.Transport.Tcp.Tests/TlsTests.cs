using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Rpc.Transport.Conformance;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Tcp.Tests;

public sealed class TlsTests : IAsyncLifetime, IClassFixture<UnobservedExceptionGuard>
{
    private static readonly TimeSpan s_hangGuard = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();
    private readonly List<IAsyncDisposable> _owned = [];

    private RecordingLoggerFactory Log { get; } = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            await owned.DisposeAsync().AsTask().WaitAsync(s_hangGuard);
        }

        Assert.Empty(Log.Errors);
    }

    [Fact]
    public async Task A_server_of_an_unknown_root_is_not_trusted()
    {
        var listener = await ListenAsync();
        await AssertSecurityFailsAsync(listener, static options => options.TrustedRoots.Add(new TestCertificates().Root));
        await AssertSecurityFailsAsync(listener, static _ => { });
        await ConnectAsync(listener);
    }

    [Fact]
    public async Task A_server_of_another_name_is_not_trusted()
    {
        var listener = await ListenAsync();
        await AssertSecurityFailsAsync(listener, static options =>
        {
            options.TrustedRoots.Add(TestCertificates.Shared.Root);
            options.TargetHost = "other.example";
        });
    }

    [Fact]
    public async Task The_expected_name_may_differ_from_the_address()
    {
        var listener = await ListenAsync(static options =>
            options.ServerCertificate = TestCertificates.Shared.Issue("game.example", "1.3.6.1.5.5.7.3.1"));
        await ConnectAsync(listener, static options => options.TargetHost = "game.example");
    }

    [Fact]
    public async Task An_expired_certificate_is_not_trusted()
    {
        var listener = await ListenAsync(static options =>
            options.ServerCertificate = TestCertificates.Shared.Issue("localhost", "1.3.6.1.5.5.7.3.1", expired: true));
        await AssertSecurityFailsAsync(listener, static options => options.TrustedRoots.Add(TestCertificates.Shared.Root));
    }

    [Fact]
    public async Task A_certificate_for_clients_is_none_for_servers()
    {
        var listener = await ListenAsync(static options =>
            options.ServerCertificate = TestCertificates.Shared.Issue("localhost", "1.3.6.1.5.5.7.3.2"));
        await AssertSecurityFailsAsync(listener, static options => options.TrustedRoots.Add(TestCertificates.Shared.Root));
    }

    [Theory]
    [InlineData(ClientCertificateMode.Required)]
    [InlineData(ClientCertificateMode.Allowed)]
    public async Task A_trusted_client_certificate_is_known_to_the_server(ClientCertificateMode mode)
    {
        var listener = await ListenAsync(options => Mutual(options, mode));
        var (client, server) = await ConnectAsync(listener, static options => options.ClientCertificate = TestCertificates.Shared.Client);

        Assert.Equal(TestCertificates.Shared.Client.Thumbprint, server.RemoteCertificate?.Thumbprint);
        Assert.Equal(TestCertificates.Shared.Server.Thumbprint, client.RemoteCertificate?.Thumbprint);
    }

    [Fact]
    public async Task A_client_without_certificate_may_connect_where_one_is_only_allowed()
    {
        var listener = await ListenAsync(static options => Mutual(options, ClientCertificateMode.Allowed));
        var (_, server) = await ConnectAsync(listener);
        Assert.Null(server.RemoteCertificate);
    }

    [Theory]
    [InlineData(ClientCertificateMode.Required, false)]
    [InlineData(ClientCertificateMode.Required, true)]
    [InlineData(ClientCertificateMode.Allowed, true)]
    public async Task A_client_without_a_trusted_certificate_is_never_handed_out(ClientCertificateMode mode, bool showsOne)
    {
        var listener = await ListenAsync(options => Mutual(options, mode));
        var accept = listener.AcceptAsync(default).AsTask();
        await AssertTurnedAwayAsync(listener, options =>
        {
            options.TrustedRoots.Add(TestCertificates.Shared.Root);
            options.ClientCertificate = showsOne ? new TestCertificates().Client : null;
        });

        // The one that is handed out is the next.
        var good = await new TcpClientTransport(Trusting(static options => options.ClientCertificate = TestCertificates.Shared.Client))
            .ConnectAsync(listener.Address, default);
        _owned.Add(good);
        var server = Own(await accept.WaitAsync(s_hangGuard));
        Assert.Equal(good.LocalEndPoint, server.RemoteEndPoint);
    }

    [Fact]
    public async Task A_client_that_does_not_speak_the_application_protocol_is_turned_away()
    {
        var listener = await ListenAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, listener.Address.Port);
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ApplicationProtocols = [SslApplicationProtocol.Http11],
                RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null,
            }).WaitAsync(s_hangGuard);
            Assert.Equal(0, await tls.ReadAsync(new byte[1]).AsTask().WaitAsync(s_hangGuard));
        }
        catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The system may refuse it within the handshake.
        }

        await ConnectAsync(listener);
        await Log.WhenLoggedAsync(static entry => entry.Level == LogLevel.Information && entry.Message.Contains("handshake", StringComparison.Ordinal))
            .WaitAsync(s_hangGuard);
    }

    [Fact]
    public async Task A_server_that_does_not_speak_the_application_protocol_is_refused()
    {
        var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        var serve = Task.Run(async () =>
        {
            using var accepted = await socket.AcceptTcpClientAsync();
            await using var tls = new SslStream(accepted.GetStream());
            try
            {
                await tls.AuthenticateAsServerAsync(TestCertificates.Shared.Server);
                Assert.Equal(0, await tls.ReadAsync(new byte[1]));
            }
            catch (IOException)
            {
                // The client has gone.
            }
        });

        var exception = await Assert.ThrowsAsync<TransportException>(() => new TcpClientTransport(Trusting())
            .ConnectAsync(new Uri($"tcps://localhost:{((IPEndPoint)socket.LocalEndpoint).Port}"), default).AsTask().WaitAsync(s_hangGuard));
        Assert.Equal(TransportError.SecurityFailed, exception.Error);
        socket.Stop();
        await serve.WaitAsync(s_hangGuard);
    }

    [Fact]
    public async Task A_client_that_speaks_no_TLS_is_turned_away_with_a_line_in_theLog()
    {
        var listener = await ListenAsync();
        var plain = Assert.IsAssignableFrom<StreamTransportConnection>(Own(
            await new TcpClientTransport().ConnectAsync(new Uri($"tcp://127.0.0.1:{listener.Address.Port}"), default)));
        await plain.Output.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        await ReadToEndAsync(plain);

        await ConnectAsync(listener);
        await Log.WhenLoggedAsync(static entry => entry.Level == LogLevel.Information && entry.Message.Contains("handshake", StringComparison.Ordinal))
            .WaitAsync(s_hangGuard);
    }

    [Fact]
    public async Task A_stalled_handshake_delays_no_other_and_is_cut_in_time()
    {
        var listener = await ListenAsync(static options => options.HandshakeTimeout = TimeSpan.FromSeconds(7));
        using var stalled = await ConnectRawAsync(listener);
        await _time.WhenTimersAsync(1).WaitAsync(s_hangGuard);
        await ConnectAsync(listener);

        var end = ReadRawAsync(stalled);
        _time.Advance(TimeSpan.FromSeconds(6.9));
        Assert.False(end.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        await end.WaitAsync(s_hangGuard);
    }

    [Fact]
    public async Task At_the_limit_of_handshakes_the_oldest_is_cut_for_the_next()
    {
        var listener = await ListenAsync(static options => options.MaxPendingHandshakes = 3);
        var stalled = new List<Socket>();
        for (var i = 1; i <= 3; i++)
        {
            stalled.Add(await ConnectRawAsync(listener));
            await _time.WhenTimersAsync(i).WaitAsync(s_hangGuard);
        }

        var ends = stalled.ConvertAll(ReadRawAsync);
        await ConnectAsync(listener);
        await ends[0].WaitAsync(s_hangGuard);
        Assert.Equal((false, false), (ends[1].IsCompleted, ends[2].IsCompleted));
        await Log.WhenLoggedAsync(static entry => entry.Level == LogLevel.Warning).WaitAsync(s_hangGuard);

        stalled.ForEach(static socket => socket.Dispose());
    }

    [Fact]
    public async Task Disposing_the_listener_cuts_the_handshakes_under_way_and_what_was_not_accepted()
    {
        var listener = await ListenAsync();
        using var stalled = await ConnectRawAsync(listener);
        await _time.WhenTimersAsync(1).WaitAsync(s_hangGuard);
        var waiting = Assert.IsAssignableFrom<StreamTransportConnection>(Own(
            await new TcpClientTransport(Trusting()).ConnectAsync(listener.Address, default).AsTask().WaitAsync(s_hangGuard)));

        await listener.DisposeAsync().AsTask().WaitAsync(s_hangGuard);
        await ReadRawAsync(stalled).WaitAsync(s_hangGuard);
        await ReadToEndAsync(waiting);
    }

    [Fact]
    public async Task A_connect_to_a_server_that_stalls_ends_with_its_token()
    {
        var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        using var cancellation = new CancellationTokenSource();
        var connect = new TcpClientTransport().ConnectAsync(
            new Uri($"tcps://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}"), cancellation.Token).AsTask();
        using var accepted = await socket.AcceptSocketAsync().WaitAsync(s_hangGuard);
        cancellation.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect.WaitAsync(s_hangGuard));
        socket.Stop();
    }

    [Fact]
    public async Task A_callback_that_throws_costs_its_client_the_connection_and_the_listener_nothing()
    {
        var isFirst = true;
        var listener = await ListenAsync(options => options.ConfigureTls = _ =>
        {
            if (isFirst)
            {
                isFirst = false;
                throw new InvalidOperationException("a defect");
            }
        });
        await AssertTurnedAwayAsync(listener, static options => options.TrustedRoots.Add(TestCertificates.Shared.Root));
        await ConnectAsync(listener);
    }

    private static void Mutual(TcpListenOptions options, ClientCertificateMode mode)
    {
        options.ClientCertificateMode = mode;
        options.TrustedClientRoots.Add(TestCertificates.Shared.Root);
    }

    private static TcpClientOptions Trusting(Action<TcpClientOptions>? configure = null)
    {
        var options = new TcpClientOptions();
        options.TrustedRoots.Add(TestCertificates.Shared.Root);
        configure?.Invoke(options);
        return options;
    }

    private static async Task<Socket> ConnectRawAsync(IRpcListener listener)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, listener.Address.Port);
        return socket;
    }

    private static async Task ReadRawAsync(Socket socket)
    {
        try
        {
            while (await socket.ReceiveAsync(new byte[100]) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Cut is cut.
        }
    }

    private static async Task ReadToEndAsync(StreamTransportConnection connection)
    {
        try
        {
            while (true)
            {
                var result = await connection.Input.ReadAsync().AsTask().WaitAsync(s_hangGuard);
                connection.Input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (TransportException)
        {
            // Cut is cut.
        }
    }

    private static async Task AssertSecurityFailsAsync(IRpcListener listener, Action<TcpClientOptions> configure)
    {
        var options = new TcpClientOptions();
        configure(options);
        var exception = await Assert.ThrowsAsync<TransportException>(
            () => new TcpClientTransport(options).ConnectAsync(listener.Address, default).AsTask().WaitAsync(s_hangGuard));
        Assert.Equal(TransportError.SecurityFailed, exception.Error);
    }

    // With TLS 1.3 a client has finished its handshake before the server has seen the client's certificate.
    private static async Task AssertTurnedAwayAsync(IRpcListener listener, Action<TcpClientOptions> configure)
    {
        var options = new TcpClientOptions();
        configure(options);
        try
        {
            var connection = await new TcpClientTransport(options).ConnectAsync(listener.Address, default).AsTask().WaitAsync(s_hangGuard);
            await ReadToEndAsync(Assert.IsAssignableFrom<StreamTransportConnection>(connection));
            await connection.DisposeAsync();
        }
        catch (TransportException exception)
        {
            Assert.True(exception.Error is TransportError.SecurityFailed or TransportError.ConnectionReset, $"{exception.Error}");
        }
    }

    private async Task<IRpcListener> ListenAsync(Action<TcpListenOptions>? configure = null)
    {
        var transport = new TransportCollection().ListenTcp(IPAddress.Loopback, 0, options =>
        {
            options.ServerCertificate = TestCertificates.Shared.Server;
            configure?.Invoke(options);
        }).Single;
        var listener = await transport.ListenAsync(new ListenContext(_time, Log), default);
        _owned.Add(listener);
        return listener;
    }

    private async Task<(TransportConnection Client, TransportConnection Server)> ConnectAsync(
        IRpcListener listener, Action<TcpClientOptions>? configure = null)
    {
        var accept = listener.AcceptAsync(default).AsTask();
        var client = await new TcpClientTransport(Trusting(configure)).ConnectAsync(listener.Address, default).AsTask().WaitAsync(s_hangGuard);
        return (Own(client), Own(await accept.WaitAsync(s_hangGuard)));
    }

    private TransportConnection Own(TransportConnection? connection)
    {
        Assert.NotNull(connection);
        _owned.Add(connection);
        return connection;
    }
}
