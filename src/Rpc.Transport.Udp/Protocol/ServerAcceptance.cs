namespace Rpc.Transport.Udp.Protocol;

/// <summary>A client that a server has taken, until it proves that it has the keys.</summary>
/// <param name="ServerHello">The packet to answer with, as often as the client asks.</param>
/// <param name="Peer">The connection.</param>
/// <param name="Token">What its token says; null without.</param>
/// <param name="IsEncrypted">Whether its keys are secret.</param>
internal sealed record ServerAcceptance(byte[] ServerHello, Peer Peer, TokenContent? Token, bool IsEncrypted);
