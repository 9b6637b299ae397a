using System.Net;
using Rpc.Transport.Conformance;
using Rpc.Transport.Tcp.Internal;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Tcp.Tests.Internal;

public sealed class AddressRaceTests
{
    private static readonly TimeSpan s_hangGuard = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();
    private readonly List<Attempt> _attempts = [];

    [Fact]
    public async Task The_next_address_is_tried_when_one_has_failed()
    {
        var race = Run(3);
        _attempts[0].Fail(TransportError.ConnectionRefused);
        await WhenAttemptsAsync(2);
        _attempts[1].Succeed();

        Assert.Same(_attempts[1].Result, await race.WaitAsync(s_hangGuard));
        Assert.Equal(2, _attempts.Count);
    }

    [Fact]
    public async Task The_next_address_is_tried_beside_one_that_takes_long()
    {
        var race = Run(3);
        await _time.WhenTimersAsync(1).WaitAsync(s_hangGuard);
        _time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.Single(_attempts);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await WhenAttemptsAsync(2);
        _attempts[0].Succeed();

        Assert.Same(_attempts[0].Result, await race.WaitAsync(s_hangGuard));
        Assert.True(_attempts[1].Token.IsCancellationRequested);
    }

    [Fact]
    public async Task A_loser_that_connects_after_all_is_closed()
    {
        var race = Run(2);
        await _time.WhenTimersAsync(1).WaitAsync(s_hangGuard);
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await WhenAttemptsAsync(2);
        _attempts[1].IgnoresCancellation = true;
        _attempts[0].Succeed();
        await _attempts[1].WhenCancelled.Task.WaitAsync(s_hangGuard);
        _attempts[1].Succeed();

        Assert.Same(_attempts[0].Result, await race.WaitAsync(s_hangGuard));
        Assert.True(_attempts[1].Result.IsDisposed);
        Assert.False(_attempts[0].Result.IsDisposed);
    }

    [Fact]
    public async Task When_all_fail_the_first_error_is_reported()
    {
        var race = Run(2);
        _attempts[0].Fail(TransportError.HostUnreachable);
        await WhenAttemptsAsync(2);
        _attempts[1].Fail(TransportError.ConnectionRefused);

        var exception = await Assert.ThrowsAsync<TransportException>(() => race.WaitAsync(s_hangGuard));
        Assert.Equal(TransportError.HostUnreachable, exception.Error);
    }

    [Fact]
    public async Task Cancelling_ends_the_race()
    {
        using var cancellation = new CancellationTokenSource();
        var race = Run(3, cancellation.Token);
        cancellation.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => race.WaitAsync(s_hangGuard));
        Assert.Single(_attempts);
    }

    private Task<Resource> Run(int addresses, CancellationToken cancellationToken = default) => AddressRace.RunAsync(
        [.. Enumerable.Range(1, addresses).Select(static i => new IPEndPoint(i, 1))],
        (_, token) =>
        {
            var attempt = new Attempt(token);
            lock (_attempts)
            {
                _attempts.Add(attempt);
                Monitor.PulseAll(_attempts);
            }

            return attempt.Task;
        },
        new TcpClientOptions { TimeProvider = _time },
        cancellationToken);

    private Task WhenAttemptsAsync(int count) => Task.Run(() =>
    {
        lock (_attempts)
        {
            while (_attempts.Count < count)
            {
                Assert.True(Monitor.Wait(_attempts, s_hangGuard));
            }
        }
    });

    private sealed class Resource : IDisposable
    {
        internal bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class Attempt
    {
        private readonly TaskCompletionSource<Resource> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Attempt(CancellationToken token)
        {
            Token = token;
            token.Register(() =>
            {
                WhenCancelled.TrySetResult();
                _ = IgnoresCancellation || _source.TrySetCanceled(token);
            });
        }

        internal CancellationToken Token { get; }

        internal TaskCompletionSource WhenCancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal bool IgnoresCancellation { get; set; }

        internal Resource Result { get; } = new();

        internal Task<Resource> Task => _source.Task;

        internal void Succeed() => _source.TrySetResult(Result);

        internal void Fail(TransportError error) => _source.TrySetException(new TransportException(error, "failed"));
    }
}
