using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Rpc.Generator.Tests.Harness;

namespace Rpc.Generator.Tests.Payloads;

/// <summary>What is done again for payload types after an edit.</summary>
public sealed class PayloadCachingTests
{
    private const string Player = "namespace N { [Rpc.RpcPayload] public class Player { public int Id; public Item? Item; public Place At; } }";

    private const string Item = "namespace N { public class Item { public string? Name; } public struct Place { public int X, Y; } }";

    private const string Guild = "[assembly: Rpc.RpcPayload(typeof(System.Collections.Generic.List<N.Guild>))] namespace N { public class Guild { public Player? Owner; } }";

    private static readonly CSharpCompilation s_compilation = Target.Net10.Compile(Player, Item, Guild);

    [Fact]
    public void Nothing_runs_again_for_the_same_compilation()
    {
        var again = Generated.From(s_compilation).Again(s_compilation);

        Assert.All(again.Reasons(TrackingNames.PayloadRoots), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
        Assert.All(again.Reasons(TrackingNames.PayloadTypes), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
        Assert.All(Outputs(again), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void An_unrelated_edit_writes_no_file_again()
    {
        var again = Edit(s_compilation.AddSyntaxTrees(Target.Net10.Parse("class Unrelated { }", "Unrelated.cs")));

        Assert.Equal([IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Unchanged], again.Reasons(TrackingNames.PayloadRoots));
        Assert.All(Outputs(again), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void A_method_in_a_payload_type_writes_no_file_again()
    {
        var again = Edit(Replace(0, Player.Replace("public int Id;", "public int Id; public void Hit() { }", StringComparison.Ordinal)));

        Assert.All(again.Reasons(TrackingNames.PayloadRoots), static reason => Assert.Equal(IncrementalStepRunReason.Unchanged, reason));
        Assert.All(Outputs(again), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void An_edit_of_a_type_in_another_file_writes_its_formatter_alone()
    {
        var again = Edit(Replace(1, Item.Replace("string? Name", "string? Name, Label", StringComparison.Ordinal)));

        Assert.All(again.Reasons(TrackingNames.PayloadRoots), static reason => Assert.Equal(IncrementalStepRunReason.Modified, reason));
        Assert.Single(Outputs(again), static reason => reason == IncrementalStepRunReason.Modified);
        Assert.Contains("value.Label", again.File("ItemFormatter"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_that_two_roots_reach_is_written_once()
    {
        var files = Generated.From(s_compilation).Files.Keys;

        Assert.Single(files, static name => name.Contains("PlayerFormatter", StringComparison.Ordinal));
        Assert.Equal(5, files.Count());
    }

    [Fact]
    public void A_type_that_is_no_longer_reached_takes_its_file_with_it_and_comes_back()
    {
        var without = Edit(Replace(0, Player.Replace("public Item? Item;", string.Empty, StringComparison.Ordinal)));
        Assert.DoesNotContain(without.Files.Keys, static name => name.Contains("ItemFormatter", StringComparison.Ordinal));
        Assert.Single(Outputs(without), static reason => reason == IncrementalStepRunReason.Removed);

        Assert.Equal(Generated.From(s_compilation).Files, without.Again(s_compilation).Files);
    }

    [Fact]
    public void A_struct_that_becomes_another_size_changes_who_copies_it()
    {
        var again = Edit(Replace(1, Item.Replace("int X, Y;", "int X, Y; public bool Z;", StringComparison.Ordinal)));

        Assert.Contains("writer.WriteUnmanaged(value.At)", Generated.From(s_compilation).File("PlayerFormatter"), StringComparison.Ordinal);
        Assert.Contains("PlaceFormatter", again.File("PlayerFormatter"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_of_the_files_changes_nothing() => Assert.Equal(
        Generated.From(Target.Net10.Compile(Player, Item, Guild)).Files.OrderBy(static f => f.Key),
        Generated.From(Target.Net10.Compile(Guild, Item, Player)).Files.OrderBy(static f => f.Key));

    [Theory]
    [InlineData("A")]
    [InlineData("B")]
    [InlineData("C")]
    public void The_root_that_a_type_is_reached_from_changes_nothing(string root)
    {
        // All reach all, through a list, a collection type and a union: what one root makes of a type must be what another makes of it.
        const string Types = """
            public class A { public System.Collections.Generic.List<B>? Bs; public I? One; }
            [Rpc.RpcPayload(Rpc.RpcPayloadLayout.Collection)] public class B : System.Collections.Generic.List<C> { }
            public class C : I { public A? Back; public B? Again; }
            [Rpc.RpcUnion(0, typeof(C))] public interface I { }
            """;

        var one = Generated.Cleanly(Target.Net10, $"[assembly: Rpc.RpcPayload(typeof({root}))]" + Types).Files;
        var all = Generated.Cleanly(Target.Net10, "[assembly: Rpc.RpcPayload(typeof(A)), Rpc.RpcPayload(typeof(B)), Rpc.RpcPayload(typeof(C))]" + Types).Files;

        Assert.Equal(
            all.Where(static f => !f.Key.Contains("Registration", StringComparison.Ordinal)).OrderBy(static f => f.Key),
            one.Where(static f => !f.Key.Contains("Registration", StringComparison.Ordinal)).OrderBy(static f => f.Key));
    }

    private static Generated Edit(Compilation edited)
    {
        var first = Generated.From(s_compilation);
        first.AssertClean();
        return first.Again(edited);
    }

    private static CSharpCompilation Replace(int file, string text) =>
        s_compilation.ReplaceSyntaxTree(s_compilation.SyntaxTrees[file], Target.Net10.Parse(text, $"File{file}.cs"));

    private static IEnumerable<IncrementalStepRunReason> Outputs(Generated generated) =>
        generated.Result.TrackedOutputSteps.SelectMany(static s => s.Value).SelectMany(static s => s.Outputs).Select(static o => o.Reason);
}
