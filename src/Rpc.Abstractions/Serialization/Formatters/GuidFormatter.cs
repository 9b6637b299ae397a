namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Guid"/>: 16 bytes in the order of .NET's memory, that is i32, i16, i16, 8 bytes.</summary>
public static class GuidFormatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<Guid> Instance { get; } = new(new UnmanagedLayout(16, 4), []);
}
