using System.Net;
using System.Net.Sockets;

namespace Rpc.EndToEnd.Tests.Endurance;

/// <summary>Stands between clients and a server, passes their bytes on, and now and then cuts a connection, ends one direction of it, holds it up, or lets bytes trickle.
/// What happens is drawn from a seed, a connection at a time.</summary>
internal sealed class ChaosRelay : IAsyncDisposable
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(5);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _server;
    private readonly int _seed;
    private readonly Task _accepting;
    private readonly List<Task> _links = [];
    private int _connections;
    private int _cuts;
    private int _stalls;
    private int _halfCloses;
    private long _bytes;

    /// <param name="server">Where to.</param>
    /// <param name="seed">What to draw from.</param>
    public ChaosRelay(IPEndPoint server, int seed)
    {
        _server = server;
        _seed = seed;
        _listener.Start(1024);
        _accepting = Task.Run(AcceptAsync);
    }

    public Uri Address => new($"tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Whether it does harm; when not, it passes on what comes.</summary>
    public bool IsCalm { get; set; }

    public int Connections => _connections;

    public int Cuts => _cuts;

    public int Stalls => _stalls;

    public int HalfCloses => _halfCloses;

    public long Bytes => Interlocked.Read(ref _bytes);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        Task[] links;
        lock (_links)
        {
            links = [.. _links];
        }

        await Task.WhenAll(links);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                var link = LinkAsync(client, new Random(HashCode.Combine(_seed, Interlocked.Increment(ref _connections))));
                lock (_links)
                {
                    _links.RemoveAll(static task => task.IsCompleted);
                    _links.Add(link);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task LinkAsync(Socket client, Random random)
    {
        using var _ = client;
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            client.NoDelay = server.NoDelay = true;
            await server.ConnectAsync(_server, _stop.Token);
            var seeds = (random.Next(), random.Next());
            await Task.WhenAll(PassAsync(client, server, new Random(seeds.Item1)), PassAsync(server, client, new Random(seeds.Item2)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side is gone; the other is cut with it.
        }
        finally
        {
            Reset(client);
            Reset(server);
        }
    }

    private async Task PassAsync(Socket from, Socket to, Random random)
    {
        var buffer = new byte[32 * 1024];
        var untilFault = NextFault(random);
        while (true)
        {
            var received = await from.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, _stop.Token);
            if (received == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }

            Interlocked.Add(ref _bytes, received);
            var passed = 0;
            if (!IsCalm && untilFault < received)
            {
                passed = (int)untilFault;
                await SendAsync(to, buffer.AsMemory(0, passed));
                untilFault = NextFault(random);
                switch (random.Next(8))
                {
                    case 0 or 1 or 2:
                        Interlocked.Increment(ref _cuts);
                        Reset(from);
                        Reset(to);
                        return;
                    case 3:
                        // What was on its way is lost, and one direction ends as if all were well.
                        Interlocked.Increment(ref _halfCloses);
                        to.Shutdown(SocketShutdown.Send);
                        return;
                    case 4 or 5:
                        Interlocked.Increment(ref _stalls);
                        await WaitAsync(random.Next(1, 40));
                        break;
                    default:
                        for (; passed < received && passed < 64; passed++)
                        {
                            await SendAsync(to, buffer.AsMemory(passed, 1));
                        }

                        break;
                }
            }
            else
            {
                untilFault -= received;
            }

            await SendAsync(to, buffer.AsMemory(passed, received - passed));
        }
    }

    private async ValueTask SendAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await to.SendAsync(bytes, SocketFlags.None, _stop.Token)..];
        }
    }

    /// <summary>A delay is what is tested here: no event stands for it.</summary>
    private async Task WaitAsync(int ticks)
    {
        using var timer = new PeriodicTimer(s_tick);
        while (ticks-- > 0 && await timer.WaitForNextTickAsync(_stop.Token))
        {
        }
    }

    private static long NextFault(Random random) => random.Next(3) == 0 ? random.Next(0, 2000) : random.Next(0, 400_000);

    private static void Reset(Socket socket)
    {
        try
        {
            socket.Close(0);
        }
        catch (SocketException)
        {
            // It is gone.
        }
    }
}
