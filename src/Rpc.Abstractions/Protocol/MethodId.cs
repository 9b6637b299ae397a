using System.Text;

namespace Rpc.Protocol;

/// <summary>The id of a method on the wire: the 32-bit FNV-1a hash of <c>contract/method</c> in UTF-8.</summary>
/// <remarks>Names alone decide: parameters may be appended without changing it. Two methods of one contract with the same id are a compile error;
/// of two contracts served by one side, an error at registration.</remarks>
public static class MethodId
{
    private const uint OffsetBasis = 2166136261;
    private const uint Prime = 16777619;

    /// <summary>Computes the id.</summary>
    /// <param name="contractName">The contract's name on the wire.</param>
    /// <param name="methodName">The method's name on the wire.</param>
    /// <returns>The id.</returns>
    public static uint Compute(string contractName, string methodName)
    {
        var hash = OffsetBasis;
        foreach (var b in Encoding.UTF8.GetBytes(contractName + "/" + methodName))
        {
            hash = unchecked((hash ^ b) * Prime);
        }

        return hash;
    }
}
