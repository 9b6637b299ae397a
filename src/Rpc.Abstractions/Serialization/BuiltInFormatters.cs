using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;
using Rpc.Serialization.Formatters;

namespace Rpc.Serialization;

/// <summary>Finds the formatters of the base class library's types that are not generic.</summary>
internal static class BuiltInFormatters
{
    /// <summary>The formatter of a type, or null when it is none of the base class library's.</summary>
    public static Formatter<T>? Find<T>() => (FindNumber(typeof(T)) ?? FindTime(typeof(T)) ?? FindOther(typeof(T))) as Formatter<T>;

    private static object? FindNumber(Type type) =>
        type == typeof(bool) ? BooleanFormatter.Instance :
        type == typeof(byte) ? ByteFormatter.Instance :
        type == typeof(sbyte) ? SByteFormatter.Instance :
        type == typeof(short) ? Int16Formatter.Instance :
        type == typeof(ushort) ? UInt16Formatter.Instance :
        type == typeof(int) ? Int32Formatter.Instance :
        type == typeof(uint) ? UInt32Formatter.Instance :
        type == typeof(long) ? Int64Formatter.Instance :
        type == typeof(ulong) ? UInt64Formatter.Instance :
        type == typeof(nint) ? IntPtrFormatter.Instance :
        type == typeof(nuint) ? UIntPtrFormatter.Instance :
        type == typeof(char) ? CharFormatter.Instance :
        type == typeof(float) ? SingleFormatter.Instance :
        type == typeof(double) ? DoubleFormatter.Instance :
        type == typeof(decimal) ? DecimalFormatter.Instance :
        type == typeof(BigInteger) ? BigIntegerFormatter.Instance :
        type == typeof(Complex) ? ComplexFormatter.Instance :
#if NET8_0_OR_GREATER
        type == typeof(Half) ? HalfFormatter.Instance :
        type == typeof(Int128) ? Int128Formatter.Instance :
        type == typeof(UInt128) ? UInt128Formatter.Instance :
#endif
        null;

    private static object? FindTime(Type type) =>
        type == typeof(DateTime) ? DateTimeFormatter.Instance :
        type == typeof(DateTimeOffset) ? DateTimeOffsetFormatter.Instance :
        type == typeof(TimeSpan) ? TimeSpanFormatter.Instance :
        type == typeof(TimeZoneInfo) ? TimeZoneInfoFormatter.Instance :
#if NET8_0_OR_GREATER
        type == typeof(DateOnly) ? DateOnlyFormatter.Instance :
        type == typeof(TimeOnly) ? TimeOnlyFormatter.Instance :
#endif
        null;

    private static object? FindOther(Type type) =>
        type == typeof(string) ? StringFormatter.Instance :
        type == typeof(Guid) ? GuidFormatter.Instance :
        type == typeof(Index) ? IndexFormatter.Instance :
        type == typeof(Range) ? RangeFormatter.Instance :
        type == typeof(Vector2) ? Vector2Formatter.Instance :
        type == typeof(Vector3) ? Vector3Formatter.Instance :
        type == typeof(Vector4) ? Vector4Formatter.Instance :
        type == typeof(Quaternion) ? QuaternionFormatter.Instance :
        type == typeof(Plane) ? PlaneFormatter.Instance :
        type == typeof(Matrix3x2) ? Matrix3x2Formatter.Instance :
        type == typeof(Matrix4x4) ? Matrix4x4Formatter.Instance :
        type == typeof(BitArray) ? BitArrayFormatter.Instance :
        type == typeof(Version) ? VersionFormatter.Instance :
        type == typeof(Uri) ? UriFormatter.Instance :
        type == typeof(CultureInfo) ? CultureInfoFormatter.Instance :
        type == typeof(StringBuilder) ? StringBuilderFormatter.Instance :
#if NET8_0_OR_GREATER
        type == typeof(Rune) ? RuneFormatter.Instance :
#endif
        null;
}
