namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="DateTimeOffset"/>, 16 bytes: the offset in minutes as i32, 4 bytes of zero, the ticks of the UTC time as u64.</summary>
/// <remarks>.NET 8 and 9 keep the offset as i16 and .NET 10 as i32, Mono keeps it last: the bytes here are those of .NET 10, and of what is read only
/// the low 16 bits of the offset count, which all of them agree on. An offset beyond 14 hours, or a time out of range, is an error.</remarks>
public sealed class DateTimeOffsetFormatter : UnmanagedFormatter<DateTimeOffset>
{
    private const int TimeAt = 8;
    private const int MaxOffsetMinutes = 14 * 60;
    private const ulong TicksMask = 0x3FFF_FFFF_FFFF_FFFF;

    private DateTimeOffsetFormatter()
        : base(new UnmanagedLayout(16, 8))
    {
    }

    /// <summary>The one instance.</summary>
    public static DateTimeOffsetFormatter Instance { get; } = new();

    /// <inheritdoc/>
    public override void Write(Span<byte> destination, in DateTimeOffset value)
    {
        RawValue.Write(destination, 0, (long)(uint)(int)(value.Offset.Ticks / TimeSpan.TicksPerMinute));
        RawValue.Write(destination, TimeAt, value.UtcTicks);
    }

    /// <inheritdoc/>
    public override DateTimeOffset Read(ReadOnlySpan<byte> source)
    {
        var minutes = RawValue.Read<short>(source, 0);
        var utcTicks = (long)(RawValue.Read<ulong>(source, TimeAt) & TicksMask);
        var offsetTicks = minutes * TimeSpan.TicksPerMinute;
        if (minutes is < -MaxOffsetMinutes or > MaxOffsetMinutes
            || (ulong)utcTicks > (ulong)DateTime.MaxValue.Ticks
            || (ulong)(utcTicks + offsetTicks) > (ulong)DateTime.MaxValue.Ticks)
        {
            PayloadThrow.InvalidValue(typeof(DateTimeOffset));
        }

        return new DateTimeOffset(utcTicks + offsetTicks, new TimeSpan(offsetTicks));
    }
}
