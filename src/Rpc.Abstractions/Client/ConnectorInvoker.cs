using Rpc.Buffers;
using Rpc.Connections;
using Rpc.Serialization;

namespace Rpc.Client;

/// <summary>Carries calls by the current connection of a <see cref="ClientConnector"/>; waits for one where there is none, and makes idempotent calls again.</summary>
internal sealed class ConnectorInvoker : RpcInvoker
{
    private readonly ClientConnector _connector;

    public ConnectorInvoker(ClientConnector connector) => _connector = connector;

    public override int MaxPayloadSize => _connector.Current?.MaxPayloadSize ?? int.MaxValue / 2;

    public override ValueTask<T> CallAsync<T>(
        RpcMethodDescriptor method, PayloadBuffer payload, Formatter<T> formatter, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        if (IsRetried(method, streams) || _connector.Current is not { } connection || !connection.TryEnter())
        {
            return SlowCallAsync(method, payload, formatter, streams, options, cancellationToken);
        }

        try
        {
            return connection.CallAsync(method, payload, formatter, streams, options, cancellationToken);
        }
        finally
        {
            connection.Leave();
        }
    }

    public override ValueTask CallAsync(
        RpcMethodDescriptor method, PayloadBuffer payload, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        if (IsRetried(method, streams) || _connector.Current is not { } connection || !connection.TryEnter())
        {
            return new ValueTask(SlowCallAsync<Nothing>(method, payload, null, streams, options, cancellationToken).AsTask());
        }

        try
        {
            return connection.CallAsync(method, payload, streams, options, cancellationToken);
        }
        finally
        {
            connection.Leave();
        }
    }

    public override void Send(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options)
    {
        if (_connector.Current is { } connection && connection.TryEnter())
        {
            try
            {
                connection.Send(method, payload, options);
            }
            finally
            {
                connection.Leave();
            }

            return;
        }

        payload.Return();
        throw new RpcException(
            RpcStatusCode.Unavailable, $"{method} was not sent: there is no connection. A call that can be awaited makes one; a one-way call that returns ValueTask can.")
        {
            Progress = RpcCallProgress.NotSent,
        };
    }

    public override async ValueTask SendAsync(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        while (true)
        {
            var connection = await ConnectAsync(method, payload, null, cancellationToken).ConfigureAwait(false);
            if (!connection.TryEnter())
            {
                continue;
            }

            ValueTask sent;
            try
            {
                sent = connection.SendAsync(method, payload, options, cancellationToken);
            }
            finally
            {
                connection.Leave();
            }

            await sent.ConfigureAwait(false);
            return;
        }
    }

    public override IAsyncEnumerable<T> StreamAsync<T>(
        RpcMethodDescriptor method, PayloadBuffer payload, Formatter<T> formatter, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        var arguments = payload.WrittenSpan.ToArray();
        payload.Return();
        return new ConnectorItems<T>(_connector, method, arguments, formatter, streams, options, cancellationToken);
    }

    private bool IsRetried(RpcMethodDescriptor method, RpcStreamParameter?[]? streams) => method.Idempotent && streams is null && _connector.Retries;

    /// <summary>Makes a call that waits for a connection or may be made again; the deadline counts from here.</summary>
    private async ValueTask<T> SlowCallAsync<T>(
        RpcMethodDescriptor method, PayloadBuffer payload, Formatter<T>? formatter, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        var retries = IsRetried(method, streams);
        var arguments = retries ? payload.WrittenSpan.ToArray() : null;
        var deadline = DeadlineOf(options);
        while (true)
        {
            var connection = await ConnectAsync(method, payload, deadline, cancellationToken).ConfigureAwait(false);
            if (!connection.TryEnter())
            {
                continue;
            }

            ValueTask<T> result;
            try
            {
                var left = deadline is null ? options : options! with { Timeout = null, Deadline = deadline };
                result = formatter is null
                    ? NoResultAsync(connection.CallAsync(method, payload, streams, left, cancellationToken))
                    : connection.CallAsync(method, payload, formatter, streams, left, cancellationToken);
            }
            finally
            {
                connection.Leave();
            }

            try
            {
                return await result.ConfigureAwait(false);
            }
            catch (RpcException e) when (retries && e.StatusCode == RpcStatusCode.Unavailable && connection.State != RpcConnectionState.Open)
            {
                payload = PayloadBuffer.Rent();
                arguments.CopyTo(payload.GetSpan(arguments!.Length));
                payload.Advance(arguments.Length);
            }
        }

        static async ValueTask<T> NoResultAsync(ValueTask call)
        {
            await call.ConfigureAwait(false);
            return default!;
        }
    }

    private DateTimeOffset? DeadlineOf(RpcCallOptions? options)
    {
        if (options is null)
        {
            return null;
        }

        var deadline = options.Deadline;
        if (options.Timeout is { } timeout)
        {
            // A timeout without end is none.
            var now = _connector.TimeProvider.GetUtcNow();
            var end = timeout < DateTimeOffset.MaxValue - now ? now + timeout : DateTimeOffset.MaxValue;
            deadline = deadline is { } earlier && earlier < end ? earlier : end;
        }

        return deadline;
    }

    /// <summary>A connection that takes the arguments. They are given back when there is none.</summary>
    private async ValueTask<Connection> ConnectAsync(RpcMethodDescriptor method, PayloadBuffer payload, DateTimeOffset? deadline, CancellationToken cancellationToken)
    {
        try
        {
            Connection connection;
            if (_connector.Current is { } current)
            {
                connection = current;
            }
            else if (deadline is { } end)
            {
                var left = end - _connector.TimeProvider.GetUtcNow();
                using var timeout = new DeadlineToken(
                    _connector.TimeProvider, left > TimeSpan.Zero ? left < s_longest ? left : s_longest : TimeSpan.Zero, cancellationToken);
                try
                {
                    connection = await _connector.GetAsync(timeout.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    throw new RpcException(RpcStatusCode.DeadlineExceeded, $"The deadline of {method} passed before there was a connection.")
                    {
                        Progress = RpcCallProgress.NotSent,
                    };
                }
            }
            else
            {
                connection = await _connector.GetAsync(cancellationToken).ConfigureAwait(false);
            }

            return payload.Length <= connection.MaxPayloadSize
                ? connection
                : throw new RpcException(RpcStatusCode.ResourceExhausted, $"The arguments of {method} are larger than the peer's limit of {connection.MaxPayloadSize} bytes.");
        }
        catch
        {
            payload.Return();
            throw;
        }
    }

    /// <summary>The longest time that a timer takes.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(40);
}
