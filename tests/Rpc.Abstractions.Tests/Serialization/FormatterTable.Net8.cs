using System.Text;
using Rpc.Serialization.Formatters;

namespace Rpc.Abstractions.Tests.Serialization;

/// <content>The formatters that only the net8.0 build has.</content>
internal static partial class FormatterTable
{
    static partial void AddNet8(List<PayloadProbe> more)
    {
        var text = StringFormatter.Instance;
        var number = Int32Formatter.Instance;
        more.Add(PayloadProbe.Of(new InterfaceReadOnlySetFormatter<string>(text)));
        more.Add(PayloadProbe.Of(new FrozenSetFormatter<int>(number)));
        more.Add(PayloadProbe.Of(new FrozenDictionaryFormatter<string, int>(text, number)));
        more.Add(PayloadProbe.Of(new ArrayFormatter<Rune>(RuneFormatter.Instance)));
        more.Add(PayloadProbe.Of(new ArrayFormatter<TimeOnly>(TimeOnlyFormatter.Instance)));
        more.Add(PayloadProbe.Of(new DictionaryFormatter<Guid, (DateOnly, TimeSpan)[]>(
            GuidFormatter.Instance,
            new ArrayFormatter<(DateOnly, TimeSpan)>(new ValueTupleFormatter<DateOnly, TimeSpan>(DateOnlyFormatter.Instance, TimeSpanFormatter.Instance)))));
    }
}
