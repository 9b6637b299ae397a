using System.ComponentModel;
using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>A call that arrived, as the generated dispatcher sees it: read the arguments, start the handler, hand its task over.</summary>
/// <remarks>A dispatcher calls <see cref="BeginRead"/>, reads, calls <see cref="EndRead"/>, opens its stream parameters, and ends with exactly one
/// <c>Return…</c>. What it throws before <see cref="EndRead"/> is <see cref="RpcStatusCode.InvalidArgument"/>, afterwards the handler's own failure.
/// Instances are reused; nothing may be kept after the <c>Return…</c>. Not thread safe.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class RpcIncomingCall
{
    private protected RpcIncomingCall()
    {
    }

    // There is but one implementation. A virtual generic method is looked up in a table of the runtime at each call; this is a comparison.
    private IncomingCall Self => (IncomingCall)this;

    /// <summary>The method called.</summary>
    public abstract RpcMethodDescriptor Method { get; }

    /// <summary>Cancelled when the caller cancels, the deadline passes or the connection ends. Made when first asked for; valid until the call has ended.</summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>Starts to read the arguments.</summary>
    /// <param name="argumentCount">How many arguments the caller sent.</param>
    /// <returns>A reader at the first argument.</returns>
    /// <exception cref="PayloadException">The payload does not begin with a count.</exception>
    public abstract PayloadReader BeginRead(out int argumentCount);

    /// <summary>Ends reading: the payload's memory may go.</summary>
    public abstract void EndRead();

    /// <summary>Reports that the caller sent fewer arguments than the method needs.</summary>
    /// <param name="name">The first parameter that is missing and has no default value.</param>
    /// <exception cref="PayloadException">Always.</exception>
    public void ThrowMissingArgument(string name) =>
        throw new PayloadException($"The call of {Method} lacks the argument '{name}', which has no default value.");

    /// <summary>Opens a stream parameter.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="index">The position among the method's stream and progress parameters, from 0.</param>
    /// <param name="formatter">Reads an item.</param>
    /// <returns>The items, to be enumerated once.</returns>
    public IAsyncEnumerable<T> OpenItems<T>(int index, Formatter<T> formatter) => Self.OpenItemsCore(index, formatter);

    /// <summary>Opens a progress parameter.</summary>
    /// <typeparam name="T">The type of the reports.</typeparam>
    /// <param name="index">The position among the method's stream and progress parameters, from 0.</param>
    /// <param name="wanted">Whether the caller takes reports, as it said in the arguments.</param>
    /// <param name="formatter">Writes a report.</param>
    /// <returns>Takes reports; a report that the connection has no room for gives way to the next one.</returns>
    public IProgress<T> OpenProgress<T>(int index, bool wanted, Formatter<T> formatter) => Self.OpenProgressCore(index, wanted, formatter);

    /// <summary>Ends a one-way call whose handler has returned.</summary>
    public abstract void Return();

    /// <summary>Ends the call when the handler's task ends.</summary>
    /// <param name="task">The handler's task.</param>
    public abstract void Return(ValueTask task);

    /// <summary>Ends the call with the result of the handler's task.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">The handler's task.</param>
    /// <param name="formatter">Writes the result.</param>
    public void Return<T>(ValueTask<T> task, Formatter<T> formatter) => Self.ReturnCore(task, formatter);

    /// <summary>Ends the call when the stream ends; its items are sent as the caller takes them.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="items">The handler's stream.</param>
    /// <param name="formatter">Writes an item.</param>
    public void ReturnItems<T>(IAsyncEnumerable<T> items, Formatter<T> formatter) => Self.ReturnItemsCore(items, formatter);
}
