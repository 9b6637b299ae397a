using System.ComponentModel;
using Rpc.Buffers;
using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>The base of generated proxies. Immutable, thread safe.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class RpcProxy
{
    /// <summary>Creates the proxy.</summary>
    /// <param name="invoker">What carries its calls.</param>
    /// <param name="options">What each of its calls carries beside, or null.</param>
    protected RpcProxy(RpcInvoker invoker, RpcCallOptions? options)
    {
        Invoker = invoker;
        Options = options;
    }

    /// <summary>What carries the calls.</summary>
    public RpcInvoker Invoker { get; }

    /// <summary>What each call carries beside, or null.</summary>
    public RpcCallOptions? Options { get; }

    /// <summary>The same proxy with other options, whatever the contract it was asked for as. Called by the generated <c>With</c> of each contract.</summary>
    /// <typeparam name="T">The contract, or one that it derives from.</typeparam>
    /// <param name="proxy">The proxy.</param>
    /// <param name="options">What each call carries beside.</param>
    /// <returns>Another proxy with the same <see cref="Invoker"/>.</returns>
    /// <exception cref="InvalidOperationException"><paramref name="proxy"/> was not made by <c>GetProxy</c>.</exception>
    public static T With<T>(T proxy, RpcCallOptions options)
        where T : class
    {
        if (options is null)
        {
            throw new ArgumentNullException(nameof(options));
        }

        return proxy switch
        {
            RpcProxy own => (T)(object)own.WithOptions(options),
            null => throw new ArgumentNullException(nameof(proxy)),
            _ => throw new InvalidOperationException(
                $"{proxy.GetType()} is an implementation of {typeof(T)}, not a proxy from GetProxy<{typeof(T).Name}>(): its methods are called directly, so there is nothing that options could travel with."),
        };
    }

    /// <summary>A proxy of the same contract with other options.</summary>
    /// <param name="options">What each call carries beside, or null.</param>
    /// <returns>The proxy.</returns>
    public abstract RpcProxy WithOptions(RpcCallOptions? options);

    /// <summary>Begins the payload of a request.</summary>
    /// <returns>A writer on a rented buffer; give <see cref="PayloadWriter.Buffer"/> to the invoker after <see cref="PayloadWriter.Commit"/>.</returns>
    protected PayloadWriter BeginPayload() => new(PayloadBuffer.Rent(Invoker.MaxPayloadSize));

    /// <summary>What the caller gets when an argument could not be written: nothing was sent.</summary>
    /// <param name="method">The method.</param>
    /// <param name="exception">What the serializer threw.</param>
    /// <returns><see cref="RpcStatusCode.ResourceExhausted"/> when the arguments are too large, else <see cref="RpcStatusCode.InvalidArgument"/>.</returns>
    protected static RpcException SerializationFailed(RpcMethodDescriptor method, Exception exception) => exception switch
    {
        RpcException rpc => rpc,
        PayloadTooLargeException => new RpcException(RpcStatusCode.ResourceExhausted, $"The arguments of {method} are too large: {exception.Message}", exception),
        _ => new RpcException(RpcStatusCode.InvalidArgument, $"The arguments of {method} cannot be written: {exception.Message}", exception),
    };
}
