using System.Net;
using System.Net.Sockets;

namespace Rpc.Benchmarks.Load.Raw;

/// <summary>The yardstick: hand-written loops over a socket, without a framework. The first frame of a connection says what the loop is to do.</summary>
internal sealed class RawServer : IDisposable
{
    private readonly Socket _listener;
    private readonly string _transport;

    public RawServer(string transport, IPAddress address, int port)
    {
        _transport = transport;
        if (transport == "unix")
        {
            var path = Path.Combine(Path.GetTempPath(), $"rpc-bench-raw-{Environment.ProcessId}.sock");
            File.Delete(path);
            _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            _listener.Bind(new UnixDomainSocketEndPoint(path));
            Address = new Uri("unix://" + path);
        }
        else
        {
            _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            _listener.Bind(new IPEndPoint(address, port));
            Address = new Uri($"{transport}://{_listener.LocalEndPoint}");
        }

        _listener.Listen(4096);
    }

    public Uri Address { get; }

    public async Task RunAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => ServeAsync(socket));
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var pipe = _transport == "ws" ? await RawWebSocket.AcceptAsync(socket) : RawPipe.Over(socket);
            var mode = new byte[RawFrame.Size];
            await pipe.ReadExactAsync(mode);
            await (RawFrame.Mode(mode) switch
            {
                RawMode.Answer => AnswerAsync(pipe),
                RawMode.Echo => EchoAsync(pipe, RawFrame.Argument(mode)),
                RawMode.Stream => StreamAsync(pipe, RawFrame.Argument(mode)),
                _ => throw new InvalidDataException("An unknown mode was asked for."),
            });
        }
        catch (Exception e) when (e is SocketException or IOException or System.Net.WebSockets.WebSocketException or ObjectDisposedException)
        {
            // The client has gone.
        }
    }

    /// <summary>Answers all frames of one receive with one send.</summary>
    private static async Task AnswerAsync(RawPipe pipe)
    {
        var buffer = new byte[64 * 1024];
        var filled = 0;
        while (true)
        {
            var read = await pipe.ReadAsync(buffer.AsMemory(filled));
            if (read == 0)
            {
                return;
            }

            filled += read;
            var whole = filled / RawFrame.Size * RawFrame.Size;
            RawFrame.AnswerAll(buffer.AsSpan(0, whole));
            await pipe.WriteAsync(buffer.AsMemory(0, whole));
            buffer.AsSpan(whole, filled - whole).CopyTo(buffer);
            filled -= whole;
        }
    }

    private static async Task EchoAsync(RawPipe pipe, int size)
    {
        var buffer = new byte[size];
        while (await pipe.TryReadExactAsync(buffer))
        {
            await pipe.WriteAsync(buffer);
        }
    }

    /// <summary>Sends 32-byte items, 2,048 a send, until the client goes.</summary>
    private static async Task StreamAsync(RawPipe pipe, int perSend)
    {
        var items = new byte[perSend * 32];
        while (true)
        {
            await pipe.WriteAsync(items);
        }
    }
}
