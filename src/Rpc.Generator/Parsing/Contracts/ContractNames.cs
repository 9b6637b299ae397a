using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>The names of what is generated for a contract.</summary>
internal static class ContractNames
{
    /// <summary>What the names of generated types begin with, unique in the namespace.</summary>
    /// <remarks><c>A.B_C</c> and <c>A_B.C</c>, both nested, would join to the same name, so a nested contract's carries a hash.</remarks>
    public static string Identifier(INamedTypeSymbol contract)
    {
        if (contract.ContainingType is null)
        {
            return contract.Name;
        }

        var name = contract.Name;
        for (var outer = contract.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            name = outer.Name + "_" + name;
        }

        return name + "_" + Hash(TypeNames.Metadata(contract));
    }

    /// <summary>The name of the generated file. Names that differ in case only are the same to a file system, so each carries a hash.</summary>
    public static string Hint(string metadataName) => metadataName.Replace('+', '.') + "." + Hash(metadataName) + ".RpcContract.g.cs";

    private static string Hash(string name) => MethodId.Hash(name).ToString("x8", CultureInfo.InvariantCulture);
}
