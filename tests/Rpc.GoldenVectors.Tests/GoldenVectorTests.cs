using Rpc.GoldenVectors.Tests.Types;
using Xunit;

namespace Rpc.GoldenVectors.Tests;

/// <summary>Every vector on user types, byte for byte, in both directions, through the formatters that the generator writes.</summary>
public sealed class GoldenVectorTests
{
    /// <summary>Reading it calls a callback, and writing it again another one.</summary>
    private const string Callback = "obj_callbacks";

    public static TheoryData<string> Written => new(ValueTable.Values.Keys.Where(
        name => VectorFile.Values[name].StringEncoding != "utf16" && !VectorFile.Unsupported.ContainsKey(name)));

    public static TheoryData<string> Readable => new(ValueTable.Values.Keys.Where(name => name != Callback));

    [Theory]
    [MemberData(nameof(Written))]
    public void A_value_is_written_as_the_real_serializer_writes_it(string name)
    {
        var vector = VectorFile.Values[name];

        Assert.Equal(vector.Hex, Convert.ToHexStringLower(TypeTable.Types[vector.Type].Write(ValueTable.Values[name]())));
    }

    [Theory]
    [MemberData(nameof(Readable))]
    public void Bytes_of_the_real_serializer_are_read_as_the_value_they_were_written_from(string name)
    {
        var vector = VectorFile.Values[name];
        var probe = TypeTable.Types[vector.Type];
        var bytes = Convert.FromHexString(vector.Hex!);

        var value = probe.Read(bytes, out var consumed);

        // Values have no common equality, their bytes have: different values have different bytes, so the same bytes prove the same value.
        Assert.Equal(bytes.Length, consumed);
        Assert.Equal(probe.Write(ValueTable.Values[name]()), probe.Write(value));
    }

    [Fact]
    public void A_callback_after_reading_sees_the_members() =>
        Assert.Equal(102, ((Callbacks)TypeTable.Types["Callbacks"].Read(Convert.FromHexString("0102000000"), out _)!).V);

    [Fact]
    public void Shared_instances_are_one_instance_again()
    {
        var nodes = (Node?[])TypeTable.Types["Node[]"].Read(Convert.FromHexString(VectorFile.Values["circ_shared_array"].Hex!), out _)!;

        Assert.Same(nodes[0], nodes[2]);
    }

    [Fact]
    public void No_vector_on_user_types_is_left_out()
    {
        var expected = VectorFile.Values.Values.Where(x => x.Kind == "encode" && !string.IsNullOrEmpty(x.Declarations) && TypeTable.Types.ContainsKey(x.Type)).Select(x => x.Name);
        var types = VectorFile.Values.Values.Where(x => !string.IsNullOrEmpty(x.Declarations)).Select(x => x.Type).ToHashSet();

        Assert.Equal(expected.Order(), ValueTable.Values.Keys.Order());
        Assert.Equal(["BigInteger", "UInt128", "WellKnown", "int"], types.Except(TypeTable.Types.Keys).Order(StringComparer.Ordinal));
        Assert.Equal(145, ValueTable.Values.Count);
    }

    [Fact]
    public void Every_unsupported_vector_is_one() => Assert.Empty(VectorFile.Unsupported.Keys.Except(VectorFile.Values.Keys));
}
