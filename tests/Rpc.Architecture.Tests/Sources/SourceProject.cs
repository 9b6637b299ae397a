using System.Collections.Concurrent;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Rpc.Architecture.Tests.Sources;

/// <summary>A project of <c>src</c>, compiled from its sources so that each name in them is known by its symbol.</summary>
/// <remarks>Source generators do not run: the partial methods that they would complete are names all the same.</remarks>
internal sealed class SourceProject
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    /// <summary>The symbols of both target frameworks: every branch of the sources is read by one or the other.</summary>
    private static readonly string[] s_netSymbols = ["NET", "NETCOREAPP", "NET5_0_OR_GREATER", "NET6_0_OR_GREATER", "NET7_0_OR_GREATER", "NET8_0", "NET8_0_OR_GREATER"];
    private static readonly string[] s_netStandardSymbols = ["NETSTANDARD", "NETSTANDARD2_0_OR_GREATER", "NETSTANDARD2_1", "NETSTANDARD2_1_OR_GREATER"];

    private static readonly ConcurrentDictionary<(string Name, bool NetStandard), Lazy<SourceProject>> s_loaded = new();

    private SourceProject(string name, CSharpCompilation compilation)
    {
        Name = name;
        Compilation = compilation;
    }

    public string Name { get; }

    public string Folder => $"src/{Name}";

    public CSharpCompilation Compilation { get; }

    /// <summary>The root namespace: the project's own setting, or its name.</summary>
    public string RootNamespace => RootNamespaceOf(Name);

    /// <summary>The sources, without the usings that the SDK adds.</summary>
    public IEnumerable<SyntaxTree> Trees => Compilation.SyntaxTrees.Where(static tree => tree.FilePath.Length > 0);

    public static IEnumerable<string> Names => Repository.Files("src", "*.csproj").Select(static path => Path.GetFileNameWithoutExtension(path));

    public static string RootNamespaceOf(string name) =>
        XDocument.Load(Repository.PathOf($"src/{name}/{name}.csproj")).Descendants("RootNamespace").FirstOrDefault()?.Value ?? name;

    /// <summary>Compiles a project, once.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="netStandard">Whether with the symbols of netstandard2.1 rather than net8.0.</param>
    public static SourceProject Load(string name, bool netStandard = false) =>
        s_loaded.GetOrAdd((name, netStandard), static key => new Lazy<SourceProject>(() => Compile(key.Name, key.NetStandard))).Value;

    private static SourceProject Compile(string name, bool netStandard)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.None, preprocessorSymbols: netStandard ? s_netStandardSymbols : s_netSymbols);
        var trees = Repository.Files($"src/{name}", "*.cs")
            .Select(path => CSharpSyntaxTree.ParseText(Repository.Read(path), options, path))
            .Prepend(CSharpSyntaxTree.ParseText(ImplicitUsings, options));
        var references = ProjectFile.Load($"src/{name}/{name}.csproj").ProjectReferences.Select(reference => Load(reference, netStandard).Compilation.ToMetadataReference());
        var compilation = CSharpCompilation.Create(
            name,
            trees,
            [.. References.Platform, .. references],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        return new SourceProject(name, compilation);
    }
}
