namespace Rpc.Generator.Model.Contracts;

/// <summary>A contract, as the emitter needs it.</summary>
/// <param name="Namespace">The namespace, empty for the global one.</param>
/// <param name="TypeName">The full name of the interface.</param>
/// <param name="Identifier">What the names of generated types begin with; unique in the namespace.</param>
/// <param name="HintName">The name of the generated file.</param>
/// <param name="WireName">The name on the wire.</param>
/// <param name="IsPublic">Whether other assemblies see the interface.</param>
/// <param name="IsObsolete">Whether the interface, or a type around it, is obsolete.</param>
/// <param name="HasObsolete">Whether a method is.</param>
/// <param name="SuppressedIds">The diagnostics of experimental things that the contract uses, in order.</param>
/// <param name="Methods">The methods in the order of their names on the wire.</param>
internal sealed record ContractModel(
    string Namespace,
    string TypeName,
    string Identifier,
    string HintName,
    string WireName,
    bool IsPublic,
    bool IsObsolete,
    bool HasObsolete,
    EquatableArray<string> SuppressedIds,
    EquatableArray<MethodModel> Methods)
{
    /// <summary>The name of the generated contract class, with its namespace.</summary>
    public string FullClassName => Namespace.Length == 0 ? "global::" + ClassName : "global::" + Namespace + "." + ClassName;

    /// <summary>The name of the generated contract class.</summary>
    public string ClassName => Identifier + "_RpcContract";

    /// <summary>The name of the class of the generated extension method.</summary>
    public string ExtensionsName => Identifier + "_RpcExtensions";
}
