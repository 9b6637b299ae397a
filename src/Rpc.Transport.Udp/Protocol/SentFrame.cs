namespace Rpc.Transport.Udp.Protocol;

/// <summary>A message, or a fragment of one, that a packet carries.</summary>
internal readonly record struct SentFrame(OutgoingMessage Message, int Fragment);
