namespace Rpc.EndToEnd.Tests;

/// <summary>What the members of a group serve.</summary>
[RpcService]
public interface IListener
{
    void Hear(int number);

    void HearCounted(Counted value);

    void HearBytes(byte[] bytes);

    [RpcMethod(OneWay = true)]
    ValueTask HearAsync(int number);

    ValueTask<int> AskAsync();

    IAsyncEnumerable<int> StreamAsync();
}

/// <summary>A payload that counts how often it is written.</summary>
public sealed class Counted
{
    private static int s_writes;
    private int _value;

    public static int Writes => Volatile.Read(ref s_writes);

    public int Value
    {
        get
        {
            Interlocked.Increment(ref s_writes);
            return _value;
        }
        set => _value = value;
    }
}
