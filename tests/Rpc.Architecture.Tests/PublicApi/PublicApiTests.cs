using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Rpc.Architecture.Tests.Sources;
using Xunit;

namespace Rpc.Architecture.Tests.PublicApi;

/// <summary>What each shipped library offers is written down, so that a change of it is seen and meant.</summary>
public sealed class PublicApiTests
{
    private const string Folder = "tests/Rpc.Architecture.Tests/PublicApi";
    private const string Switch = "UPDATE_PUBLIC_API";

    public static TheoryData<string> Libraries =>
        [.. SourceProject.Names.Where(static name => !name.StartsWith("Rpc.Generator", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_offers_what_was_approved(string name)
    {
        var actual = ApiListing.Of(Assembly(name));
        var file = $"{Folder}/{name}.txt";
        if (Environment.GetEnvironmentVariable(Switch) == "1")
        {
            File.WriteAllText(Repository.PathOf(file), actual);
            return;
        }

        var approved = File.Exists(Repository.PathOf(file)) ? Repository.Read(file).ReplaceLineEndings("\n") : "";
        Assert.True(approved == actual, $"{name} offers something else than {file} says:\n{Difference(approved, actual)}\nIf it is meant: {Switch}=1 dotnet test tests/Rpc.Architecture.Tests");
    }

    [Fact]
    public void A_listing_shows_nullability_defaults_constraints_and_only_what_is_offered()
    {
        const string Source = """
            #nullable enable
            namespace N
            {
                public class Shown<T> where T : class
                {
                    public Shown(int size = 5, string? text = null) { }
                    public T? Value { get; protected set; }
                    protected virtual void Changed() { }
                    internal void Hidden() { }
                }

                internal class Unseen { }

                public enum Level : byte { Low = 1, High = 2 }
            }
            """;
        var compilation = CSharpCompilation.Create("Sample", [CSharpSyntaxTree.ParseText(Source)], References.Platform, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));

        var expected = """
            public enum N.Level : byte
                Low = 1
                High = 2

            public class N.Shown<T> where T : class
                protected virtual void Changed()
                public Shown(int size = 5, string? text = null)
                public T? Value { get; protected set; }


            """;
        Assert.Equal(expected.ReplaceLineEndings("\n"), ApiListing.Of(compilation.Assembly));
    }

    private static IAssemblySymbol Assembly(string name)
    {
        var reference = References.Product.Single(reference => Path.GetFileNameWithoutExtension(reference.FilePath) == name);
        var compilation = CSharpCompilation.Create("Listing", references: [.. References.Platform, .. References.Product]);
        return (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(reference)!;
    }

    /// <summary>The lines that one has and the other has not, each under its type.</summary>
    private static string Difference(string approved, string actual)
    {
        var before = Lines(approved);
        var after = Lines(actual);
        var lines = before.Except(after).Select(static line => (line, sign: '-')).Concat(after.Except(before).Select(static line => (line, sign: '+')))
            .OrderBy(static change => change.line.Type, StringComparer.Ordinal)
            .ThenBy(static change => change.line.Member, StringComparer.Ordinal)
            .Select(static change => $"{change.sign} {change.line.Type}{(change.line.Member.Length == 0 ? "" : $"\n      {change.line.Member}")}")
            .ToList();
        return lines.Count <= 60 ? string.Join('\n', lines) : string.Join('\n', lines.Take(60)) + $"\n… and {lines.Count - 60} more";
    }

    private static List<(string Type, string Member)> Lines(string listing)
    {
        var lines = new List<(string, string)>();
        var type = "";
        foreach (var line in listing.Split('\n').Where(static line => line.Length > 0))
        {
            if (line[0] != ' ')
            {
                type = line;
                lines.Add((type, ""));
            }
            else
            {
                lines.Add((type, line.Trim()));
            }
        }

        return lines;
    }
}
