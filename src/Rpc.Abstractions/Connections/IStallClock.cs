namespace Rpc.Connections;

/// <summary>When the monitor of blocked workers looks.</summary>
internal interface IStallClock
{
    /// <summary>Waits for <see cref="Wake"/>; one that came before counts.</summary>
    /// <returns>False to end the monitor.</returns>
    bool WaitForWork();

    /// <summary>Waits for the next look.</summary>
    void WaitForTick();

    /// <summary>Ends a wait for work. For any thread; called only when the monitor sleeps.</summary>
    void Wake();
}
