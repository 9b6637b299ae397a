namespace Rpc.Abstractions.Tests.Infrastructure;

internal static class Patience
{
    /// <summary>After which a test that waits has failed.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Task Patiently(this Task task) => task.WaitAsync(Limit);

    public static Task<T> Patiently<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task Patiently(this ValueTask task) => task.AsTask().WaitAsync(Limit);

    public static Task<T> Patiently<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Limit);
}
