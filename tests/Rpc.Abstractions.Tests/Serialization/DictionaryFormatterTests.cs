using Rpc.Serialization;
using Rpc.Serialization.Formatters;
using Xunit;

namespace Rpc.Abstractions.Tests.Serialization;

public sealed class DictionaryFormatterTests
{
    public static TheoryData<string> Dictionaries => new("Dictionary", "SortedDictionary", "SortedList", "ConcurrentDictionary", "ImmutableDictionary",
        "ImmutableSortedDictionary", "InterfaceDictionary", "InterfaceReadOnlyDictionary", "InterfaceImmutableDictionary");

    [Theory]
    [MemberData(nameof(Dictionaries))]
    public void A_key_that_stands_twice_is_a_typed_error_even_with_the_same_value(string name)
    {
        Assert.Throws<PayloadException>(() => Read(name, "02000000" + "feffffff010000006101000000" + "feffffff010000006101000000"));
    }

    [Theory]
    [MemberData(nameof(Dictionaries))]
    public void A_null_key_is_a_typed_error(string name) =>
        Assert.Throws<PayloadException>(() => Read(name, "01000000" + "ffffffff" + "01000000"));

    [Theory]
    [MemberData(nameof(Dictionaries))]
    public void Pairs_in_any_order_are_read(string name)
    {
        const string Hex = "02000000" + "feffffff010000006202000000" + "feffffff010000006101000000";

        var pairs = Assert.IsAssignableFrom<IEnumerable<KeyValuePair<string, int>>>(Read(name, Hex));

        Assert.Equal([new("a", 1), new("b", 2)], pairs.OrderBy(x => x.Key));
    }

    [Fact]
    public void A_sorted_list_is_read_fast_from_keys_in_the_worst_order()
    {
        // Inserting one by one would move 2 * 10^10 pairs; sorting first takes milliseconds.
        const int Count = 200_000;
        var pairs = Enumerable.Range(0, Count).Select(x => new KeyValuePair<int, int>(Count - x, x)).ToArray();
        var pair = new KeyValuePairFormatter<int, int>(Int32Formatter.Instance, Int32Formatter.Instance);
        var bytes = Payload.Write(new ArrayFormatter<KeyValuePair<int, int>>(pair), pairs);

        var list = Payload.Read(new SortedListFormatter<int, int>(Int32Formatter.Instance, Int32Formatter.Instance), bytes)!;

        Assert.Equal(Count, list.Count);
        Assert.Equal(1, list.GetKeyAtIndex(0));
    }

    [Fact]
    public void Keys_that_cannot_be_compared_are_a_typed_error()
    {
        var formatter = new SortedDictionaryFormatter<Version[], int>(new ArrayFormatter<Version>(VersionFormatter.Instance), Int32Formatter.Instance);

        var thrown = Assert.Throws<PayloadException>(() => Payload.ReadHex(formatter, "02000000" + "01000000ff" + "01000000" + "01000000ff" + "02000000"));

        Assert.NotNull(thrown.InnerException);
    }

    private static object? Read(string name, string hex)
    {
        var type = typeof(DictionaryFormatter<,>).Assembly.GetType($"Rpc.Serialization.Formatters.{name}Formatter`2")!
            .MakeGenericType(typeof(string), typeof(int));
        var formatter = Activator.CreateInstance(type, StringFormatter.Instance, Int32Formatter.Instance)!;
        var probe = (PayloadProbe)typeof(PayloadProbe).GetMethod(nameof(PayloadProbe.Of))!
            .MakeGenericMethod(formatter.GetType().BaseType!.BaseType!.GetGenericArguments()[0]).Invoke(null, [formatter])!;
        return probe.Read(Convert.FromHexString(hex), out _);
    }
}
