using System.ComponentModel;
using Rpc.Buffers;
using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>What a proxy calls: one connection, the current connection of a reconnecting client, all members of a group, or a decorator of these.</summary>
/// <remarks>
/// Thread safe. Every method takes over <c>payload</c>, whatever the outcome: the buffer is returned by the invoker.
/// Failures of a call are reported by the returned task (or thrown, where there is none) as <see cref="RpcException"/>, or as
/// <see cref="OperationCanceledException"/> when the caller's own token was cancelled.
/// </remarks>
public abstract class RpcInvoker
{
    /// <summary>The most bytes that the payload of a request may have; proxies rent their buffers with it.</summary>
    public abstract int MaxPayloadSize { get; }

    /// <summary>Makes a call with a result.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="payload">The arguments: one object in MemoryPack format.</param>
    /// <param name="formatter">Reads the result.</param>
    /// <param name="streams">The stream and progress parameters in order, or null when the method has none.</param>
    /// <param name="options">What the call carries beside, or null.</param>
    /// <param name="cancellationToken">Cancels the call at the peer, and ends the wait at once.</param>
    /// <returns>The result.</returns>
    public abstract ValueTask<T> CallAsync<T>(
        RpcMethodDescriptor method, PayloadBuffer payload, Formatter<T> formatter, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken);

    /// <summary>Makes a call without a result; ends when the handler has ended.</summary>
    /// <param name="method">The method.</param>
    /// <param name="payload">The arguments.</param>
    /// <param name="streams">The stream and progress parameters in order, or null.</param>
    /// <param name="options">What the call carries beside, or null.</param>
    /// <param name="cancellationToken">Cancels the call at the peer, and ends the wait at once.</param>
    /// <returns>A task that ends with the call.</returns>
    public abstract ValueTask CallAsync(
        RpcMethodDescriptor method, PayloadBuffer payload, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken);

    /// <summary>Sends a one-way call without waiting.</summary>
    /// <param name="method">The method.</param>
    /// <param name="payload">The arguments.</param>
    /// <param name="options">What the call carries beside, or null.</param>
    /// <exception cref="RpcException"><see cref="RpcStatusCode.Unavailable"/>: the connection is gone. <see cref="RpcStatusCode.ResourceExhausted"/>:
    /// the peer reads too slowly and the queue is full.</exception>
    public abstract void Send(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options);

    /// <summary>Sends a one-way call, waiting while the queue is full.</summary>
    /// <param name="method">The method.</param>
    /// <param name="payload">The arguments.</param>
    /// <param name="options">What the call carries beside, or null.</param>
    /// <param name="cancellationToken">Ends the wait; the call is then not sent.</param>
    /// <returns>A task that ends when the queue took the call.</returns>
    public abstract ValueTask SendAsync(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options, CancellationToken cancellationToken);

    /// <summary>Prepares a call that returns a stream; the call is made when the result is enumerated, anew for each enumeration.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="method">The method.</param>
    /// <param name="payload">The arguments.</param>
    /// <param name="formatter">Reads an item.</param>
    /// <param name="streams">The stream and progress parameters in order, or null.</param>
    /// <param name="options">What the call carries beside, or null.</param>
    /// <param name="cancellationToken">Cancels each enumeration, beside the token given to it.</param>
    /// <returns>The stream.</returns>
    public abstract IAsyncEnumerable<T> StreamAsync<T>(
        RpcMethodDescriptor method, PayloadBuffer payload, Formatter<T> formatter, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken);
}
