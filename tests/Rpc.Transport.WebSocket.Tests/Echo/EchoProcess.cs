using System.Diagnostics;
using Rpc.Transport.WebSockets.Tests.Support;

namespace Rpc.Transport.WebSockets.Tests.Echo;

/// <summary>The echo program, run as it is run by hand.</summary>
public sealed class EchoProcess : IAsyncDisposable
{
    private readonly Process _process;

    private EchoProcess(Process process) => _process = process;

    /// <summary>What the program said first.</summary>
    public string FirstLine { get; private set; } = "";

    /// <summary>Starts the program and waits for its first line.</summary>
    public static async Task<EchoProcess> StartAsync(params string[] arguments)
    {
        // Both projects build to …/tests/<project>/bin/<configuration>/<framework>.
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(
            here.Parent!.Parent!.Parent!.Parent!.FullName, "Rpc.WebSocketEcho", "bin", here.Parent.Name, here.Name, "Rpc.WebSocketEcho.dll");
        Assert.True(File.Exists(program), program);
        var start = new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath! : "dotnet")
        {
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add(program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var echo = new EchoProcess(Process.Start(start)!);
        echo.FirstLine = await echo._process.StandardOutput.ReadLineAsync().WaitAsync(TestTimeouts.HangGuard) ?? "";
        return echo;
    }

    /// <summary>Waits until the program ends by itself.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TestTimeouts.HangGuard);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(TestTimeouts.HangGuard);
        _process.Dispose();
    }
}
