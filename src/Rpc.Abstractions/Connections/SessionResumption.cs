using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>A session that is about to be carried on by another connection, or that was asked for and is still there.</summary>
/// <param name="Id">The session.</param>
/// <param name="Epoch">What its detachment gave.</param>
/// <param name="PeerReceived">How many bytes the client has.</param>
/// <param name="Answer">What the client is told.</param>
/// <param name="IsCarried">Whether the connection that asked carries it on; else the answer is all.</param>
internal sealed record SessionResumption(Guid Id, int Epoch, ulong PeerReceived, ResumedFrame Answer, bool IsCarried);
