using Microsoft.Extensions.Logging;

namespace Rpc.Transports;

/// <summary>What a server lends to the transports that it listens with.</summary>
/// <param name="TimeProvider">The clock.</param>
/// <param name="LoggerFactory">Makes loggers.</param>
public sealed record ListenContext(TimeProvider TimeProvider, ILoggerFactory LoggerFactory);
