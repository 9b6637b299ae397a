#nullable disable // The values are those of the vectors, which pay no heed to annotations.
using System.Collections.Frozen;
using System.Text;
using Rpc.Serialization.Formatters;
using static Rpc.Abstractions.Tests.Serialization.GoldenHelpers;

namespace Rpc.Abstractions.Tests.Serialization;

/// <content>The types that only the net8.0 build has.</content>
internal static partial class GoldenTable
{
    static partial void AddNet8Types(Dictionary<string, PayloadProbe> types)
    {
        types["DateOnly"] = PayloadProbe.Of(DateOnlyFormatter.Instance);
        types["FrozenDictionary<int, string>"] = PayloadProbe.Of(new FrozenDictionaryFormatter<int, string>(Int32Formatter.Instance, StringFormatter.Instance));
        types["FrozenSet<string>"] = PayloadProbe.Of(new FrozenSetFormatter<string>(StringFormatter.Instance));
        types["Half"] = PayloadProbe.Of(HalfFormatter.Instance);
        types["IReadOnlySet<int>"] = PayloadProbe.Of(new InterfaceReadOnlySetFormatter<int>(Int32Formatter.Instance));
        types["Int128"] = PayloadProbe.Of(Int128Formatter.Instance);
        types["PriorityQueue<int, int>"] = PayloadProbe.Of(new PriorityQueueFormatter<int, int>(Int32Formatter.Instance, Int32Formatter.Instance));
        types["PriorityQueue<string, int>"] = PayloadProbe.Of(new PriorityQueueFormatter<string, int>(StringFormatter.Instance, Int32Formatter.Instance));
        types["Rune"] = PayloadProbe.Of(RuneFormatter.Instance);
        types["TimeOnly"] = PayloadProbe.Of(TimeOnlyFormatter.Instance);
        types["UInt128"] = PayloadProbe.Of(UInt128Formatter.Instance);
    }

    static partial void AddNet8Values(Dictionary<string, Func<object>> values)
    {
        values["half_1_5"] = () => As<Half>((Half)1.5f);
        values["half_nan"] = () => As<Half>(Half.NaN);
        values["half_max"] = () => As<Half>(Half.MaxValue);
        values["half_neg0"] = () => As<Half>((Half)(-0f));
        values["rune_A"] = () => As<Rune>(new Rune('A'));
        values["rune_emoji"] = () => As<Rune>(new Rune(0x1F600));
        values["int128_minus1"] = () => As<Int128>((Int128)(-1));
        values["int128_max"] = () => As<Int128>(Int128.MaxValue);
        values["int128_pattern"] = () => As<Int128>(new Int128(0x0102030405060708, 0x090A0B0C0D0E0F10));
        values["uint128_max"] = () => As<UInt128>(UInt128.MaxValue);
        values["uint128_1"] = () => As<UInt128>(UInt128.One);
        values["dateonly_20240229"] = () => As<DateOnly>(new DateOnly(2024, 2, 29));
        values["dateonly_min"] = () => As<DateOnly>(DateOnly.MinValue);
        values["dateonly_max"] = () => As<DateOnly>(DateOnly.MaxValue);
        values["timeonly_235959"] = () => As<TimeOnly>(new TimeOnly(23, 59, 59));
        values["timeonly_max"] = () => As<TimeOnly>(TimeOnly.MaxValue);
        values["priorityqueue_string_int"] = () => As<PriorityQueue<string, int>>(Pq());
        values["priorityqueue_int_int"] = () => As<PriorityQueue<int, int>>(Pqi());
        values["frozendictionary_1"] = () => As<FrozenDictionary<int, string>>(new Dictionary<int, string> { [1] = "a" }.ToFrozenDictionary());
        values["frozenset_1"] = () => As<FrozenSet<string>>(new[] { "a" }.ToFrozenSet());
        values["ireadonlyset"] = () => As<IReadOnlySet<int>>(new HashSet<int> { 1 });
    }
}
