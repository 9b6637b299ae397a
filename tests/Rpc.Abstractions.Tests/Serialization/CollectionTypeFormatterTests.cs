using Rpc.Serialization;
using Rpc.Serialization.Formatters;
using Xunit;

namespace Rpc.Abstractions.Tests.Serialization;

/// <summary>A user's own collection types, and the bound on nesting that goes with types of themselves.</summary>
public sealed class CollectionTypeFormatterTests
{
    [Fact]
    public void A_list_a_dictionary_and_a_set_of_ones_own_have_the_bytes_of_collections()
    {
        Assert.Equal(
            GoldenVectors.Values["custom_list"].Hex,
            Payload.WriteHex(new MyListFormatter(), [1, 2]));
        Assert.Equal([1, 2], Payload.ReadHex(new MyListFormatter(), GoldenVectors.Values["custom_list"].Hex!)!);
        Assert.Equal("ffffffff", Payload.WriteHex(new MyListFormatter(), null));
        Assert.Null(Payload.ReadHex(new MyListFormatter(), GoldenVectors.Values["custom_list_null"].Hex!));
        Assert.Equal(GoldenVectors.Values["custom_dict"].Hex, Payload.WriteHex(new MyDictFormatter(), new MyDict { ["a"] = 1 }));
        Assert.Equal(1, Payload.ReadHex(new MyDictFormatter(), GoldenVectors.Values["custom_dict"].Hex!)!["a"]);
    }

    [Fact]
    public void What_the_collection_refuses_is_a_typed_error()
    {
        var inner = Assert.Throws<PayloadException>(() => Payload.ReadHex(
            new MyDictFormatter(), "02000000" + "feffffff010000006101000000" + "feffffff010000006102000000")).InnerException;

        Assert.IsType<ArgumentException>(inner);
    }

    [Theory]
    [InlineData("feffffff")]
    [InlineData("00000080")]
    [InlineData("ffffff7f")]
    [InlineData("0300000001000000")]
    public void A_length_that_cannot_be_is_a_typed_error(string hex) =>
        Assert.Throws<PayloadException>(() => Payload.ReadHex(new MyListFormatter(), hex));

    [Fact]
    public void Nesting_is_read_and_written_up_to_the_limit()
    {
        var deepest = Nested(PayloadWriter.MaxDepth);

        var read = Payload.Read(NestFormatter.Instance, Payload.Write(NestFormatter.Instance, deepest));

        Assert.Equal(PayloadWriter.MaxDepth, Depth(read));
    }

    [Fact]
    public void Nesting_beyond_the_limit_is_a_typed_error_both_ways()
    {
        Assert.Throws<PayloadException>(() => Payload.Write(NestFormatter.Instance, Nested(PayloadWriter.MaxDepth + 1)));

        var bytes = new byte[4 * (PayloadWriter.MaxDepth + 2)];
        for (var i = 0; i < bytes.Length; i += 4)
        {
            bytes[i] = 1;
        }

        Assert.Throws<PayloadException>(() => Payload.Read(NestFormatter.Instance, bytes));
    }

    [Fact]
    public void The_deepest_nesting_fits_a_small_stack()
    {
        // Pool threads have 1.5 MB on some platforms.
        var depth = 0;
        var thread = new Thread(
            () => depth = Depth(Payload.Read(NestFormatter.Instance, Payload.Write(NestFormatter.Instance, Nested(PayloadWriter.MaxDepth)))),
            maxStackSize: 1024 * 1024);
        thread.Start();

        Assert.True(thread.Join(TimeSpan.FromSeconds(30)));
        Assert.Equal(PayloadWriter.MaxDepth, depth);
    }

    private static Nest Nested(int depth)
    {
        var nest = new Nest();
        for (var i = 1; i < depth; i++)
        {
            nest = [nest];
        }

        return nest;
    }

    private static int Depth(Nest? nest)
    {
        var depth = 0;
        for (; nest is not null; nest = nest.Count > 0 ? nest[0] : null)
        {
            depth++;
        }

        return depth;
    }

    private sealed class MyList : List<int>;

    private sealed class MyDict : Dictionary<string, int>;

    private sealed class Nest : List<Nest>;

    private sealed class MyListFormatter() : CollectionTypeFormatter<MyList, int>(Int32Formatter.Instance)
    {
        protected override MyList Create(int capacity) => [];
    }

    private sealed class MyDictFormatter() : CollectionTypeFormatter<MyDict, KeyValuePair<string, int>>(
        new KeyValuePairFormatter<string, int>(StringFormatter.Instance, Int32Formatter.Instance))
    {
        protected override MyDict Create(int capacity) => [];
    }

    private sealed class NestFormatter() : CollectionTypeFormatter<Nest, Nest>(new DeferredFormatter<Nest>(sizeof(int), () => Instance!))
    {
        public static readonly NestFormatter Instance = new();

        protected override Nest Create(int capacity) => [];
    }
}
