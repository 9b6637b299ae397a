using Arena.Contracts;
using Rpc.Transport.Udp;

namespace Arena.Server;

/// <summary>Hands out tokens. A real one would ask who the player is.</summary>
internal sealed class Lobby(UdpTokenIssuer issuer) : ILobby
{
    public ValueTask<byte[]> EnterAsync(string player) => new(issuer.Issue(player, TimeSpan.FromSeconds(30), ArenaServer.Audience).ToArray());
}
