using System.Net;
using System.Net.Security;
using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using Rpc.Client;
using Rpc.Server;
using Rpc.Transport.Conformance;
using Rpc.Transport.Tcp;
using Rpc.Transport.WebSockets;

namespace Rpc.EndToEnd.Tests.Security;

public sealed class CertificateTests : IDisposable
{
    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";

    private readonly string _folder = Directory.CreateTempSubdirectory("rpc-certificates").FullName;
    private readonly ManualTimeProvider _time = new();

    public static TheoryData<string> Schemes => ["tcps", "wss"];

    private string Certificate => Path.Combine(_folder, "tls.crt");

    private string Key => Path.Combine(_folder, "tls.key");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task A_client_certificate_tells_the_server_who_the_client_is(string scheme)
    {
        await using var server = await StartAsync(scheme, () => new RpcServerCertificate(TestCertificates.Shared.Server));
        await using var client = await ConnectAsync(server, TestCertificates.Shared.Client);
        await client.GetProxy<IVault>().WhoAsync();
        var user = Assert.Single(server.Connections).User;
        Assert.Equal("client", Assert.Single(server.Connections).UserId);
        Assert.Equal(("client", "Certificate", true), (user.Identity!.Name, user.Identity.AuthenticationType, user.Identity.IsAuthenticated));
        Assert.Equal(TestCertificates.Shared.Client.Thumbprint, user.FindFirst(ClaimTypes.Thumbprint)!.Value);
        Assert.Equal("client", await client.GetProxy<IVault>().WhoAsync());
        Assert.Equal("localhost", client.Connection.User.Identity!.Name);
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task An_authenticator_decides_by_the_certificate(string scheme)
    {
        await using var server = await StartAsync(scheme, () => new RpcServerCertificate(TestCertificates.Shared.Server), rpc => rpc.Authenticate((context, _) =>
        {
            var user = context.CreateCertificatePrincipal();
            return new(user is { Identity: ClaimsIdentity identity } && context is { IsEncrypted: true, Credentials: null, RemoteEndPoint: IPEndPoint } && context.Scheme == scheme
                ? RpcAuthenticationResult.Success(new ClaimsPrincipal(new ClaimsIdentity(identity, [new Claim(ClaimTypes.Role, "service")])))
                : RpcAuthenticationResult.Failure("no certificate"));
        }));
        await using (var client = await ConnectAsync(server, TestCertificates.Shared.Client))
        {
            await client.GetProxy<IVault>().WhoAsync();
            Assert.True(Assert.Single(server.Connections).User.IsInRole("service"));
        }

        var refused = await Assert.ThrowsAsync<RpcConnectException>(() => ConnectAsync(server, null));
        Assert.Equal(RpcStatusCode.Unauthenticated, refused.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task A_certificate_that_is_renewed_is_used_for_new_connections_and_old_ones_stay(string scheme)
    {
        var first = Write(TestCertificates.Shared.Issue("localhost", ServerPurpose));
        var file = RpcCertificateFile.FromPem(Certificate, Key, _time);
        await using var server = await StartAsync(scheme, file.Get);
        await using var old = await ConnectAsync(server, TestCertificates.Shared.Client);
        Assert.Equal(first.Thumbprint, ThumbprintOf(old));

        var second = Write(TestCertificates.Shared.Issue("localhost", ServerPurpose));
        await using (var soon = await ConnectAsync(server, TestCertificates.Shared.Client))
        {
            Assert.Equal(first.Thumbprint, ThumbprintOf(soon));
        }

        _time.Advance(TimeSpan.FromSeconds(5));
        await using var renewed = await ConnectAsync(server, TestCertificates.Shared.Client);
        Assert.Equal(second.Thumbprint, ThumbprintOf(renewed));
        Assert.Equal("client", await old.GetProxy<IVault>().WhoAsync());
        Assert.Equal("client", await renewed.GetProxy<IVault>().WhoAsync());
    }

    [Fact]
    public void Files_that_cannot_be_used_leave_the_certificate_as_it_was()
    {
        var log = new RecordingLoggerFactory();
        var first = Write(TestCertificates.Shared.Issue("localhost", ServerPurpose));
        var file = RpcCertificateFile.FromPem(Certificate, Key, _time, log);
        var given = file.Get();
        Assert.Equal(first.Thumbprint, given.Certificate.Thumbprint);

        // The certificate is there, its key not yet.
        var second = TestCertificates.Shared.Issue("localhost", ServerPurpose);
        File.WriteAllText(Certificate, second.ExportCertificatePem());
        Assert.Same(given, Later(file));
        File.WriteAllText(Certificate, "-----BEGIN CERT");
        Assert.Same(given, Later(file));
        File.Delete(Key);
        Assert.Same(given, Later(file));
        Assert.Equal(3, log.Entries.Count);

        Write(second);
        var renewed = Later(file);
        Assert.Equal(second.Thumbprint, renewed.Certificate.Thumbprint);
        Assert.True(renewed.Certificate.HasPrivateKey);
        Assert.Same(renewed, Later(file));
    }

    [Fact]
    public void The_chain_goes_out_with_the_certificate()
    {
        var issued = Write(TestCertificates.Shared.Server);
        File.AppendAllText(Certificate, "\n" + TestCertificates.Shared.Root.ExportCertificatePem());
        var pem = RpcCertificateFile.FromPem(Certificate, Key).Get();
        Assert.Equal(TestCertificates.Shared.Root.Thumbprint, Assert.Single(pem.Intermediates).Thumbprint);
        Assert.Equal(issued.Thumbprint, pem.Certificate.Thumbprint);

        var path = Path.Combine(_folder, "both.pfx");
        X509Certificate2Collection chain = [X509CertificateLoader.LoadCertificate(TestCertificates.Shared.Root.RawData), issued];
        File.WriteAllBytes(path, chain.Export(X509ContentType.Pkcs12, "pass")!);
        var pfx = RpcCertificateFile.FromPfx(path, "pass").Get();
        Assert.Equal(issued.Thumbprint, pfx.Certificate.Thumbprint);
        Assert.Single(pfx.Intermediates);
        Assert.ThrowsAny<Exception>(() => RpcCertificateFile.FromPfx(path, "wrong"));
        Assert.ThrowsAny<IOException>(() => RpcCertificateFile.FromPfx(Path.Combine(_folder, "none")));
        Assert.Throws<ArgumentException>(() => new RpcServerCertificate(X509CertificateLoader.LoadCertificate(issued.RawData)));
    }

    private static string ThumbprintOf(RpcClient client) => client.Connection.User.FindFirst(ClaimTypes.Thumbprint)!.Value;

    private RpcServerCertificate Later(RpcCertificateFile file)
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        return file.Get();
    }

    private X509Certificate2 Write(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        return certificate;
    }

    private static async Task<RpcServer> StartAsync(string scheme, Func<RpcServerCertificate> certificate, Action<RpcServerBuilder>? configure = null)
    {
        var server = RpcServer.Create(rpc =>
        {
            rpc.AddService<IVault>(new Vault());
            rpc.Policies.Add("adult", static _ => true).Add("slow", static _ => true).Add("broken", static _ => true);
            rpc.RateLimit.PerMethod("few", Limits.None);
            if (scheme == "tcps")
            {
                rpc.ListenTcp(IPAddress.Loopback, 0, options =>
                {
                    options.ServerCertificateProvider = certificate;
                    options.ClientCertificateMode = ClientCertificateMode.Allowed;
                    options.TrustedClientRoots.Add(TestCertificates.Shared.Root);
                });
            }
            else
            {
                rpc.ListenWebSocket("https://127.0.0.1:0/rpc", options =>
                {
                    options.ServerCertificateProvider = certificate;
                    options.ConfigureTls = static tls =>
                    {
                        tls.ClientCertificateRequired = true;
                        tls.RemoteCertificateValidationCallback = static (_, shown, _, _) => shown is null || shown.Issuer == TestCertificates.Shared.Root.Subject;
                    };
                });
            }

            configure?.Invoke(rpc);
        });
        await server.StartAsync();
        return server;
    }

    private static async Task<RpcClient> ConnectAsync(RpcServer server, X509Certificate2? certificate) => await RpcClient.ConnectAsync(Assert.Single(server.Addresses), options =>
    {
        options.UseTcp(tcp =>
        {
            tcp.TrustedRoots.Add(TestCertificates.Shared.Root);
            tcp.ClientCertificate = certificate;
        });
        options.UseWebSocket(webSocket =>
        {
            webSocket.RemoteCertificateValidationCallback = static (_, shown, _, errors) =>
                (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0 && shown!.Issuer == TestCertificates.Shared.Root.Subject;
            if (certificate is not null)
            {
                webSocket.ClientCertificates.Add(certificate);
            }
        });
    }).AsTask().WaitAsync(World.Patience);
}
