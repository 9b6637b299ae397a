#if NET8_0_OR_GREATER
namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="DateOnly"/>: the day number as i32; one out of range is an error.</summary>
public sealed class DateOnlyFormatter : CheckedFormatter<DateOnly>
{
    private DateOnlyFormatter()
        : base(alignment: 4)
    {
    }

    /// <summary>The one instance.</summary>
    public static DateOnlyFormatter Instance { get; } = new();

    private protected override bool IsValid(in DateOnly value) =>
        (uint)value.DayNumber <= (uint)DateOnly.MaxValue.DayNumber;
}
#endif
