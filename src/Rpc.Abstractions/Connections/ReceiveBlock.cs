using System.Buffers;

namespace Rpc.Connections;

/// <summary>Received bytes that several frames lie in. Each frame holds a reference; the array goes back to the pool with the last.</summary>
internal sealed class ReceiveBlock
{
    private int _references;

    public byte[] Array { get; private set; } = [];

    /// <summary>Rents a block with one reference, the caller's.</summary>
    public static ReceiveBlock Rent(int size)
    {
        var block = ObjectPool<ReceiveBlock>.TryRent() ?? new ReceiveBlock();
        block.Array = ArrayPool<byte>.Shared.Rent(size);
        block._references = 1;
        return block;
    }

    /// <summary>Takes over an array of the shared pool, with one reference, the caller's.</summary>
    public static ReceiveBlock Wrap(byte[] array)
    {
        var block = ObjectPool<ReceiveBlock>.TryRent() ?? new ReceiveBlock();
        block.Array = array;
        block._references = 1;
        return block;
    }

    public void AddReferences(int count) => Interlocked.Add(ref _references, count);

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            ArrayPool<byte>.Shared.Return(Array);
            Array = [];
            ObjectPool<ReceiveBlock>.Return(this);
        }
    }
}
