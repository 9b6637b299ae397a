using Rpc.Buffers;
using Rpc.Serialization;

namespace Rpc.Connections;

/// <content>Calls with interceptors around them.</content>
internal sealed partial class Connection
{
    /// <summary>Runs the incoming interceptors around a handler.</summary>
    public ValueTask Intercept(RpcContext context, Func<ValueTask> handler)
    {
        var next = handler;
        for (var i = _incomingInterceptors.Length - 1; i >= 0; i--)
        {
            var interceptor = _incomingInterceptors[i];
            var inner = next;
            next = () => interceptor.InvokeAsync(context, inner);
        }

        return next();
    }

    /// <summary>Runs the outgoing interceptors before the request of a stream.</summary>
    /// <returns>The options that they left.</returns>
    public async ValueTask<RpcCallOptions?> InterceptStreamAsync(RpcMethodDescriptor method, byte[] arguments, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        if (_outgoingInterceptors.Length == 0)
        {
            return options;
        }

        var call = new RpcOutgoingCall(method, arguments, options, cancellationToken);
        var made = false;
        await Chain(static (_, state) =>
        {
            state();
            return default;
        }, (Action)(() => made = true))(call).ConfigureAwait(false);
        return made ? call.Options : throw NotMade(method);
    }

    private async ValueTask<T> InterceptCallAsync<T>(
        RpcMethodDescriptor method,
        PayloadBuffer payload,
        Formatter<T>? formatter,
        RpcStreamParameter?[]? streams,
        RpcCallOptions? options,
        CancellationToken cancellationToken)
    {
        var outcome = new Outcome<T>();
        var call = new RpcOutgoingCall(method, Detach(payload), options, cancellationToken);
        await Chain(
            async (made, state) =>
            {
                state.Result = await SlowCallAsync(method, Attach(made.Arguments), formatter, streams, made.Options, cancellationToken).ConfigureAwait(false);
                state.Made = true;
            },
            outcome)(call).ConfigureAwait(false);
        return outcome.Made ? outcome.Result! : throw NotMade(method);
    }

    private ValueTask InterceptSendAsync(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options, bool wait, CancellationToken cancellationToken)
    {
        var call = new RpcOutgoingCall(method, Detach(payload), options, cancellationToken);
        return Chain(
            (made, wait) =>
            {
                if (wait)
                {
                    return SendWhenRoomAsync(method, Attach(made.Arguments), made.Options, cancellationToken);
                }

                SendNow(method, Attach(made.Arguments), made.Options);
                return default;
            },
            wait)(call);
    }

    private Func<RpcOutgoingCall, ValueTask> Chain<TState>(Func<RpcOutgoingCall, TState, ValueTask> last, TState state)
    {
        Func<RpcOutgoingCall, ValueTask> next = call => last(call, state);
        for (var i = _outgoingInterceptors.Length - 1; i >= 0; i--)
        {
            var interceptor = _outgoingInterceptors[i];
            var inner = next;
            next = call => interceptor.InvokeAsync(call, inner);
        }

        return next;
    }

    private static byte[] Detach(PayloadBuffer payload)
    {
        var arguments = payload.WrittenSpan.ToArray();
        payload.Return();
        return arguments;
    }

    private PayloadBuffer Attach(ReadOnlyMemory<byte> arguments)
    {
        var payload = PayloadBuffer.Rent(MaxPayloadSize);
        arguments.Span.CopyTo(payload.GetSpan(arguments.Length));
        payload.Advance(arguments.Length);
        return payload;
    }

    private static RpcException NotMade(RpcMethodDescriptor method) => new(RpcStatusCode.Internal, $"An interceptor did not make the call of {method}.");

    private sealed class Outcome<T>
    {
        public bool Made { get; set; }

        public T? Result { get; set; }
    }
}
