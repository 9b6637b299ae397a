using System.Runtime.CompilerServices;

namespace Rpc.Server;

/// <content>Questions to all members.</content>
public sealed partial class RpcGroup<T>
{
    /// <summary>Calls all members of this server at once and gathers what they answer, until all have, enough have, or the time is up. The calls that still run are
    /// then cancelled.</summary>
    /// <typeparam name="TResult">What a member answers.</typeparam>
    /// <param name="question">Makes the call to one member: <c>(member, token) =&gt; member.ConfirmAsync("ready?", token)</c>. The token is cancelled when the
    /// answer is no longer wanted, or the member leaves.</param>
    /// <param name="options">When the question ends; by default after 10 s at the latest.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Who answered what, who failed and how, who did not answer in time. A failure of a member is no exception here.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<RpcGroupAnswers<TResult>> AskAsync<TResult>(
        Func<T, CancellationToken, ValueTask<TResult>> question, RpcAskOptions? options = null, CancellationToken cancellationToken = default)
    {
        options = Check(question, options);
        var answers = new List<RpcGroupAnswer<TResult>>();
        var failures = new List<RpcGroupAnswer<TResult>>();
        using var asked = Ask(question, options, cancellationToken);
        while (!(answers.Count >= options.Quorum) && await asked.NextAsync().ConfigureAwait(false) is { } answer)
        {
            (answer.IsAnswer ? answers : failures).Add(answer);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var heard = new HashSet<RpcConnection>(answers.Concat(failures).Select(static answer => answer.Member));
        return new RpcGroupAnswers<TResult>(answers, failures, [.. asked.Members.Where(member => !heard.Contains(member))], options.Quorum);
    }

    /// <summary>As <see cref="AskAsync"/>, but each answer and failure is given when it comes. The members are asked when the result is enumerated; leaving the
    /// enumeration cancels the calls that still run.</summary>
    /// <typeparam name="TResult">What a member answers.</typeparam>
    /// <param name="question">Makes the call to one member.</param>
    /// <param name="options">When the question ends; by default after 10 s at the latest.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answers and failures; those who did not answer in time are not among them.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public IAsyncEnumerable<RpcGroupAnswer<TResult>> AskEachAsync<TResult>(
        Func<T, CancellationToken, ValueTask<TResult>> question, RpcAskOptions? options = null, CancellationToken cancellationToken = default) =>
        EnumerateAsync(question, Check(question, options), cancellationToken);

    private static RpcAskOptions Check<TResult>(Func<T, CancellationToken, ValueTask<TResult>> question, RpcAskOptions? options)
    {
        if (question is null)
        {
            throw new ArgumentNullException(nameof(question));
        }

        options ??= new RpcAskOptions();
        options.Validate();
        return options;
    }

    private GroupQuestion<T, TResult> Ask<TResult>(
        Func<T, CancellationToken, ValueTask<TResult>> question, RpcAskOptions options, CancellationToken cancellationToken)
    {
        var members = Snapshot;
        return new GroupQuestion<T, TResult>(
            options.Where is { } where ? [.. members.Where(member => where(member.Connection))] : members, question, options, cancellationToken);
    }

    private async IAsyncEnumerable<RpcGroupAnswer<TResult>> EnumerateAsync<TResult>(
        Func<T, CancellationToken, ValueTask<TResult>> question, RpcAskOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var missing = options.Quorum ?? int.MaxValue;
        using var asked = Ask(question, options, cancellationToken);
        while (missing > 0 && await asked.NextAsync().ConfigureAwait(false) is { } answer)
        {
            missing -= answer.IsAnswer ? 1 : 0;
            yield return answer;
        }

        cancellationToken.ThrowIfCancellationRequested();
    }
}
