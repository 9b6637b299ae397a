using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rpc.Architecture.Tests.Sources;
using Xunit;

namespace Rpc.Architecture.Tests;

/// <summary>What the sources may not do, whoever writes them.</summary>
public sealed class CodeRuleTests
{
    /// <summary>Time is read from a <see cref="TimeProvider"/>, threads are not blocked, types are not looked up at run time, a library does not write to the console.</summary>
    private static readonly string[] s_bannedMembers =
    [
        "System.Threading.Thread.Sleep",
        "System.DateTime.Now",
        "System.DateTime.UtcNow",
        "System.DateTimeOffset.Now",
        "System.DateTimeOffset.UtcNow",
        "System.Environment.TickCount",
        "System.Environment.TickCount64",
        "System.Diagnostics.Stopwatch.StartNew",
        "System.Diagnostics.Stopwatch.GetTimestamp",
        "System.Threading.Tasks.Task.Wait",
        "System.Threading.Tasks.Task.WaitAll",
        "System.Threading.Tasks.Task.WaitAny",
        "System.Activator.CreateInstance",
        "System.Type.GetType",
        "System.Type.MakeGenericType",
        "System.Type.GetMethod",
        "System.Type.GetMethods",
        "System.Type.GetProperties",
        "System.Type.GetConstructors",
        "System.Reflection.Assembly.GetType",
        "System.Reflection.Assembly.GetTypes",
        "System.Reflection.Assembly.Load",
        "System.Reflection.MethodInfo.MakeGenericMethod",
        "System.GC.Collect",
    ];

    /// <summary>Who may do it all the same, and why.</summary>
    private static readonly Dictionary<string, string> s_exceptions = new()
    {
        ["src/Rpc.Abstractions/Diagnostics/CallTrace.cs"] = "A call's duration for the meters is what really passed, and read only where somebody listens.",
    };

    private static readonly string[] s_bannedNamespaces = ["System.Reflection.Emit", "System.Linq.Expressions", "System.Runtime.Serialization.Formatters.Binary"];

    public static TheoryData<string> Libraries =>
        [.. SourceProject.Names.Where(static name => !name.StartsWith("Rpc.Generator", StringComparison.Ordinal))];

    public static TheoryData<string> Projects => [.. SourceProject.Names];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_makes_no_banned_call(string name)
    {
        var project = SourceProject.Load(name);
        var wrong = new List<string>();
        foreach (var usage in project.Trees.Where(static tree => !s_exceptions.ContainsKey(tree.FilePath)).SelectMany(tree => Usage.In(tree, project.Compilation)))
        {
            var member = $"{usage.Type?.ToDisplayString()}.{usage.Symbol.Name}";
            if (s_bannedMembers.Contains(member)
                || usage.Type?.ToDisplayString() == "System.Console"
                || s_bannedNamespaces.Contains(usage.Symbol.ContainingNamespace?.ToDisplayString()))
            {
                wrong.Add($"{usage.Location}: {member}");
            }
            else if (member is "System.Threading.Tasks.Task.Delay" && usage.Symbol is IMethodSymbol delay && !delay.Parameters.Any(static parameter => parameter.Type.Name == "TimeProvider"))
            {
                wrong.Add($"{usage.Location}: Task.Delay without the clock");
            }
        }

        Assert.True(wrong.Count == 0, $"Banned in a library:\n{string.Join('\n', wrong)}");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Nothing_is_async_void(string name)
    {
        foreach (var tree in SourceProject.Load(name).Trees)
        {
            foreach (var method in tree.GetRoot().DescendantNodes().Where(static node => node is MethodDeclarationSyntax or LocalFunctionStatementSyntax))
            {
                var (modifiers, returned) = method is MethodDeclarationSyntax declared
                    ? (declared.Modifiers, declared.ReturnType)
                    : (((LocalFunctionStatementSyntax)method).Modifiers, ((LocalFunctionStatementSyntax)method).ReturnType);
                Assert.False(
                    modifiers.Any(SyntaxKind.AsyncKeyword) && returned is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword },
                    $"{tree.FilePath}({method.GetLocation().GetLineSpan().StartLinePosition.Line + 1}) is async void.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_file_declares_one_type(string name)
    {
        foreach (var tree in SourceProject.Load(name).Trees.Where(static tree => !tree.FilePath.EndsWith("/Polyfills.cs", StringComparison.Ordinal)))
        {
            var types = tree.GetRoot().DescendantNodes()
                .Where(static node => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax && node.Parent is BaseNamespaceDeclarationSyntax or CompilationUnitSyntax)
                .Where(static node => node.Parent is BaseNamespaceDeclarationSyntax)
                .Select(static node => node is BaseTypeDeclarationSyntax type ? type.Identifier.Text : ((DelegateDeclarationSyntax)node).Identifier.Text)
                .Distinct()
                .ToList();
            Assert.True(types.Count <= 1 || IsFamily(tree), $"{tree.FilePath} declares {string.Join(", ", types)}.");
        }
    }

    [Fact]
    public void Nothing_is_left_for_later()
    {
        string[] marks = ["TODO", "FIXME", "HACK", "NotImplementedException"];
        foreach (var path in Repository.Files("src", "*.cs").Concat(Repository.Files("examples", "*.cs")))
        {
            var text = Repository.Read(path);
            Assert.All(marks, mark => Assert.False(text.Contains(mark, StringComparison.Ordinal), $"{path} has a {mark}."));
        }
    }

    [Fact]
    public void No_test_sleeps_or_is_skipped()
    {
        foreach (var path in Repository.Files("tests", "*.cs"))
        {
            var root = CSharpSyntaxTree.ParseText(Repository.Read(path), new CSharpParseOptions(LanguageVersion.Preview)).GetRoot();
            foreach (var call in root.DescendantNodes().OfType<InvocationExpressionSyntax>().Select(static call => call.Expression.ToString()))
            {
                Assert.False(call is "Thread.Sleep" or "Task.Delay", $"{path} calls {call}: await an event, or advance a clock.");
            }

            var skipped = root.DescendantNodes().OfType<AttributeArgumentSyntax>()
                .Any(static argument => argument.NameEquals?.Name.Identifier.Text == "Skip" && argument.Parent?.Parent is AttributeSyntax { Name: var attribute } && attribute.ToString() is "Fact" or "Theory");
            Assert.False(skipped, $"{path} skips a test.");
        }
    }

    /// <summary>A set of small attributes or of the arities of one type reads better in one file; it says so by its name's plural.</summary>
    private static bool IsFamily(SyntaxTree tree) => Path.GetFileNameWithoutExtension(tree.FilePath).EndsWith('s');
}
