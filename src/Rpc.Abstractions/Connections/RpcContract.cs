using System.ComponentModel;

namespace Rpc.Connections;

/// <summary>What the generator wrote for one contract. Stateless, thread safe.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class RpcContract
{
    private protected RpcContract(string name, RpcMethodDescriptor[] methods)
    {
        Name = name;
        Methods = methods;
    }

    /// <summary>The contract's name on the wire.</summary>
    public string Name { get; }

    /// <summary>The methods; a method's position is its <see cref="RpcMethodDescriptor.Index"/>.</summary>
    public IReadOnlyList<RpcMethodDescriptor> Methods { get; }

    /// <summary>The interface.</summary>
    public abstract Type Type { get; }

    /// <summary>Reads a call's arguments and starts the service's method, as <see cref="RpcContract{T}.Dispatch"/>, for a service whose type is not known statically.</summary>
    /// <param name="service">An implementation of <see cref="Type"/>.</param>
    /// <param name="call">The call.</param>
    public abstract void DispatchUntyped(object service, RpcIncomingCall call);
}
