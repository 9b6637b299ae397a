namespace Rpc.Connections;

/// <summary>What a handler gets whose caller wants no reports.</summary>
internal sealed class NoProgress<T> : IProgress<T>
{
    public static readonly NoProgress<T> Instance = new();

    public void Report(T value)
    {
    }
}
