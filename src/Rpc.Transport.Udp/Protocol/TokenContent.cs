namespace Rpc.Transport.Udp.Protocol;

/// <summary>What a server finds in a connect token.</summary>
/// <param name="Id">Tells it from every other: it is used once.</param>
/// <param name="Key">The key that its holder proves to have.</param>
/// <param name="ExpiresAt">When it expires (seconds since 1970).</param>
/// <param name="ClientId">Who holds it.</param>
/// <param name="UserData">What the issuer added.</param>
internal sealed record TokenContent(Guid Id, byte[] Key, long ExpiresAt, string ClientId, byte[] UserData);
