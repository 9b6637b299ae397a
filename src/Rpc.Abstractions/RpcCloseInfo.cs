namespace Rpc;

/// <summary>How a connection ended.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Message">What happened, for a person; the peer's own words when <paramref name="ByPeer"/>.</param>
/// <param name="ByPeer">Whether the peer ended it.</param>
/// <param name="Exception">What the transport or the framework threw, if it did.</param>
public sealed record RpcCloseInfo(RpcCloseReason Reason, string Message, bool ByPeer = false, Exception? Exception = null);
