using Microsoft.Extensions.Logging;

namespace Rpc.Transport.WebSockets.Tests.Support;

/// <summary>Keeps what is logged, and tells when it is. Thread safe.</summary>
internal sealed class TestLog : ILoggerFactory, ILogger
{
    private readonly List<(LogLevel Level, string Message)> _entries = [];
    private readonly List<(string Part, TaskCompletionSource Logged)> _waiters = [];

    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_entries)
            {
                return [.. _entries.Where(static entry => entry.Level >= LogLevel.Error).Select(static entry => entry.Message)];
            }
        }
    }

    /// <summary>Ends when a message with this part was logged.</summary>
    public Task WhenLoggedAsync(string part)
    {
        lock (_entries)
        {
            var logged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((part, logged));
            if (_entries.Any(entry => entry.Message.Contains(part, StringComparison.Ordinal)))
            {
                logged.SetResult();
            }

            return logged.Task.WaitAsync(TestTimeouts.HangGuard);
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var message = formatter(state, exception);
        lock (_entries)
        {
            _entries.Add((logLevel, message));
            foreach (var waiter in _waiters.Where(waiter => message.Contains(waiter.Part, StringComparison.Ordinal)))
            {
                waiter.Logged.TrySetResult();
            }
        }
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
