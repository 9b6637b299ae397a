using System.Numerics;
using Rpc.Serialization;
using Rpc.Serialization.Formatters;

namespace Rpc.Abstractions.Tests.Serialization;

/// <summary>At least one instance of every formatter: those of the golden vectors, and the few that have none.</summary>
internal static partial class FormatterTable
{
    public static readonly IReadOnlyDictionary<string, PayloadProbe> All = Create();

    private static Dictionary<string, PayloadProbe> Create()
    {
        var all = new Dictionary<string, PayloadProbe>(GoldenTable.Types);
        var more = new List<PayloadProbe>(More());
        AddNet8(more);
        foreach (var probe in more)
        {
            all.TryAdd("more: " + probe.Type, probe);
        }

        return all;
    }

    /// <summary>Adds what the net8.0 build has beyond netstandard2.1.</summary>
    static partial void AddNet8(List<PayloadProbe> more);

    private static IEnumerable<PayloadProbe> More()
    {
        var text = StringFormatter.Instance;
        var number = Int32Formatter.Instance;
        var bytes = ByteFormatter.Instance;
        var longs = Int64Formatter.Instance;
        yield return PayloadProbe.Of(new InterfaceImmutableQueueFormatter<string>(text));
        yield return PayloadProbe.Of(new InterfaceImmutableStackFormatter<string>(text));
        yield return PayloadProbe.Of(new InterfaceImmutableSetFormatter<string>(text));
        yield return PayloadProbe.Of(new InterfaceSetFormatter<string>(text));
        yield return PayloadProbe.Of(new TupleFormatter<int, string, byte, long>(number, text, bytes, longs));
        yield return PayloadProbe.Of(new TupleFormatter<int, string, byte, long, int>(number, text, bytes, longs, number));
        yield return PayloadProbe.Of(new TupleFormatter<int, string, byte, long, int, int>(number, text, bytes, longs, number, number));
        yield return PayloadProbe.Of(new ValueTupleFormatter<string>(text));
        yield return PayloadProbe.Of(new ValueTupleFormatter<int, string, byte, long>(number, text, bytes, longs));
        yield return PayloadProbe.Of(new ValueTupleFormatter<byte, int, byte, long, byte>(bytes, number, bytes, longs, bytes));
        yield return PayloadProbe.Of(new ValueTupleFormatter<byte, int, byte, long, byte, int>(bytes, number, bytes, longs, bytes, number));
        yield return PayloadProbe.Of(new ValueTupleFormatter<byte, int, byte, string, byte, int>(bytes, number, bytes, text, bytes, number));
        yield return PayloadProbe.Of(new ImmutableListFormatter<string>(text));
        yield return PayloadProbe.Of(new LinkedListFormatter<byte>(bytes));
        yield return PayloadProbe.Of(new SortedDictionaryFormatter<byte, byte>(bytes, bytes));
        yield return PayloadProbe.Of(new SortedListFormatter<byte, string>(bytes, text));
        yield return PayloadProbe.Of(new Array4DFormatter<string>(text));
        yield return PayloadProbe.Of(new ArrayFormatter<Complex>(ComplexFormatter.Instance));
        yield return PayloadProbe.Of(new ListFormatter<DateTimeOffset?>(new NullableFormatter<DateTimeOffset>(DateTimeOffsetFormatter.Instance)));
        yield return PayloadProbe.Of(new ListFormatter<(bool, decimal, Guid)>(
            new ValueTupleFormatter<bool, decimal, Guid>(BooleanFormatter.Instance, DecimalFormatter.Instance, GuidFormatter.Instance)));
        yield return PayloadProbe.Of(BitPackFormatter.Instance);
    }
}
