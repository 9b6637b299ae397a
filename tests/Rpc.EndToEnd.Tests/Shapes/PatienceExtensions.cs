namespace Rpc.EndToEnd.Tests.Shapes;

internal static class PatienceExtensions
{
    /// <summary>The stream, each of whose items must come within the patience of a test.</summary>
    public static async IAsyncEnumerable<T> WithPatience<T>(this IAsyncEnumerable<T> items)
    {
        await using var reader = items.GetAsyncEnumerator();
        while (await reader.MoveNextAsync().AsTask().WaitAsync(World.Patience))
        {
            yield return reader.Current;
        }
    }
}
