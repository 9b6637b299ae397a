namespace Rpc.Transport.WebSockets.Tests.Support;

internal static class TestTimeouts
{
    /// <summary>Longer than any step of a test takes on the slowest machine; reached only by a step that hangs.</summary>
    public static TimeSpan HangGuard { get; } = TimeSpan.FromSeconds(30);
}
