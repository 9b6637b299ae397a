using System.Net.Sockets;

namespace Rpc.Benchmarks.Load.Attacks;

/// <summary>One way to be a nuisance.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Rate">How often a second it does what it does, unless told otherwise.</param>
/// <param name="Unit">What it does so often.</param>
/// <param name="Start">Begins it.</param>
/// <param name="Transport">What the server and who is measured speak.</param>
internal sealed record Attack(string Name, int Rate, string Unit, Func<Attacker, Task> Start, string Transport = "tcp")
{
    /// <summary>Connections of an attack that keeps them.</summary>
    private const int Kept = 8;

    /// <summary>Connections that an attack holds open to fill places.</summary>
    private const int Held = 900;

    internal static IReadOnlyList<Attack> All { get; } =
    [
        // What the same procedure gives when nobody attacks.
        new("nothing", 1, "naps/s", static attacker => attacker.EveryAsync(attacker.Rate, static () => Task.CompletedTask)),
        new("ping flood", 100_000, "pings/s", static attacker => FloodAsync(attacker, HostileFrames.Pings)),
        new("pings, answers unread", 100_000, "pings/s", static attacker => FloodAsync(attacker, HostileFrames.Pings, reads: false)),
        new("cancel flood", 100_000, "cancels/s", static attacker => FloodAsync(attacker, HostileFrames.Cancels)),
        new("half-open flood", 1_000, "connections/s", static attacker => ComeAndStayAsync(attacker, [])),
        new("slow handshakes", 2_000, "bytes/s", SlowHandshakesAsync),
        new("metadata bombs", 200, "handshakes/s", static attacker => ComeAndGoAsync(attacker, HostileFrames.MetadataBomb())),
        new("unknown frames", 500, "connections/s", static attacker => ComeAndGoAsync(attacker, HostileFrames.Unknown())),
        new("oversized lengths", 500, "connections/s", static attacker => ComeAndGoAsync(attacker, HostileFrames.Oversized())),
        new("streams never read", 2_000, "streams/s", NeverReadAsync),
        new("forged resumes", 500, "connections/s", static attacker => ComeAndGoAsync(attacker, HostileFrames.ForgedResume())),
        new("connection churn", 500, "connections/s", static attacker => ComeAndGoAsync(attacker, [.. HostileFrames.Hello, .. HostileFrames.Add(0)])),
        new("nothing over UDP", 1, "naps/s", static attacker => attacker.EveryAsync(attacker.Rate, static () => Task.CompletedTask), "udp-token"),
        new("spoofed datagrams", 20_000, "datagrams/s", SpoofAsync, "udp-token"),
    ];

    // Eight connections that send as many frames together.
    private static Task FloodAsync(Attacker attacker, Func<int, byte[]> frames, bool reads = true) =>
        Task.WhenAll(Enumerable.Range(0, Kept).Select(_ => FloodOneAsync(attacker, frames, reads)));

    private static async Task FloodOneAsync(Attacker attacker, Func<int, byte[]> frames, bool reads)
    {
        // In hundredths of a second, so that the rate is smooth.
        var count = Math.Max(1, attacker.Rate / Kept / 100);
        var burst = frames(count);
        while (!attacker.IsOver)
        {
            using var socket = await attacker.ConnectAsync(HostileFrames.Hello);
            if (reads)
            {
                _ = Attacker.DrainAsync(socket);
            }

            await attacker.EveryAsync(100, () => Attacker.SendAsync(socket, burst), count, endsWhenCut: true);
        }
    }

    // From many addresses of the loopback, which a flood's forged senders are like.
    private static async Task SpoofAsync(Attacker attacker)
    {
        var sockets = Enumerable.Range(1, 64).Select(attacker.OpenDatagram).ToArray();
        var next = 0;
        await attacker.EveryAsync(
            attacker.Rate / HostileDatagrams.All.Length,
            () =>
            {
                var socket = sockets[next++ % sockets.Length];
                foreach (var datagram in HostileDatagrams.All)
                {
                    socket.Send(datagram);
                }

                return Task.CompletedTask;
            },
            HostileDatagrams.All.Length);
    }

    // Each connection says one thing, hears what the server has to say, and is gone.
    private static Task ComeAndGoAsync(Attacker attacker, byte[] said) => attacker.EveryAsync(attacker.Rate, () =>
    {
        attacker.Track(async () =>
        {
            using var socket = await attacker.ConnectAsync(said);
            await Attacker.ReadSomeAsync(socket);
            socket.LingerState = new LingerOption(true, 0);
        });
        return Task.CompletedTask;
    });

    // Places are taken and kept; the oldest goes when there are enough.
    private static Task ComeAndStayAsync(Attacker attacker, byte[] said)
    {
        var held = new Queue<Socket>();
        return attacker.EveryAsync(attacker.Rate, async () =>
        {
            held.Enqueue(await attacker.ConnectAsync(said));
            if (held.Count > Held)
            {
                held.Dequeue().Close(0);
            }
        });
    }

    // A byte at a time on each of many connections, in turn.
    private static async Task SlowHandshakesAsync(Attacker attacker)
    {
        var sockets = new List<(Socket Socket, int Said)>();
        var next = 0;
        await attacker.EveryAsync(attacker.Rate, async () =>
        {
            if (sockets.Count < Held)
            {
                sockets.Add((await attacker.ConnectAsync([]), 0));
                return;
            }

            var (socket, said) = sockets[next % Held];
            if (said < HostileFrames.Hello.Length - 1 && await Attacker.TrySendAsync(socket, HostileFrames.Hello.AsMemory(said, 1)))
            {
                sockets[next++ % Held] = (socket, said + 1);
                return;
            }

            socket.Dispose();
            sockets[next++ % Held] = (await attacker.ConnectAsync([]), 0);
        });
    }

    // Streams whose items nobody grants any room; when the calls are used up, another connection.
    private static async Task NeverReadAsync(Attacker attacker)
    {
        const int CallsEach = 500;
        await attacker.EveryAsync(Math.Max(1, attacker.Rate / CallsEach), async () =>
        {
            var socket = await attacker.ConnectAsync(HostileFrames.Hello);
            await Attacker.SendAsync(socket, HostileFrames.StreamCalls(CallsEach));
            attacker.Hold(socket, atMost: 16);
        }, CallsEach);
    }
}
