namespace Rpc.Connections;

/// <summary>A stretch of a session's bytes in one array. Used over and over: see <see cref="ReplayBlocks"/>.</summary>
internal sealed class ReplayBlock
{
    /// <param name="pool">Where it goes when it is dropped and no longer pinned.</param>
    /// <param name="array">Its memory, for good.</param>
    public ReplayBlock(ReplayBlocks pool, byte[] array)
    {
        Pool = pool;
        Array = array;
    }

    public ReplayBlocks Pool { get; }

    public byte[] Array { get; }

    /// <summary>How many bytes of <see cref="Array"/> are filled, from its start on.</summary>
    public int Length { get; set; }

    /// <summary>Where the first byte stands in the session.</summary>
    public long Offset { get; set; }

    /// <summary>Writes under way.</summary>
    public int Pins { get; set; }

    /// <summary>Whether it goes back to the pool with the last pin.</summary>
    public bool IsDropped { get; set; }

    /// <summary>The next in the session, or in the pool.</summary>
    public ReplayBlock? Next { get; set; }
}
