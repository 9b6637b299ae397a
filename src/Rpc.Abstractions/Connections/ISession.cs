using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>What outlives the transport of a connection. Thread safe.</summary>
internal interface ISession
{
    SessionGrant Grant { get; }

    /// <summary>Whether nothing carries the session now.</summary>
    bool IsInterrupted { get; }

    /// <summary>Names the connection that lives in the session; once, before the first read.</summary>
    void Bind(ISessionHost host);

    /// <summary>Gives up what carries the session, as it is dead or another way is wanted.</summary>
    /// <returns>False when nothing does, or the session is over.</returns>
    bool Interrupt(Exception reason);

    /// <summary>Some time has passed; for housekeeping.</summary>
    void Tick();

    /// <summary>The connection above ends: from now on a loss is the end.</summary>
    void Close();
}
