namespace Rpc.Transport.Udp.Protocol;

/// <summary>A whole message, in one of the <see cref="MessageBuffers"/>.</summary>
/// <param name="Buffer">The array; whoever takes the message returns it.</param>
/// <param name="Length">Bytes of the message.</param>
/// <param name="Cost">What it gives back of the peer's credit.</param>
internal readonly record struct ReceivedMessage(byte[] Buffer, int Length, int Cost);
