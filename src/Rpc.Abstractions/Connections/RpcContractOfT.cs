using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Rpc.Connections;

/// <summary>What the generator wrote for the contract <typeparamref name="T"/>.</summary>
/// <typeparam name="T">The interface.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class RpcContract<T> : RpcContract
    where T : class
{
    private static RpcContract<T>? s_instance;

    /// <summary>Creates the contract. Called by generated code.</summary>
    /// <param name="name">The contract's name on the wire.</param>
    /// <param name="methods">The methods in the order of their indices.</param>
    protected RpcContract(string name, RpcMethodDescriptor[] methods)
        : base(name, methods)
    {
    }

    /// <summary>The contract.</summary>
    /// <exception cref="InvalidOperationException">The generator has not run for <typeparamref name="T"/>; the message says what to install.</exception>
    public static RpcContract<T> Instance => Volatile.Read(ref s_instance) ?? Find();

    /// <inheritdoc/>
    public sealed override Type Type => typeof(T);

    /// <summary>Makes the contract known. Called by a module initializer in generated code.</summary>
    /// <param name="contract">The contract.</param>
    public static void Register(RpcContract<T> contract) => Volatile.Write(ref s_instance, contract ?? throw new ArgumentNullException(nameof(contract)));

    /// <summary>Creates a proxy.</summary>
    /// <param name="invoker">What carries its calls.</param>
    /// <param name="options">What each of its calls carries beside, or null.</param>
    /// <returns>The proxy.</returns>
    public abstract T CreateProxy(RpcInvoker invoker, RpcCallOptions? options);

    /// <summary>Reads a call's arguments and starts the service's method; see <see cref="RpcIncomingCall"/>.</summary>
    /// <param name="service">The service.</param>
    /// <param name="call">The call; its <see cref="RpcIncomingCall.Method"/> is one of <see cref="RpcContract.Methods"/>.</param>
    public abstract void Dispatch(T service, RpcIncomingCall call);

    /// <inheritdoc/>
    public sealed override void DispatchUntyped(object service, RpcIncomingCall call) => Dispatch((T)service, call);

    private static RpcContract<T> Find()
    {
        // The module that holds the contract may not have run its initializer: nothing of it but a type token was used so far.
        RuntimeHelpers.RunModuleConstructor(typeof(T).Module.ModuleHandle);
        return Volatile.Read(ref s_instance) ?? throw new InvalidOperationException(Missing());
    }

    private static string Missing()
    {
        var type = typeof(T);
        if (!type.IsInterface)
        {
            return $"{type} is not an interface, so it cannot be a contract.";
        }

        return $"No generated code was found for {type}. Put [RpcService] on the interface and add the package Rpc.Generator to the project "
            + $"'{type.Assembly.GetName().Name}', which declares it (dotnet add package Rpc.Generator).";
    }
}
