using System.Diagnostics;
using System.Text;

namespace Rpc.Packaging.Tests;

/// <summary>Runs programs as a user does.</summary>
internal static class DotNet
{
    /// <summary>Runs <c>dotnet</c> and wants success.</summary>
    public static Task<string> RunAsync(string folder, params string[] arguments) =>
        RunProgramAsync(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", folder, arguments);

    /// <summary>Runs a program and wants success.</summary>
    /// <returns>What it wrote.</returns>
    public static async Task<string> RunProgramAsync(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What the test runner's own build set must not reach a build that knows nothing of it.
        foreach (var name in start.Environment.Keys.Where(static name =>
            name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase) || name is "Configuration" or "VSTEST_CONNECTION_TIMEOUT").ToList())
        {
            start.Environment.Remove(name);
        }

        // No server process outlives the test.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";

        using var process = Process.Start(start)!;
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end:\n{output}");
        }

        return process.ExitCode == 0
            ? output.ToString()
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{output}");
    }

    private static void Append(StringBuilder output, string? line)
    {
        lock (output)
        {
            output.Append(line).Append('\n');
        }
    }
}
