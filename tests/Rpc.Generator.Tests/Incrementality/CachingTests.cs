using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Rpc.Generator.Tests.Harness;

namespace Rpc.Generator.Tests.Incrementality;

/// <summary>What is done again after an edit, step by step.</summary>
public sealed class CachingTests
{
    private const string Game = """
        using System.Threading.Tasks;
        namespace N { [Rpc.RpcService] public interface IGame { ValueTask<int> AddAsync(int a, int b); } }
        """;

    private const string Chat = """
        using System.Threading.Tasks;
        namespace N { [Rpc.RpcService] public interface IChat : IBase { ValueTask SayAsync(string text); } }
        """;

    private const string Base = """
        using System.Threading.Tasks;
        namespace N { public interface IBase { ValueTask BaseAsync(); } }
        """;

    private static readonly CSharpCompilation s_compilation = Target.Net10.Compile(Game, Chat, Base);

    [Fact]
    public void Nothing_runs_again_for_the_same_compilation()
    {
        var again = Generated.From(s_compilation).Again(s_compilation);

        AssertReasons(again, TrackingNames.ContractRoots, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached);
        AssertReasons(again, TrackingNames.Contracts, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached);
        AssertReasons(again, TrackingNames.Transports, IncrementalStepRunReason.Cached);
        AssertReasons(again, TrackingNames.Registrations, IncrementalStepRunReason.Cached);
        Assert.All(Outputs(again), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void An_unrelated_edit_writes_no_file_again()
    {
        var again = Edit(s_compilation.AddSyntaxTrees(Target.Net10.Parse("class Unrelated { }", "Unrelated.cs")));

        AssertReasons(again, TrackingNames.ContractRoots, IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Unchanged);
        AssertReasons(again, TrackingNames.Contracts, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached);
        AssertReasons(again, TrackingNames.Transports, IncrementalStepRunReason.Unchanged);
        AssertReasons(again, TrackingNames.Environment, IncrementalStepRunReason.Unchanged);
        AssertReasons(again, TrackingNames.Registrations, IncrementalStepRunReason.Cached);
        Assert.All(Outputs(again), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void A_comment_in_a_contract_writes_no_file_again()
    {
        var again = Edit(Replace(0, Game.Replace("ValueTask<int>", "/* adds */ ValueTask<int>", StringComparison.Ordinal)));

        AssertReasons(again, TrackingNames.ContractRoots, IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Unchanged);
        Assert.All(Outputs(again), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void An_edit_of_one_contract_writes_its_file_alone()
    {
        var again = Edit(Replace(0, Game.Replace("int a", "long a", StringComparison.Ordinal)));

        AssertReasons(again, TrackingNames.ContractRoots, IncrementalStepRunReason.Modified, IncrementalStepRunReason.Unchanged);
        AssertReasons(again, TrackingNames.Contracts, IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached);
        AssertReasons(again, TrackingNames.Registrations, IncrementalStepRunReason.Cached);
        Assert.Single(Outputs(again), static reason => reason == IncrementalStepRunReason.Modified);
    }

    [Fact]
    public void An_edit_of_a_base_in_another_file_writes_the_derived_contract()
    {
        var again = Edit(Replace(2, Base.Replace("BaseAsync", "RenamedAsync", StringComparison.Ordinal)));

        AssertReasons(again, TrackingNames.ContractRoots, IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Modified);
        Assert.Contains("RenamedAsync", again.File("IChat"), StringComparison.Ordinal);
        Assert.Single(Outputs(again), static reason => reason == IncrementalStepRunReason.Modified);
    }

    [Fact]
    public void A_contract_that_is_added_writes_its_file_and_the_registration()
    {
        var again = Edit(s_compilation.AddSyntaxTrees(Target.Net10.Parse("[Rpc.RpcService] public interface IMore { void More(); }", "More.cs")));

        AssertReasons(again, TrackingNames.Contracts, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached, IncrementalStepRunReason.New);
        AssertReasons(again, TrackingNames.Registrations, IncrementalStepRunReason.Modified);
        Assert.Contains("IMore", again.File("Registration"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_contract_that_is_removed_takes_its_file_with_it()
    {
        var again = Edit(s_compilation.RemoveSyntaxTrees(s_compilation.SyntaxTrees[1]));

        Assert.DoesNotContain(again.Files.Keys, static name => name.Contains("IChat", StringComparison.Ordinal));
        Assert.DoesNotContain("IChat", again.File("Registration"), StringComparison.Ordinal);
        AssertReasons(again, TrackingNames.Contracts, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Removed);
    }

    [Fact]
    public void A_contract_that_breaks_takes_its_file_and_no_other_with_it_and_comes_back_mended()
    {
        var broken = Edit(Replace(0, Game.Replace("ValueTask<int>", "int", StringComparison.Ordinal)));
        Assert.DoesNotContain(broken.Files.Keys, static name => name.Contains("IGame", StringComparison.Ordinal));
        Assert.Contains("IChat", broken.File("Registration"), StringComparison.Ordinal);

        var mended = broken.Again(s_compilation);
        Assert.Equal(Generated.From(s_compilation).Files, mended.Files);
    }

    [Fact]
    public void The_order_of_the_files_changes_nothing()
    {
        var forward = Generated.From(Target.Net10.Compile(Game, Chat, Base)).Files;
        var backward = Generated.From(Target.Net10.Compile(Base, Chat, Game)).Files;

        Assert.Equal(forward.OrderBy(static f => f.Key), backward.OrderBy(static f => f.Key));
    }

    [Fact]
    public void The_order_of_the_parts_of_a_contract_changes_nothing()
    {
        const string One = "[Rpc.RpcService] public partial interface IGame { void A(int x); [Rpc.RpcMethod(Name = \"D\")] void B(); }";
        const string Two = "public partial interface IGame { void C(); [Rpc.RpcMethod(Name = \"E\")] void A(string x); }";

        Assert.Equal(
            Generated.Cleanly(Target.Net10, One, Two).Files.OrderBy(static f => f.Key),
            Generated.Cleanly(Target.Net10, Two, One).Files.OrderBy(static f => f.Key));
    }

    [Fact]
    public void No_compilation_is_kept_alive()
    {
        var (driver, kept) = RunTwice();
        for (var i = 0; i < 10 && kept.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(kept.IsAlive);
        GC.KeepAlive(driver);
    }

    // The driver itself holds the last compilation; what came before it must be held by nothing.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (GeneratorDriver Driver, WeakReference Kept) RunTwice()
    {
        var first = Target.Net10.Compile(Game, Chat, Base);
        var second = Target.Net10.Compile(Game, Chat, Base);
        var run = Generated.From(first).Again(second);
        return (run.Driver, new WeakReference(first));
    }

    private static Generated Edit(Compilation edited)
    {
        var first = Generated.From(s_compilation);
        first.AssertClean();
        return first.Again(edited);
    }

    private static CSharpCompilation Replace(int file, string text) =>
        s_compilation.ReplaceSyntaxTree(s_compilation.SyntaxTrees[file], Target.Net10.Parse(text, $"File{file}.cs"));

    private static void AssertReasons(Generated generated, string step, params IncrementalStepRunReason[] reasons) =>
        Assert.Equal(reasons, generated.Reasons(step));

    private static IEnumerable<IncrementalStepRunReason> Outputs(Generated generated) =>
        generated.Result.TrackedOutputSteps.SelectMany(static s => s.Value).SelectMany(static s => s.Outputs).Select(static o => o.Reason);
}
