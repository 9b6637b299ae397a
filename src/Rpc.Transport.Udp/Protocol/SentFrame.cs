namespace Rpc.Transport.Udp.Protocol;

/// <summary>A message, or a run of its units, that a packet carries.</summary>
internal readonly record struct SentFrame(OutgoingMessage Message, int First, int Count)
{
    internal bool IsEmpty => Count == 0;
}
