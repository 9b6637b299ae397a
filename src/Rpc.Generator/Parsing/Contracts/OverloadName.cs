using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>Thinks up the name of an overload on the wire: <c>FindAsync(int id)</c> becomes <c>FindByIdAsync</c>.</summary>
internal static class OverloadName
{
    private const string Suffix = "Async";

    /// <summary>Suggests a name.</summary>
    /// <param name="method">The overload.</param>
    /// <param name="taken">The names that other methods have.</param>
    public static string Suggest(IMethodSymbol method, ICollection<string> taken)
    {
        var isAsync = method.Name.Length > Suffix.Length && method.Name.EndsWith(Suffix, StringComparison.Ordinal);
        var stem = isAsync ? method.Name.Substring(0, method.Name.Length - Suffix.Length) : method.Name;
        var suffix = isAsync ? Suffix : "";
        var by = string.Concat(method.Parameters.Where(static p => !KnownTypes.IsCancellationToken(p.Type)).Select(static p => Pascal(p.Name)));
        var name = by.Length == 0 ? stem + suffix : stem + "By" + by + suffix;
        for (var i = 2; taken.Contains(name); i++)
        {
            name = stem + i.ToString(CultureInfo.InvariantCulture) + suffix;
        }

        return name;
    }

    private static string Pascal(string name) => char.ToUpperInvariant(name[0]) + name.Substring(1);
}
