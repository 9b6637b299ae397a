using System.Runtime.CompilerServices;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="DateTime"/>: u64, the ticks and, from bit 62, the kind as it is; ticks beyond the year 9999 are an error.</summary>
public sealed class DateTimeFormatter : CheckedFormatter<DateTime>
{
    private DateTimeFormatter()
        : base(alignment: 8)
    {
    }

    /// <summary>The one instance.</summary>
    public static DateTimeFormatter Instance { get; } = new();

    // The two uppermost bits are the kind; each of the four is one.
    private protected override bool IsValid(in DateTime value) =>
        (Unsafe.As<DateTime, ulong>(ref Unsafe.AsRef(in value)) & 0x3FFF_FFFF_FFFF_FFFF) <= (ulong)DateTime.MaxValue.Ticks;
}
