using System.Net;
using System.Net.Sockets;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>Tries the addresses of a host one after another, the next one early if one takes long: RFC 8305, section 5.</summary>
internal static class AddressRace
{
    /// <summary>Runs the attempts.</summary>
    /// <typeparam name="T">What an attempt gives.</typeparam>
    /// <param name="endPoints">Where to, at least one, in order.</param>
    /// <param name="attempt">Makes one attempt; ends promptly when its token is cancelled.</param>
    /// <param name="options">Delay and clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The result of the first attempt that succeeds; no other is left running.</returns>
    /// <exception cref="Transports.TransportException">All failed; this is how the first did.</exception>
    internal static async Task<T> RunAsync<T>(
        IReadOnlyList<IPEndPoint> endPoints, Func<IPEndPoint, CancellationToken, Task<T>> attempt, TcpClientOptions options, CancellationToken cancellationToken)
        where T : class, IDisposable
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task<T>>();
        T? winner = null;
        Exception? failure = null;
        for (var next = 0; winner is null && (next < endPoints.Count || running.Count > 0);)
        {
            if (next < endPoints.Count)
            {
                running.Add(attempt(endPoints[next++], stop.Token));
            }

            var ended = await WaitAsync(running, next < endPoints.Count ? options : null).ConfigureAwait(false);
            if (ended is null)
            {
                continue;
            }

            running.Remove(ended);
            try
            {
                winner = await ended.ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                failure ??= exception;
                if (cancellationToken.IsCancellationRequested)
                {
                    break;
                }
            }
        }

        stop.Cancel();
        foreach (var loser in running)
        {
            try
            {
                (await loser.ConfigureAwait(false)).Dispose();
            }
            catch (Exception exception)
            {
                failure ??= exception;
            }
        }

        return winner ?? throw failure!;
    }

    // Null: the delay is over.
    private static async Task<Task<T>?> WaitAsync<T>(List<Task<T>> running, TcpClientOptions? delay)
    {
        if (delay is null)
        {
            return await Task.WhenAny(running).ConfigureAwait(false);
        }

        var over = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var timer = delay.TimeProvider.CreateTimer(
            static state => ((TaskCompletionSource<bool>)state!).TrySetResult(true), over, delay.ConnectionAttemptDelay, Timeout.InfiniteTimeSpan);
        return await Task.WhenAny(running.Cast<Task>().Append(over.Task)).ConfigureAwait(false) as Task<T>;
    }
}
