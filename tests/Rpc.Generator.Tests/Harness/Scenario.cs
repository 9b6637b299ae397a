using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Tests.Harness;

/// <summary>Compiles contracts and code that uses them, with what the generator writes for them, and runs it in this process.</summary>
internal static class Scenario
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using Rpc;
        global using Rpc.Connections;
        global using Rpc.Generator.Tests.Harness;
        global using Xunit;
        """;

    /// <summary>Runs the method <c>Scenario.RunAsync</c> of the sources.</summary>
    /// <param name="sources">The files.</param>
    public static async Task RunAsync(params string[] sources)
    {
        var context = new AssemblyLoadContext("scenario", isCollectible: true);
        try
        {
            var assembly = Load(context, sources);
            var run = assembly.GetType("Scenario", throwOnError: true)!.GetMethod("RunAsync")!;
            await ((Task)run.Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null)!).WaitAsync(TimeSpan.FromSeconds(60));
        }
        finally
        {
            context.Unload();
        }
    }

    private static Assembly Load(AssemblyLoadContext context, string[] sources)
    {
        var compilation = Target.Net10.Compile([Usings, .. sources]);
        compilation = compilation
            .WithOptions(compilation.Options.WithGeneralDiagnosticOption(ReportDiagnostic.Default))
            .WithAssemblyName("Scenario" + (uint)RuntimeHelpers.GetHashCode(compilation))
            .AddReferences(
                MetadataReference.CreateFromFile(typeof(Scenario).Assembly.Location),
                MetadataReference.CreateFromFile(typeof(Assert).Assembly.Location));
        var generated = Generated.From(compilation);
        Assert.Null(generated.Result.Exception);
        using var stream = new MemoryStream();
        var result = generated.Output.Emit(stream);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(static d => d.Severity == DiagnosticSeverity.Error)));
        stream.Position = 0;
        return context.LoadFromStream(stream);
    }
}
