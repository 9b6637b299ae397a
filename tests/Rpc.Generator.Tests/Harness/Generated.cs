using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Rpc.Generator.Tests.Harness;

/// <summary>What the generator made of a compilation.</summary>
public sealed class Generated
{
    private Generated(GeneratorDriver driver, Compilation output)
    {
        Driver = driver;
        Output = output;
        Result = driver.GetRunResult().Results.Single();
    }

    public GeneratorDriver Driver { get; }

    /// <summary>The compilation with the generated files.</summary>
    public Compilation Output { get; }

    public GeneratorRunResult Result { get; }

    /// <summary>The generated files, by their names.</summary>
    public IReadOnlyDictionary<string, string> Files => Result.GeneratedSources.ToDictionary(static s => s.HintName, static s => s.SourceText.ToString());

    /// <summary>The warnings and errors of the compilation with the generated files. That tests do not document their own types is none.</summary>
    public ImmutableArray<Diagnostic> Problems =>
    [
        .. Output.GetDiagnostics().Where(static d =>
            d.Severity >= DiagnosticSeverity.Warning && !(d.Id == "CS1591" && d.Location.SourceTree?.FilePath.StartsWith("File", StringComparison.Ordinal) == true)),
    ];

    public static Generated From(Compilation compilation) => Run(NewDriver(compilation), compilation);

    /// <summary>Generates for sources and checks that all compiles without a warning.</summary>
    public static Generated Cleanly(Target target, params string[] sources)
    {
        var generated = From(target.Compile(sources));
        generated.AssertClean();
        return generated;
    }

    /// <summary>Runs again after an edit.</summary>
    public Generated Again(Compilation compilation) => Run(Driver, compilation);

    /// <summary>The one generated file whose name contains a text.</summary>
    public string File(string part) => Files.Single(f => f.Key.Contains(part, StringComparison.Ordinal)).Value;

    public void AssertClean()
    {
        Assert.Null(Result.Exception);
        Assert.Empty(Result.Diagnostics);
        if (Problems.Length > 0)
        {
            Assert.Fail(string.Join('\n', Problems) + "\n\n" + string.Join('\n', Files.Values));
        }
    }

    /// <summary>Why each output of a named step was made: cached, unchanged, modified, new or removed.</summary>
    public IEnumerable<IncrementalStepRunReason> Reasons(string step) => Result.TrackedSteps.TryGetValue(step, out var steps)
        ? steps.SelectMany(static s => s.Outputs).Select(static o => o.Reason)
        : [];

    private static CSharpGeneratorDriver NewDriver(Compilation compilation) => CSharpGeneratorDriver.Create(
        [new RpcGenerator().AsSourceGenerator()],
        parseOptions: (CSharpParseOptions)compilation.SyntaxTrees.First().Options,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    private static Generated Run(GeneratorDriver driver, Compilation compilation) =>
        new(driver.RunGeneratorsAndUpdateCompilation(compilation, out var output, out _), output);
}
