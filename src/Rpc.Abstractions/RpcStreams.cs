using System.Runtime.CompilerServices;

namespace Rpc;

/// <summary>Helps with streams.</summary>
public static class RpcStreams
{
    /// <summary>A stream that is opened again, from where the application was, when its connection was lost.</summary>
    /// <typeparam name="T">The items.</typeparam>
    /// <typeparam name="TToken">What tells where an item stands in the stream: a sequence number, a time.</typeparam>
    /// <param name="open">Opens the stream behind a token. The proxy it calls belongs to a client that reconnects.</param>
    /// <param name="tokenOf">The token of an item.</param>
    /// <param name="first">The token that the stream is opened with at first.</param>
    /// <returns>The items. It ends with the stream, or with any failure but that of a lost connection.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IAsyncEnumerable<T> Resumable<T, TToken>(Func<TToken, CancellationToken, IAsyncEnumerable<T>> open, Func<T, TToken> tokenOf, TToken first)
    {
        if (open is null)
        {
            throw new ArgumentNullException(nameof(open));
        }

        if (tokenOf is null)
        {
            throw new ArgumentNullException(nameof(tokenOf));
        }

        return ResumeAsync(open, tokenOf, first);
    }

    private static async IAsyncEnumerable<T> ResumeAsync<T, TToken>(
        Func<TToken, CancellationToken, IAsyncEnumerable<T>> open, Func<T, TToken> tokenOf, TToken token, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // A client that does not reconnect, or has closed, refuses each call at once.
        var refusals = 0;
        while (true)
        {
            var items = open(token, cancellationToken).GetAsyncEnumerator(cancellationToken);
            try
            {
                while (true)
                {
                    bool isLost;
                    try
                    {
                        if (!await items.MoveNextAsync().ConfigureAwait(false))
                        {
                            yield break;
                        }

                        isLost = false;
                    }
                    catch (RpcException e) when (e.StatusCode == RpcStatusCode.Unavailable && e.Progress != RpcCallProgress.Answered && e is not RpcConnectException && refusals < 2)
                    {
                        refusals = e.Progress == RpcCallProgress.NotSent ? refusals + 1 : 0;
                        isLost = true;
                    }

                    if (isLost)
                    {
                        break;
                    }

                    refusals = 0;
                    token = tokenOf(items.Current);
                    yield return items.Current;
                }
            }
            finally
            {
                await items.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
