using System.Runtime.CompilerServices;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of enums: the underlying integer. Values that have no name pass, as they do in C#.</summary>
/// <typeparam name="TEnum">The enum.</typeparam>
public static class EnumFormatter<TEnum>
    where TEnum : unmanaged, Enum
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<TEnum> Instance { get; } =
        new(new UnmanagedLayout(Unsafe.SizeOf<TEnum>(), Unsafe.SizeOf<TEnum>(), IsPrimitive: true), []);
}
