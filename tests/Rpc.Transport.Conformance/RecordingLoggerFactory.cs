using Microsoft.Extensions.Logging;

namespace Rpc.Transport.Conformance;

/// <summary>Keeps what is logged, and tells whether anything of it was an error.</summary>
/// <param name="least">What is kept; the rest is formatted and forgotten, so that a test may run for hours.</param>
public sealed class RecordingLoggerFactory(LogLevel least = LogLevel.Trace) : ILoggerFactory
{
    private readonly Lock _gate = new();
    private readonly List<LogEntry> _entries = [];
    private TaskCompletionSource _logged = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Everything logged so far, in order.</summary>
    public IReadOnlyList<LogEntry> Entries
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries];
            }
        }
    }

    /// <summary>What was logged as an error or worse.</summary>
    public IReadOnlyList<LogEntry> Errors => [.. Entries.Where(static entry => entry.Level >= LogLevel.Error)];

    /// <summary>Waits until something was logged.</summary>
    public async Task<LogEntry> WhenLoggedAsync(Func<LogEntry, bool> predicate)
    {
        while (true)
        {
            Task logged;
            lock (_gate)
            {
                if (_entries.FirstOrDefault(predicate) is { } entry)
                {
                    return entry;
                }

                logged = _logged.Task;
            }

            await logged;
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    private void Add(LogEntry entry)
    {
        if (entry.Level < least)
        {
            return;
        }

        lock (_gate)
        {
            _entries.Add(entry);
            _logged.TrySetResult();
            _logged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private sealed class Logger(RecordingLoggerFactory factory, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            factory.Add(new LogEntry(category, logLevel, eventId, formatter(state, exception), exception));
    }
}
