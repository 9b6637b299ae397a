namespace Rpc.Client;

/// <summary>Where a client is between connections, and why.</summary>
/// <param name="State">The state.</param>
/// <param name="Attempt">While connecting and reconnecting, the number of the attempt that is next or under way, from 1; otherwise 0.</param>
/// <param name="Delay">How long the client waits before that attempt.</param>
/// <param name="Reason">Why the last connection ended or the last attempt failed; null before the first.</param>
public sealed record RpcClientStatus(RpcClientState State, int Attempt = 0, TimeSpan Delay = default, RpcCloseInfo? Reason = null);
