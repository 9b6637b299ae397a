using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Rpc.Client;
using Rpc.EndToEnd.Tests.Raw;
using Rpc.Server;
using Rpc.Transport.Conformance;
using Rpc.Transport.Tcp;
using Rpc.Transport.WebSockets;
using Rpc.Transports;
using Xunit.Abstractions;

namespace Rpc.EndToEnd.Tests.Endurance;

/// <summary>Whatever bytes a peer sends, the server answers others, logs no error of its own and keeps nothing. Each round is drawn from its own seed, which a failure names.
/// Short by default; for longer with <c>RPC_FUZZ_SECONDS=3600 RPC_FUZZ_SEED=1 dotnet test tests/Rpc.EndToEnd.Tests --filter FuzzTests</c>. What once did harm lies
/// in <c>Corpus</c>, as hexadecimal text, and is tried first.</summary>
[Collection(nameof(MemoryCollection))]
public sealed class FuzzTests(ITestOutputHelper output)
{
    /// <summary>More than rounds of fuzzing may leave behind.</summary>
    private const long MostKept = 24 * 1024 * 1024;

    public static TheoryData<string> Corpus =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Endurance", "Corpus"), "*.hex").Select(static path => Path.GetFileName(path)!).Order()];

    [Theory]
    [MemberData(nameof(Corpus))]
    public async Task What_once_did_harm_does_none(string file)
    {
        await using var target = await Target.StartAsync();
        var text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Endurance", "Corpus", file));
        await target.TryAsync(Convert.FromHexString(string.Concat(text.Where(static c => !char.IsWhiteSpace(c)))), file);
    }

    [Fact]
    public Task Any_bytes_in_place_of_a_handshake_do_no_harm() => RunAsync(static random =>
    {
        var session = random.Next(2) == 0 ? RawFrame.Field(7, RawFrame.Int(1)) : [];
        var valid = RawFrame.Join(
            RawFrame.Preface,
            random.Next(4) == 0
                ? RawFrame.Of(0x04, Bytes(random, 64))
                : RawFrame.Of(RawFrame.Hello, RawFrame.Limits(), session, RawFrame.Field(5, RawFrame.Join(RawFrame.WireText("name"), RawFrame.WireText("value")))));
        return Mutate(random, valid);
    });

    [Fact]
    public Task Any_script_of_frames_does_no_harm() => RunAsync(static random =>
    {
        var session = random.Next(3) == 0 ? RawFrame.Field(7, RawFrame.Int(1)) : [];
        var script = new List<byte[]> { RawFrame.Preface, RawFrame.Of(RawFrame.Hello, RawFrame.Limits(), session) };
        for (var frames = random.Next(1, 40); frames > 0; frames--)
        {
            var frame = Frame(random);
            script.Add(random.Next(6) == 0 ? Mutate(random, frame) : frame);
        }

        return RawFrame.Join([.. script]);
    });

    [Fact]
    public async Task Any_request_for_an_upgrade_does_no_harm()
    {
        await using var server = RpcServer.Create(static rpc =>
        {
            rpc.AddService<ITestService>(static _ => new TestService());
            rpc.ListenWebSocket("http://127.0.0.1:0/rpc");
        });
        await server.StartAsync();
        var port = server.Addresses[0].Port;
        await RoundsAsync(async random =>
        {
            var request = "GET /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: rpc.v1\r\n" + (random.Next(4) == 0 ? new string('x', random.Next(20_000)) : "") + "\r\n";
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port);
            try
            {
                await socket.SendAsync(RawFrame.Join(Mutate(random, Encoding.ASCII.GetBytes(request)), Bytes(random, random.Next(64))));
                socket.Shutdown(SocketShutdown.Send);
                var buffer = new byte[4096];
                while (await socket.ReceiveAsync(buffer).WaitAsync(World.Patience) > 0)
                {
                }
            }
            catch (SocketException)
            {
                // Cut: an answer, too.
            }
        });
        await using var client = await RpcClient.ConnectAsync(server.Addresses[0]);
        Assert.Equal(3, await client.GetProxy<ITestService>().AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
    }

    private async Task RunAsync(Func<Random, byte[]> script)
    {
        await using var target = await Target.StartAsync();
        await RoundsAsync(random => target.TryAsync(script(random), "this round"));
    }

    private async Task RoundsAsync(Func<Random, Task> round)
    {
        var seconds = Setting("RPC_FUZZ_SECONDS", 0);
        var seed = Setting("RPC_FUZZ_SEED", 1);
        var start = Stopwatch.GetTimestamp();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var rounds = 0;
        for (; rounds < 400 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; rounds++)
        {
            try
            {
                await round(new Random(seed + rounds));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"RPC_FUZZ_SEED={seed + rounds} does harm: {e.Message}", e);
            }
        }

        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(kept < MostKept, $"{rounds} rounds left {kept} bytes behind.");
        output.WriteLine($"{rounds} rounds from seed {seed}, {kept / 1024} KB kept");
    }

    private static byte[] Frame(Random random)
    {
        var id = RawFrame.Id(random.Next(4) == 0 ? random.Next(1 << 24) : random.Next(8));
        var stream = new[] { (byte)random.Next(3) };
        return random.Next(20) switch
        {
            0 => RawFrame.Add(random.Next(8), random.Next(), random.Next()),
            1 => RawFrame.Run(random.Next(8), new string('x', random.Next(200))),
            2 => RawFrame.Of(RawFrame.Request, id, RawFrame.Method("CountAsync"), [1], RawFrame.Int(random.Next(100_000))),
            3 => RawFrame.Of(RawFrame.Request, id, RawFrame.Method("SumAsync"), [0]),
            4 => RawFrame.Of(RawFrame.Request, id, RawFrame.Method("TalkAsync"), [0]),
            5 => RawFrame.Of(RawFrame.Request, id, Bytes(random, random.Next(60))),
            6 => RawFrame.Of(RawFrame.OneWay, RawFrame.Method("Note"), [1], RawFrame.Int(random.Next())),
            7 => RawFrame.Of(RawFrame.RequestExtended, id, RawFrame.Method("AddAsync"), RawFrame.Varint((uint)random.Next(40)), Bytes(random, random.Next(60))),
            8 => RawFrame.Of(RawFrame.Cancel, id),
            9 => RawFrame.Of(RawFrame.CallerItems, id, stream, Bytes(random, random.Next(300))),
            10 => RawFrame.Of(RawFrame.CallerEnd, id, stream, random.Next(2) == 0 ? [] : Bytes(random, random.Next(20))),
            11 => RawFrame.Of(RawFrame.CallerCredit, id, stream, RawFrame.Int(random.Next(-5, 1 << 30))),
            12 => RawFrame.Of(RawFrame.CalleeCredit, id, stream, RawFrame.Int(random.Next())),
            13 => RawFrame.Of(RawFrame.Ping, Bytes(random, 8)),
            14 => RawFrame.PieceOf((ushort)random.Next(3), (byte)random.Next(4), random.Next(2) == 0 ? random.Next(-1, 1 << 21) : null, Bytes(random, random.Next(400))),
            15 => RawFrame.Of((byte)random.Next(256), Bytes(random, random.Next(100))),
            16 => RawFrame.Of(0x36, Bytes(random, 8)),
            17 => RawFrame.Of(random.Next(2) == 0 ? RawFrame.GoAway : (byte)0x37, [(byte)random.Next(20)], RawFrame.Varint(5), RawFrame.WireText("bye"), RawFrame.WireText("tcp://x:1")),
            18 => RawFrame.Header((byte)random.Next(0x10, 0x41), random.Next(1 << 24)),
            _ => RawFrame.Of(RawFrame.Response, id, Bytes(random, random.Next(20))),
        };
    }

    private static byte[] Mutate(Random random, byte[] bytes)
    {
        for (var changes = random.Next(0, 5); changes > 0 && bytes.Length > 0; changes--)
        {
            var at = random.Next(bytes.Length);
            bytes = random.Next(5) switch
            {
                0 => bytes[..at],
                1 => [.. bytes[..at], .. Bytes(random, random.Next(20)), .. bytes[at..]],
                2 => [.. bytes, .. bytes[at..]],
                3 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(9))..]],
                _ => [.. bytes[..at], (byte)(bytes[at] ^ (1 << random.Next(8))), .. bytes[(at + 1)..]],
            };
        }

        return bytes;
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>A server, and a client with good manners that notices if it is done harm to.</summary>
    private sealed class Target : IAsyncDisposable
    {
        private readonly RecordingLoggerFactory _log = new(LogLevel.Error);
        private readonly PairTransport _transport = new();
        private RpcServer _server = null!;
        private RpcClient _client = null!;

        public static async Task<Target> StartAsync()
        {
            var target = new Target();
            target._server = RpcServer.Create(rpc =>
            {
                rpc.AddService<ITestService>(static _ => new TestService());
                rpc.AddTransport(target._transport);
                rpc.Options.LoggerFactory = target._log;
                rpc.Options.Limits.MaxFrameSize = 1 << 20;
                rpc.Options.Limits.MaxReassemblyBytes = 1 << 21;
                rpc.Options.Limits.MaxInterruptedSessions = 0;
            });
            await target._server.StartAsync();
            target._client = await RpcClient.ConnectAsync(target._transport.Address, options => options.AddTransport(target._transport)).AsTask().WaitAsync(World.Patience);
            return target;
        }

        /// <summary>Sends a script, reads to the end of what the server says, and looks whether all is well.</summary>
        public async Task TryAsync(byte[] script, string name)
        {
            await using (var peer = new RawPeer((StreamTransportConnection)await _transport.ConnectAsync(_transport.Address, default)))
            {
                try
                {
                    await Task.WhenAll(WriteAsync(peer, script), ReadAsync(peer)).WaitAsync(World.Patience);
                }
                catch (TransportException)
                {
                    // Cut: an answer, too.
                }
            }

            Assert.Equal(3, await _client.GetProxy<ITestService>().AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
            Assert.True(_log.Errors.Count == 0, $"An error of the server's own came of {name}: {string.Join('\n', _log.Errors)}");
        }

        public async ValueTask DisposeAsync()
        {
            await Eventually.TrueAsync(() => _server.Connections.Count == 1);
            await _client.DisposeAsync().AsTask().WaitAsync(World.Patience);
            await _server.DisposeAsync().AsTask().WaitAsync(World.Patience);
        }

        private static async Task WriteAsync(RawPeer peer, byte[] script)
        {
            await peer.Connection.Output.WriteAsync(script);
            await peer.Connection.Output.CompleteAsync();
        }

        private static async Task ReadAsync(RawPeer peer)
        {
            while (true)
            {
                var result = await peer.Connection.Input.ReadAsync();
                peer.Connection.Input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    return;
                }
            }
        }
    }
}
