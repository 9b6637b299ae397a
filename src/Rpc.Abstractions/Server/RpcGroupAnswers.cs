namespace Rpc.Server;

/// <summary>What the members of a group said to one question. Immutable.</summary>
/// <typeparam name="TResult">What they were asked for.</typeparam>
public sealed class RpcGroupAnswers<TResult>
{
    internal RpcGroupAnswers(List<RpcGroupAnswer<TResult>> answers, List<RpcGroupAnswer<TResult>> failures, List<RpcConnection> unanswered, int? quorum)
    {
        Answers = answers;
        Failures = failures;
        Unanswered = unanswered;
        HasQuorum = answers.Count >= (quorum ?? Asked);
    }

    /// <summary>Who answered what, in the order in which the answers came.</summary>
    public IReadOnlyList<RpcGroupAnswer<TResult>> Answers { get; }

    /// <summary>Who failed, and how, in the order in which that was known. A member that left or closed before it answered is among them.</summary>
    public IReadOnlyList<RpcGroupAnswer<TResult>> Failures { get; }

    /// <summary>Who had not answered when the time was up or the quorum reached; their calls were cancelled.</summary>
    public IReadOnlyList<RpcConnection> Unanswered { get; }

    /// <summary>How many members the group had when it was asked.</summary>
    public int Asked => Answers.Count + Failures.Count + Unanswered.Count;

    /// <summary>Whether enough answered: <see cref="RpcAskOptions.Quorum"/>, or all where none was set.</summary>
    public bool HasQuorum { get; }

    /// <summary>The answers without who gave them.</summary>
    public IEnumerable<TResult> Results => Answers.Select(static answer => answer.Result!);
}
