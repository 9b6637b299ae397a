using System.Threading.Channels;
using Rpc.Connections;

namespace Rpc.Server;

/// <summary>One question that is on its way to the members of a group.</summary>
/// <remarks>Each member is asked by a task of its own, which never fails and gives its answer to the channel; whoever reads the channel ends the question.
/// Calls are cancelled on the pool: what a caller registers with its token is user code, which neither the clock nor who removes a member runs.</remarks>
internal sealed class GroupQuestion<TContract, TResult> : IDisposable
    where TContract : class
{
    private readonly Func<TContract, CancellationToken, ValueTask<TResult>> _ask;
    private readonly DeadlineToken _end;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<RpcGroupAnswer<TResult>> _answers = Channel.CreateUnbounded<RpcGroupAnswer<TResult>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly GroupMember[] _members;
    private int _next;
    private int _unanswered;

    public GroupQuestion(
        GroupMember[] members, Func<TContract, CancellationToken, ValueTask<TResult>> ask, RpcAskOptions options, CancellationToken cancellationToken)
    {
        _members = members;
        _ask = ask;
        _unanswered = members.Length;
        _end = new DeadlineToken(options.TimeProvider, options.Timeout, cancellationToken);
        _end.Token.RegisterUnsafe(static state => new CancelWork((CancellationTokenSource)state!).Queue(), _stop);
        if (members.Length == 0)
        {
            _answers.Writer.TryComplete();
        }

        for (var i = Math.Min(members.Length, options.MaxConcurrency ?? int.MaxValue); i > 0; i--)
        {
            _ = AskInTurnAsync();
        }
    }

    /// <summary>The members that were asked.</summary>
    public IEnumerable<RpcConnection> Members => _members.Select(static member => (RpcConnection)member.Connection);

    /// <summary>The next answer or failure; null when all have come or the time is up.</summary>
    public async ValueTask<RpcGroupAnswer<TResult>?> NextAsync()
    {
        // What has come counts, also when the time is up by now.
        if (_answers.Reader.TryRead(out var answer))
        {
            return answer;
        }

        try
        {
            return await _answers.Reader.WaitToReadAsync(_end.Token).ConfigureAwait(false) && _answers.Reader.TryRead(out answer) ? answer : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Cancels the calls that still run. Not waited for: what they answer is no longer wanted.</summary>
    public void Dispose()
    {
        new CancelWork(_stop).Queue();
        _end.Dispose();
    }

    private async Task AskInTurnAsync()
    {
        for (var index = Interlocked.Increment(ref _next) - 1; index < _members.Length; index = Interlocked.Increment(ref _next) - 1)
        {
            var answer = await AskAsync(_members[index]).ConfigureAwait(false);
            _answers.Writer.TryWrite(answer);
            if (Interlocked.Decrement(ref _unanswered) == 0)
            {
                _answers.Writer.TryComplete();
            }

            if (_stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<RpcGroupAnswer<TResult>> AskAsync(GroupMember member)
    {
        // Not disposed: it is cancelled at any time, and goes with the question.
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        using (member.Left.RegisterUnsafe(static state => new CancelWork((CancellationTokenSource)state!).Queue(), cancellation))
        {
            try
            {
                var result = await _ask(member.Connection.GetProxy<TContract>(), cancellation.Token).ConfigureAwait(false);
                return new RpcGroupAnswer<TResult>(member.Connection, result, null);
            }
            catch (OperationCanceledException e) when (member.Left.IsCancellationRequested && !_stop.IsCancellationRequested)
            {
                return new RpcGroupAnswer<TResult>(
                    member.Connection, default, new RpcException(RpcStatusCode.Unavailable, "The member left the group before it answered.", e));
            }
            catch (Exception e)
            {
                return new RpcGroupAnswer<TResult>(member.Connection, default, e);
            }
        }
    }
}
