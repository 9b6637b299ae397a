using Microsoft.CodeAnalysis;
using Rpc.Generator.Analysis;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>How a member is written: as its type is, unless an attribute of MemoryPack's chooses another formatter.</summary>
internal static class MemberCalls
{
    public static PayloadCall? CallOf(PayloadCollector collector, MemberCandidate member, Location? at)
    {
        var formatter = MemoryPackTypes.FormatterOf(member.Symbol);
        switch (formatter)
        {
            case "BitPackFormatter":
                const string BitPack = "global::" + BuiltInTypes.FormatterNamespace + ".BitPackFormatter";
                return new PayloadCall("bool[]", BitPack + ".Instance", BitPack, PayloadCallKind.Singleton);

            // These choose where the value is kept in memory, how it compares, or one of two forms that every reader takes.
            case null or "Utf8StringFormatter" or "Utf16StringFormatter" or "InternStringFormatter" or "OrdinalIgnoreCaseStringDictionaryFormatter"
                or "MemoryPoolFormatter" or "ReadOnlyMemoryPoolFormatter":
                return collector.AddCall(member.Type, at);
            default:
                return collector.Report(PayloadDiagnostics.Unsupported, at, $"{TypeNames.Display(member.Type)} with [{formatter}]");
        }
    }
}
