namespace Rpc.Connections;

/// <summary>Takes the items of a stream, as bytes, on the reader's thread.</summary>
internal interface IItemsTarget
{
    /// <summary>Takes a frame of items, and owns it.</summary>
    void Add(FramePayload payload);

    /// <summary>No more will come.</summary>
    void End(Exception? fault);
}
