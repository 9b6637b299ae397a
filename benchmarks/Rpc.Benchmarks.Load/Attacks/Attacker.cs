using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Rpc.Benchmarks.Load.Attacks;

/// <summary>Plain sockets, at a rate that is kept: one that took all the processor there is would measure the processor.</summary>
internal sealed class Attacker(int port, int rate, double seconds)
{
    private readonly long _end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
    private readonly Queue<Socket> _held = new();
    private long _done;
    private int _pending;

    internal int Rate => rate;

    internal bool IsOver => Stopwatch.GetTimestamp() >= _end;

    /// <summary>What was done so far.</summary>
    internal long Done => Volatile.Read(ref _done);

    internal async Task<Socket> ConnectAsync(byte[] said)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        if (said.Length > 0)
        {
            await socket.SendAsync(said);
        }

        return socket;
    }

    /// <summary>A socket for datagrams with an address of its own.</summary>
    internal Socket OpenDatagram(int number)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)number]), 0));
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    internal static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            bytes = bytes[await socket.SendAsync(bytes, timeout.Token)..];
        }
    }

    internal static async Task<bool> TrySendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await SendAsync(socket, bytes);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Does something so many times a second until the time is over, or it fails: the server has cut it off.</summary>
    /// <param name="perSecond">How often.</param>
    /// <param name="action">What.</param>
    /// <param name="counts">For how much it counts.</param>
    /// <param name="endsWhenCut">Whether it ends when the server has cut it off, rather than goes on.</param>
    internal async Task EveryAsync(int perSecond, Func<Task> action, int counts = 1, bool endsWhenCut = false)
    {
        var start = Stopwatch.GetTimestamp();
        for (long done = 0; !IsOver;)
        {
            var due = (long)((Stopwatch.GetTimestamp() - start) * (double)perSecond / Stopwatch.Frequency);
            for (; done < due && !IsOver; done++)
            {
                try
                {
                    await action();
                    Interlocked.Add(ref _done, counts);
                }
                catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
                {
                    if (endsWhenCut)
                    {
                        return;
                    }
                }
            }

            await Task.Delay(1);
        }
    }

    /// <summary>Lets something go on beside the attack; a bounded number of them.</summary>
    internal void Track(Func<Task> action)
    {
        if (Interlocked.Increment(ref _pending) > 2000)
        {
            Interlocked.Decrement(ref _pending);
            return;
        }

        _ = Task.Run(async () =>
        {
            try
            {
                await action();
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // Cut off.
            }
            finally
            {
                Interlocked.Decrement(ref _pending);
            }
        });
    }

    internal void Hold(Socket socket, int atMost)
    {
        _held.Enqueue(socket);
        if (_held.Count > atMost)
        {
            _held.Dequeue().Close(0);
        }
    }

    internal static async Task ReadSomeAsync(Socket socket)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await socket.ReceiveAsync(new byte[4096].AsMemory(), timeout.Token);
    }

    internal static async Task DrainAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory()) > 0)
            {
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut off, or over.
        }
    }
}
