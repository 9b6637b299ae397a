namespace Rpc.Transports;

/// <summary>Put on the assembly of a transport: a project that references the assembly and runs the generator can connect to the transport's
/// schemes without registering it.</summary>
/// <remarks>The generator writes <c>RpcTransports.Register(new …())</c> into the project; nothing is looked up by reflection.</remarks>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class RpcTransportAttribute : Attribute
{
    /// <summary>Names a transport.</summary>
    /// <param name="clientTransport">A public class with a public parameterless constructor that implements <see cref="IRpcClientTransport"/>.</param>
    public RpcTransportAttribute(Type clientTransport) => ClientTransport = clientTransport;

    /// <summary>The class.</summary>
    public Type ClientTransport { get; }
}
