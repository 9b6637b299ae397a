using Rpc.GoldenVectors.Tests.Types;
using Rpc.Serialization;
using Xunit;

namespace Rpc.GoldenVectors.Tests;

/// <summary>Bytes of another version of a type, or of a type of the same shape.</summary>
public sealed class EvolutionTests
{
    private static readonly Dictionary<string, Func<object>> s_expected = new()
    {
        ["dec_enum_undefined"] = () => (Color)12345,
        ["dec_obj_trailing_bytes"] = () => new Person { Age = 1 },
        ["dec_obj_0_members"] = () => new Person(),
        ["dec_obj_1_member"] = () => new Person { Age = 7 },
        ["evo_old_to_new"] = () => new EvoV2 { A = 1, B = "b" },
        ["evo_suppress_default_init"] = () => new Suppress { A = 1, B = 7 },
        ["evo_default_init"] = () => new DefaultInit { A = 1, B = 0 },
        ["vt_old_to_new"] = () => new Vt2 { A = 5, B = "hi" },
        ["vt_new_to_old"] = () => new Vt1 { A = 5, B = "hi" },
        ["vt_full_to_deleted_member"] = () => new VtDeleted { A = 5, C = [1, 2, 3], D = 2.5 },
        ["vt_deleted_member_to_full"] = () => new Vt2 { A = 5, C = [1], D = 2.5 },
        ["vt_gap_to_vt1"] = () => new Vt1 { A = 5 },
        ["vt_to_empty"] = () => new VtEmpty(),
        ["vt_list_new_to_old"] = () => new List<Vt1> { new() { A = 1, B = "x" }, new() { A = 2, B = "y" } },
        ["compat_record_as_pair"] = () => new Pair<int, string> { First = 1, Second = "b" },
        ["compat_tuple_as_record"] = () => new Rec(1, "b"),
    };

    public static TheoryData<string> Names => new(s_expected.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Bytes_of_another_version_are_read_with_defaults_for_what_is_missing(string name)
    {
        var vector = VectorFile.Values[name];
        var probe = TypeTable.Types[vector.Type];

        Assert.Equal(probe.Write(s_expected[name]()), probe.Write(probe.Read(Convert.FromHexString(vector.Hex!), out _)));
    }

    [Fact]
    public void More_members_than_a_plain_type_knows_are_an_error() =>
        Assert.Throws<PayloadException>(() => TypeTable.Types["EvoV1"].Read(Convert.FromHexString(VectorFile.Values["evo_new_to_old"].Hex!), out _));

    [Fact]
    public void No_vector_is_left_out() => Assert.Equal(
        VectorFile.Values.Values.Where(x => x.Kind == "decode" && TypeTable.Types.ContainsKey(x.Type)).Select(x => x.Name).Order(),
        s_expected.Keys.Append("evo_new_to_old").Order());
}
