using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Rpc.Generator.Tests.Harness;

/// <summary>A framework and language that users compile for.</summary>
public sealed class Target
{
    private Target(string name, LanguageVersion language, IEnumerable<string> references, params string[] symbols)
    {
        Name = name;
        ParseOptions = new CSharpParseOptions(language, DocumentationMode.Diagnose, preprocessorSymbols: symbols);
        References = [.. references.Select(static path => MetadataReference.CreateFromFile(path))];
    }

    /// <summary>The newest: net10.0, C# 14, the net8.0 build of the runtime.</summary>
    public static Target Net10 { get; } = new(
        "net10.0",
        LanguageVersion.CSharp14,
        [.. Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*.dll").Where(IsManaged), typeof(RpcConnection).Assembly.Location],
        "NET8_0_OR_GREATER");

    /// <summary>The oldest: netstandard2.1, C# 9, as Unity, Godot and Mono compile.</summary>
    public static Target NetStandard { get; } = new(
        "netstandard2.1",
        LanguageVersion.CSharp9,
        [.. Directory.GetFiles(Refs("netstandard2.1"), "*.dll"), .. Directory.GetFiles(Refs("runtime-netstandard2.1"), "*.dll")]);

    public string Name { get; }

    public CSharpParseOptions ParseOptions { get; }

    public IReadOnlyList<MetadataReference> References { get; }

    /// <summary>The target of a name, for theories.</summary>
    public static Target Named(string name) => name == Net10.Name ? Net10 : NetStandard;

    public override string ToString() => Name;

    /// <summary>Compiles sources named <c>File0.cs</c>, <c>File1.cs</c>, … as a library with nullable annotations and all warnings on.</summary>
    public CSharpCompilation Compile(params string[] sources) => CSharpCompilation.Create(
        "Tested",
        sources.Select((source, i) => Parse(source, $"File{i}.cs")),
        References,
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            warningLevel: 9999,
            allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Enable,
            generalDiagnosticOption: ReportDiagnostic.Error,
            // CS1701, CS1702: assemblies of older versions, which the SDK suppresses too.
            specificDiagnosticOptions: new Dictionary<string, ReportDiagnostic> { ["CS1701"] = ReportDiagnostic.Suppress, ["CS1702"] = ReportDiagnostic.Suppress }));

    /// <summary>Compiles a source as another assembly, <c>Lib</c>.</summary>
    /// <param name="source">The source; its warnings are no matter.</param>
    /// <param name="isReferenceAssembly">Whether private members are left out, as in what one project shows another.</param>
    public MetadataReference Reference(string source, bool isReferenceAssembly = false)
    {
        var image = new MemoryStream();
        var compilation = Compile(source).WithAssemblyName("Lib");
        var result = compilation
            .WithOptions(compilation.Options.WithGeneralDiagnosticOption(ReportDiagnostic.Default))
            .Emit(image, options: new Microsoft.CodeAnalysis.Emit.EmitOptions(metadataOnly: isReferenceAssembly, includePrivateMembers: !isReferenceAssembly));
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    public SyntaxTree Parse(string source, string path, LanguageVersion? language = null) =>
        CSharpSyntaxTree.ParseText(source, language is { } version ? ParseOptions.WithLanguageVersion(version) : ParseOptions, path, System.Text.Encoding.UTF8);

    private static string Refs(string folder) => Path.Combine(AppContext.BaseDirectory, "refs", folder);

    private static bool IsManaged(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return (name.StartsWith("System.", StringComparison.Ordinal) && !name.EndsWith(".Native", StringComparison.Ordinal)) || name is "mscorlib" or "netstandard";
    }
}
