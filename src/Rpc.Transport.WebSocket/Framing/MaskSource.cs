using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Rpc.Transport.WebSockets.Framing;

/// <summary>Masks that nobody can foresee (RFC 6455 section 5.3), drawn from the system's generator many at a time. Thread safe.</summary>
internal static class MaskSource
{
    private const int Batch = 256;

    // A thread's own: no two frames get the same by a race, and none waits.
    [ThreadStatic]
    private static uint[]? s_masks;

    [ThreadStatic]
    private static int s_left;

    public static uint Next()
    {
        var masks = s_masks ??= new uint[Batch];
        if (s_left == 0)
        {
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(masks.AsSpan()));
            s_left = Batch;
        }

        // What was used is not kept.
        var mask = masks[--s_left];
        masks[s_left] = 0;
        return mask;
    }
}
