using System.Text;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>The id of a method on the wire, as the runtime's <c>Rpc.Protocol.MethodId</c> computes it.</summary>
internal static class MethodId
{
    private const uint OffsetBasis = 2166136261;
    private const uint Prime = 16777619;

    /// <summary>The 32-bit FNV-1a hash of <c>contract/method</c> in UTF-8.</summary>
    public static uint Compute(string contractName, string methodName) => Hash(contractName + "/" + methodName);

    /// <summary>The 32-bit FNV-1a hash of a text in UTF-8.</summary>
    public static uint Hash(string text)
    {
        var hash = OffsetBasis;
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            hash = unchecked((hash ^ b) * Prime);
        }

        return hash;
    }
}
