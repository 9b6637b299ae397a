using System.Net.Sockets;
using Rpc.Transport.Conformance;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Tcp.Tests;

public sealed class UnixTests : TransportConformance<StreamTransportConnection>
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"rpc-{Guid.NewGuid():n}.sock");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        File.Delete(_path);
    }

    protected override IRpcClientTransport CreateClientTransport() => new TcpClientTransport();

    protected override IRpcServerTransport CreateServerTransport(Uri? address) => Listen(_path);

    [Fact]
    public async Task The_file_is_made_and_removed_with_the_listener()
    {
        var listener = await ListenAsync();
        Assert.True(File.Exists(_path));
        Assert.Equal($"unix://{_path}", listener.Address.ToString());
        await listener.DisposeAsync();
        Assert.False(File.Exists(_path));
    }

    [Fact]
    public async Task The_file_of_a_server_that_crashed_is_replaced()
    {
        // A socket whose file is moved away while it closes leaves the file behind, as a crash does.
        using (var crashed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            crashed.Bind(new UnixDomainSocketEndPoint(_path + ".moved"));
            crashed.Listen();
            File.Move(_path + ".moved", _path);
        }

        Assert.True(File.Exists(_path));
        await ConnectAsync(await ListenAsync());
    }

    [Fact]
    public async Task The_file_of_a_server_that_lives_is_left_alone()
    {
        var first = await ListenAsync();
        var exception = await Assert.ThrowsAsync<TransportException>(() => ListenAsync());
        Assert.Equal(TransportError.AddressInUse, exception.Error);
        Assert.True(File.Exists(_path));

        // The probe that found it alive is a connection that ends at once.
        await using var probe = await first.AcceptAsync(default).AsTask().WaitAsync(HangGuard);
        await ConnectAsync(first);
    }

    [Fact]
    public async Task A_file_that_is_no_socket_is_left_alone()
    {
        await File.WriteAllTextAsync(_path, "precious");
        var exception = await Assert.ThrowsAsync<TransportException>(() => ListenAsync());
        Assert.Equal(TransportError.AddressInUse, exception.Error);
        Assert.Equal("precious", await File.ReadAllTextAsync(_path));
    }

    [Fact]
    public async Task A_path_may_hold_any_characters()
    {
        var path = Path.Combine(Path.GetTempPath(), $"rpc ü%#?{Guid.NewGuid():n}"[..20]);
        var listener = await Listen(path).ListenAsync(Context, default);
        await ConnectAsync(listener);
        await listener.DisposeAsync();
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_path_that_is_too_long_is_an_argument_error() =>
        Assert.ThrowsAny<ArgumentException>(() => Listen("/tmp/" + new string('x', 200)));

    [Fact]
    public void TLS_on_a_Unix_socket_is_an_argument_error() => Assert.Throws<ArgumentException>(
        () => new TransportCollection().ListenUnix(_path, static options => options.ServerCertificate = TestCertificates.Shared.Server));

    [Fact]
    public async Task A_folder_that_does_not_exist_is_a_typed_error()
    {
        await Assert.ThrowsAsync<TransportException>(
            () => Listen($"/tmp/{Guid.NewGuid():n}/x").ListenAsync(Context, default).AsTask().WaitAsync(HangGuard));
    }

    private static IRpcServerTransport Listen(string path) => new TransportCollection().ListenUnix(path).Single;
}
