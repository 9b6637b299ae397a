using System.Collections.Immutable;

namespace Rpc.Generator.Model.Payloads;

/// <summary>The types of all contracts together.</summary>
internal static class PayloadTypeSet
{
    /// <summary>Leaves one of each type, in the ordinal order of their formatters.</summary>
    /// <param name="types">The types that each contract reaches.</param>
    /// <returns>The types.</returns>
    public static ImmutableArray<PayloadTypeModel> Distinct(IEnumerable<PayloadTypeModel> types)
    {
        var distinct = new SortedDictionary<string, PayloadTypeModel>(StringComparer.Ordinal);
        foreach (var type in types)
        {
            distinct[type.FormatterName] = type;
        }

        return ImmutableArray.CreateRange(distinct.Values);
    }
}
