using Rpc.Server;
using Rpc.Transport.Conformance;
using Rpc.Transport.Conformance.Faults;

namespace Rpc.EndToEnd.Tests;

public sealed class GroupAskTests
{
    private readonly List<StallConnection> _stalls = [];
    private readonly RpcGroup<IScreen> _group = new();

    [Fact]
    public async Task All_answer()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var members = await JoinAsync(world, 3);
        for (var i = 0; i < 3; i++)
        {
            var own = i;
            members[i].OnAsk = (number, _) => new(number + own);
        }

        var answers = await AskAsync();

        Assert.Equal([7, 8, 9], answers.Results.Order());
        Assert.All(answers.Answers, answer => Assert.Equal(7 + members.FindIndex(member => member.Connection == answer.Member), answer.Result));
        Assert.Equal((3, true, 0, 0), (answers.Asked, answers.HasQuorum, answers.Failures.Count, answers.Unanswered.Count));
    }

    [Fact]
    public async Task Who_fails_is_named_with_the_failure()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var members = await JoinAsync(world, 2);
        members[1].OnAsk = static (_, _) => throw new RpcException(RpcStatusCode.FailedPrecondition, "Not ready.");

        var answers = await AskAsync();

        Assert.Equal(members[0].Connection, Assert.Single(answers.Answers).Member);
        var failed = Assert.Single(answers.Failures);
        Assert.Equal((members[1].Connection, RpcStatusCode.FailedPrecondition), (failed.Member, Assert.IsType<RpcException>(failed.Exception).StatusCode));
        Assert.False(failed.IsAnswer);
        Assert.False(answers.HasQuorum);
    }

    [Fact]
    public async Task The_quorum_ends_it_and_cancels_the_rest()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var members = await JoinAsync(world, 3);
        var cancelled = Hang(members[2]);

        var answers = await AskAsync(new RpcAskOptions { Quorum = 2 });

        Assert.Equal([members[0].Connection.Id, members[1].Connection.Id], answers.Answers.Select(static answer => answer.Member.Id).Order());
        Assert.Equal([members[2].Connection], answers.Unanswered);
        Assert.True(answers.HasQuorum);
        await cancelled.WaitAsync(World.Patience);
    }

    [Fact]
    public async Task When_the_time_is_up_it_ends_and_the_rest_is_cancelled()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var members = await JoinAsync(world, 2);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = Hang(members[1], asked);
        var time = new ManualTimeProvider();

        var asking = AskAsync(new RpcAskOptions { Timeout = TimeSpan.FromSeconds(5), TimeProvider = time });
        await asked.Task.WaitAsync(World.Patience);
        Assert.False(asking.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));

        var answers = await asking;
        Assert.Contains(members[1].Connection, answers.Unanswered);
        Assert.Equal((2, false), (answers.Asked, answers.HasQuorum));
        await cancelled.WaitAsync(World.Patience);
    }

    [Fact]
    public async Task Answers_that_come_one_by_one_end_when_the_time_is_up()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var members = await JoinAsync(world, 2);
        var cancelled = Hang(members[1]);
        var time = new ManualTimeProvider();

        await using var answers = _group.AskEachAsync(
            static (member, token) => member.AskAsync(7, token), new RpcAskOptions { Timeout = TimeSpan.FromSeconds(5), TimeProvider = time }).GetAsyncEnumerator();
        Assert.True(await answers.MoveNextAsync().AsTask().WaitAsync(World.Patience));
        Assert.Equal((members[0].Connection, 7), (answers.Current.Member, answers.Current.Result));
        var next = answers.MoveNextAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.False(await next.WaitAsync(World.Patience));
        await cancelled.WaitAsync(World.Patience);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_leaves_or_closes_before_it_answers_has_failed(bool closes)
    {
        await using var world = await Screen.StartAsync(_stalls);
        var members = await JoinAsync(world, 2);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = Hang(members[1], asked);

        var asking = AskAsync();
        await asked.Task.WaitAsync(World.Patience);
        if (closes)
        {
            members[1].Connection.Abort();
        }
        else
        {
            Assert.True(_group.Remove(members[1].Connection));
        }

        var answers = await asking;
        Assert.Equal(members[0].Connection, Assert.Single(answers.Answers).Member);
        var failed = Assert.Single(answers.Failures);
        Assert.Equal((members[1].Connection, RpcStatusCode.Unavailable), (failed.Member, Assert.IsType<RpcException>(failed.Exception).StatusCode));
    }

    [Fact]
    public async Task The_caller_can_give_up()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var members = await JoinAsync(world, 1);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = Hang(members[0], asked);
        using var cancellation = new CancellationTokenSource();

        var asking = _group.AskAsync(static (member, token) => member.AskAsync(7, token), cancellationToken: cancellation.Token);
        await asked.Task.WaitAsync(World.Patience);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.WaitAsync(World.Patience));
        await cancelled.WaitAsync(World.Patience);
    }

    [Fact]
    public async Task Nobody_answers_at_once()
    {
        var answers = await AskAsync();

        Assert.Equal((0, true), (answers.Asked, answers.HasQuorum));
        Assert.False((await AskAsync(new RpcAskOptions { Quorum = 1 })).HasQuorum);
    }

    [Fact]
    public async Task No_more_are_asked_at_once_than_is_allowed_and_only_those_chosen()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var members = await JoinAsync(world, 6);
        var (running, most) = (0, 0);

        var answers = await _group.AskAsync(
            async (member, token) =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                var answer = await member.AskAsync(7, token);
                Interlocked.Decrement(ref running);
                return answer;
            },
            new RpcAskOptions { MaxConcurrency = 2, Where = connection => connection != members[0].Connection }).WaitAsync(World.Patience);

        Assert.Equal((5, 5), (answers.Answers.Count, answers.Asked));
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task Answers_can_be_had_as_they_come()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var members = await JoinAsync(world, 3);
        var release = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        members[1].OnAsk = async (_, _) => await release.Task;
        var cancelled = Hang(members[2]);

        var seen = new List<RpcConnection>();
        await foreach (var answer in _group.AskEachAsync(static (member, token) => member.AskAsync(7, token)))
        {
            Assert.True(answer.IsAnswer);
            seen.Add(answer.Member);
            if (seen.Count == 2)
            {
                break;
            }

            release.SetResult(8);
        }

        Assert.Equal([members[0].Connection, members[1].Connection], seen);
        await cancelled.WaitAsync(World.Patience);
    }

    [Fact]
    public async Task A_callback_of_the_question_that_throws_harms_nobody()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var members = await JoinAsync(world, 2);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = Hang(members[1], asked);
        var time = new ManualTimeProvider();

        var asking = _group.AskAsync(
            (member, token) =>
            {
                token.Register(static () => throw new InvalidOperationException("A callback."));
                return member.AskAsync(7, token);
            },
            new RpcAskOptions { TimeProvider = time });
        await asked.Task.WaitAsync(World.Patience);
        Assert.True(_group.Remove(members[1].Connection));
        await cancelled.WaitAsync(World.Patience);

        Assert.Single((await asking.WaitAsync(World.Patience)).Failures);
        time.Advance(TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task Options_that_cannot_be_are_refused()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => AskAsync(new RpcAskOptions { Timeout = TimeSpan.Zero }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => AskAsync(new RpcAskOptions { Timeout = Timeout.InfiniteTimeSpan }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => AskAsync(new RpcAskOptions { Quorum = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => _group.AskEachAsync(static (member, token) => member.AskAsync(7, token), new RpcAskOptions { MaxConcurrency = 0 }));
        await Assert.ThrowsAsync<ArgumentNullException>(() => _group.AskAsync<int>(null!));
    }

    /// <summary>Lets a member not answer; ends when its call is cancelled.</summary>
    private static Task Hang(Screen member, TaskCompletionSource? asked = null)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        member.OnAsk = async (_, token) =>
        {
            using var registration = token.Register(cancelled.SetResult);
            asked?.SetResult();
            await cancelled.Task;
            token.ThrowIfCancellationRequested();
            return 0;
        };
        return cancelled.Task;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private async Task<List<Screen>> JoinAsync(World world, int count)
    {
        var members = new List<Screen>();
        for (var i = 0; i < count; i++)
        {
            members.Add(await Screen.JoinAsync(world, _group, _stalls));
        }

        return members;
    }

    private Task<RpcGroupAnswers<int>> AskAsync(RpcAskOptions? options = null) =>
        _group.AskAsync(static (member, token) => member.AskAsync(7, token), options).WaitAsync(World.Patience);
}
