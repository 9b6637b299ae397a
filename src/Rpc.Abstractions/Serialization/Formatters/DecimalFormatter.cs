using System.Runtime.CompilerServices;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="decimal"/>: i32 flags, u32 high, u64 low; flags that no decimal has are an error.</summary>
public sealed class DecimalFormatter : CheckedFormatter<decimal>
{
    private DecimalFormatter()
        : base(alignment: 8)
    {
    }

    /// <summary>The one instance.</summary>
    public static DecimalFormatter Instance { get; } = new();

    /// <summary>The flags beside the sign (bit 31) and the scale (bits 16 to 23).</summary>
    private const int UnusedFlags = 0x7F00_FFFF;

    private const int MaxScale = 28;

    private protected override bool IsValid(in decimal value)
    {
        var flags = Unsafe.As<decimal, int>(ref Unsafe.AsRef(in value));
        return (flags & UnusedFlags) == 0 && ((flags >> 16) & 0xFF) <= MaxScale;
    }
}
