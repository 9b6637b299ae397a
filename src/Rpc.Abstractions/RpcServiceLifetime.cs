namespace Rpc;

/// <summary>How long an instance of a service lives.</summary>
public enum RpcServiceLifetime
{
    /// <summary>One instance a connection, made by its first call, disposed when it has closed. The default; scoped in dependency injection.</summary>
    Connection = 0,

    /// <summary>One instance a call, disposed when it has ended; transient in dependency injection.</summary>
    Call = 1,

    /// <summary>One instance for all connections, made by the first call, disposed when the server has stopped.</summary>
    Singleton = 2,
}
