using System.Diagnostics;

namespace Rpc.EndToEnd.Tests;

/// <summary>Waits for what no event tells: what happens beside the event that a test can await.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition)
    {
        for (var start = Stopwatch.GetTimestamp(); !condition(); await Task.Yield())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < World.Patience, "It never became true.");
        }
    }
}
