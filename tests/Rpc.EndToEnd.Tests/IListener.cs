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
    private int _value;

    public static int Writes;

    public int Value
    {
        get
        {
            Interlocked.Increment(ref Writes);
            return _value;
        }
        set => _value = value;
    }
}
