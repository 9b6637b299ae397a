#if NET8_0_OR_GREATER
namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="TimeOnly"/>: the ticks since midnight as i64; a day or more is an error.</summary>
public sealed class TimeOnlyFormatter : CheckedFormatter<TimeOnly>
{
    private TimeOnlyFormatter()
        : base(alignment: 8)
    {
    }

    /// <summary>The one instance.</summary>
    public static TimeOnlyFormatter Instance { get; } = new();

    private protected override bool IsValid(in TimeOnly value) => (ulong)value.Ticks <= (ulong)TimeOnly.MaxValue.Ticks;
}
#endif
