using Microsoft.Extensions.Logging;
using Rpc.Diagnostics;
using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>Decides what the caller is told of a handler's failure.</summary>
internal sealed class FaultMapper
{
    private readonly bool _includeText;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;

    public FaultMapper(bool includeText, TimeProvider timeProvider, ILogger logger)
    {
        _includeText = includeText;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <param name="exception">What was thrown.</param>
    /// <param name="method">The method.</param>
    /// <param name="argumentsRead">Whether it was thrown by the handler rather than while its arguments were read.</param>
    /// <param name="cancelled">Whether the call was cancelled before.</param>
    /// <param name="deadline">When the caller stops waiting.</param>
    public RpcException Map(Exception exception, RpcMethodDescriptor method, bool argumentsRead, bool cancelled, DateTimeOffset? deadline)
    {
        switch (exception)
        {
            case RpcException rpc:
                return rpc;
            case OperationCanceledException when cancelled:
                return deadline is { } due && _timeProvider.GetUtcNow() >= due
                    ? new RpcException(RpcStatusCode.DeadlineExceeded, "The deadline passed before the call ended.")
                    : new RpcException(RpcStatusCode.Cancelled, "The call was cancelled.");
            case PayloadException when !argumentsRead:
                _logger.BadArguments(method.FullName, exception.Message);
                return new RpcException(RpcStatusCode.InvalidArgument, $"The arguments of {method} cannot be decoded: {exception.Message}");
            default:
                _logger.HandlerFailed(method.FullName, exception);
                return new RpcException(RpcStatusCode.Internal, _includeText ? $"{exception.GetType().FullName}: {exception.Message}" : $"The handler of {method} failed.");
        }
    }
}
