using Microsoft.Extensions.Logging;

namespace Rpc.Transport.Conformance;

/// <summary>One line of a log.</summary>
public sealed record LogEntry(string Category, LogLevel Level, EventId Id, string Message, Exception? Exception);
