namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Version"/>: an object of four i32, -1 for a part that is not set.</summary>
public sealed class VersionFormatter : Formatter<Version>
{
    private const int MemberCount = 4;

    private VersionFormatter()
    {
    }

    /// <summary>The one instance.</summary>
    public static VersionFormatter Instance { get; } = new();

    /// <inheritdoc/>
    public override int MinSize => 1;

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in Version? value)
    {
        if (value is null)
        {
            writer.WriteNullObjectHeader();
            return;
        }

        writer.WriteObjectHeader(MemberCount);
        writer.WriteUnmanaged(value.Major);
        writer.WriteUnmanaged(value.Minor);
        writer.WriteUnmanaged(value.Build);
        writer.WriteUnmanaged(value.Revision);
    }

    /// <inheritdoc/>
    public override Version? Deserialize(ref PayloadReader reader)
    {
        if (!reader.TryReadObjectHeader(out var count))
        {
            return null;
        }

        PayloadThrow.UnlessMemberCount(count, MemberCount);
        var major = reader.ReadUnmanaged<int>();
        var minor = reader.ReadUnmanaged<int>();
        var build = reader.ReadUnmanaged<int>();
        var revision = reader.ReadUnmanaged<int>();
        if (major < 0 || minor < 0 || build < -1 || revision < -1 || (build < 0 && revision >= 0))
        {
            PayloadThrow.InvalidValue(typeof(Version));
        }

        return revision >= 0 ? new Version(major, minor, build, revision)
            : build >= 0 ? new Version(major, minor, build)
            : new Version(major, minor);
    }
}
