using Rpc;

namespace Arena.Contracts;

/// <summary>Where players come in: over TCP here, and over TLS in earnest, as what it hands out is secret.</summary>
[RpcService]
public interface ILobby
{
    /// <summary>Gives a token that opens one connection to the arena.</summary>
    ValueTask<byte[]> EnterAsync(string player);
}
