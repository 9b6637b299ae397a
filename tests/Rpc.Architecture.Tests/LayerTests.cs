using Microsoft.CodeAnalysis;
using Rpc.Architecture.Tests.Sources;
using Xunit;

namespace Rpc.Architecture.Tests;

/// <summary>A layer is a folder, and names only what stands to its left.</summary>
public sealed class LayerTests
{
    /// <summary>The folders of <c>Rpc.Abstractions</c> and what each may name; the root holds what a user names.</summary>
    private static readonly Dictionary<string, string[]> s_library = new()
    {
        ["Internal"] = [],
        ["Buffers"] = [],
        ["Serialization"] = ["Buffers"],
        [""] = ["Buffers", "Serialization"],
        ["Diagnostics"] = ["Buffers", "Serialization", ""],
        ["Protocol"] = ["Buffers", "Serialization", ""],
        ["Transports"] = ["Buffers", "Serialization", "", "Protocol"],
        ["Connections"] = ["Buffers", "Serialization", "", "Protocol", "Transports"],
        ["Client"] = ["Buffers", "Serialization", "", "Protocol", "Transports", "Connections"],
        ["Server"] = ["Buffers", "Serialization", "", "Protocol", "Transports", "Connections"],
        ["Hosting"] = ["Buffers", "Serialization", "", "Protocol", "Transports", "Connections", "Client", "Server"],
    };

    /// <summary>The generator: the pipeline at the root joins the parts, and the parts meet in the model alone. Rules are shared by parsing and analysis.</summary>
    private static readonly Dictionary<string, string[]> s_generator = new()
    {
        ["Internal"] = [],
        ["Model"] = [],
        ["Emit"] = ["Model"],
        ["Parsing"] = ["Model", "Analysis"],
        ["Analysis"] = ["Model", "Parsing"],
        [""] = ["Model", "Parsing", "Emit", "Analysis"],
    };

    /// <summary>Any layer may name these.</summary>
    private static readonly string[] s_open = ["Diagnostics", "Internal"];

    private static readonly string[] s_transportMayName = ["Rpc", "Rpc.Buffers", "Rpc.Diagnostics", "Rpc.Transports"];

    public static TheoryData<string> Transports =>
        [.. SourceProject.Names.Where(static name => name.StartsWith("Rpc.Transport.", StringComparison.Ordinal))];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_layer_of_the_library_names_only_what_stands_to_its_left(bool netStandard) =>
        AssertLayers(SourceProject.Load("Rpc.Abstractions", netStandard), s_library);

    [Fact]
    public void Within_the_generator_parsing_and_emitting_meet_in_the_model_alone() => AssertLayers(SourceProject.Load("Rpc.Generator"), s_generator);

    [Theory]
    [MemberData(nameof(Transports))]
    public void A_transport_names_nothing_of_the_library_but_the_seam(string name)
    {
        foreach (var netStandard in new[] { false, true })
        {
            var library = SourceProject.Load("Rpc.Abstractions", netStandard);
            var transport = SourceProject.Load(name, netStandard);
            var found = 0;
            foreach (var usage in transport.Trees.SelectMany(tree => Usage.In(tree, transport.Compilation)))
            {
                if (usage.Type is { } type && type.ContainingAssembly?.Name == library.Name)
                {
                    found++;
                    var used = type.ContainingNamespace.ToDisplayString();
                    Assert.True(s_transportMayName.Contains(used), $"{usage.Location} names {type.ToDisplayString()}: a transport knows only {string.Join(", ", s_transportMayName)}.");
                }
            }

            Assert.True(found > 0, "Nothing was found: the test does not see what it should.");
        }
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public void A_transport_references_the_library_alone(string name) =>
        Assert.Equal(["Rpc.Abstractions"], ProjectFile.Load($"src/{name}/{name}.csproj").ProjectReferences);

    [Theory]
    [InlineData("Rpc.Abstractions")]
    [InlineData("Rpc.Generator.CodeFixes")]
    public void The_library_and_the_code_fixes_reference_no_project(string name) =>
        Assert.Empty(ProjectFile.Load($"src/{name}/{name}.csproj").ProjectReferences);

    [Fact]
    public void The_generator_references_only_what_is_packed_beside_it() =>
        Assert.Equal(["Rpc.Generator.CodeFixes"], ProjectFile.Load("src/Rpc.Generator/Rpc.Generator.csproj").ProjectReferences);

    private static void AssertLayers(SourceProject project, Dictionary<string, string[]> layers)
    {
        var wrong = new List<string>();
        var crossings = 0;
        foreach (var tree in project.Trees)
        {
            var layer = LayerOf(project, tree.FilePath);
            Assert.True(layers.TryGetValue(layer, out var allowed), $"{tree.FilePath}: the layer '{layer}' is not known. Give it a place in the order.");
            foreach (var usage in Usage.In(tree, project.Compilation))
            {
                var used = usage.Type?.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree;
                if (used is null || used.FilePath.Length == 0 || LayerOf(project, used.FilePath) is var other && other == layer)
                {
                    continue;
                }

                crossings++;
                if (!allowed!.Contains(other) && !s_open.Contains(other))
                {
                    wrong.Add($"{usage.Location}: {Name(layer)} names {usage.Type!.ToDisplayString()} of {Name(other)}");
                }
            }
        }

        Assert.True(wrong.Count == 0, $"Layers may name only what stands to their left:\n{string.Join('\n', wrong)}");
        Assert.True(crossings > 0, "No layer names another: the test does not see what it should.");
    }

    private static string LayerOf(SourceProject project, string path)
    {
        var relative = Path.GetRelativePath(project.Folder, path).Replace('\\', '/');
        var slash = relative.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? "" : relative[..slash];
    }

    private static string Name(string layer) => layer.Length == 0 ? "the root" : layer;
}
