namespace Rpc.Transport.Udp.Internal;

/// <summary>Something that a <see cref="DeadlineQueue"/> wakes.</summary>
internal interface IDeadlineItem
{
    /// <summary>Its place in the queue, which only the queue changes; -1 when it is in none.</summary>
    int HeapIndex { get; set; }

    /// <summary>When it is woken (µs), which only the queue changes.</summary>
    long WakeAt { get; set; }

    /// <summary>The deadline has come, or an earlier one that was put off since. May be called by several threads, but not at once for one wake.</summary>
    void OnDeadline(long now);
}
