using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Rpc.Serialization;
using Rpc.Serialization.Formatters;
using Xunit;

namespace Rpc.Abstractions.Tests.Serialization;

/// <summary>The computed layouts against those of the runtime that the tests run on, which is 64-bit .NET.</summary>
public sealed partial class UnmanagedLayoutTests
{
    private static readonly PayloadProbe[] s_parts = CreateParts();

    /// <summary>Adds what the net8.0 build has beyond netstandard2.1.</summary>
    static partial void AddNet8(List<PayloadProbe> parts);

    private static PayloadProbe[] CreateParts()
    {
        var parts = NetStandardParts();
        AddNet8(parts);
        return [.. parts];
    }

    private static List<PayloadProbe> NetStandardParts() =>
    [
        PayloadProbe.Of(BooleanFormatter.Instance), PayloadProbe.Of(ByteFormatter.Instance), PayloadProbe.Of(CharFormatter.Instance),
        PayloadProbe.Of(Int16Formatter.Instance), PayloadProbe.Of(Int32Formatter.Instance), PayloadProbe.Of(Int64Formatter.Instance),
        PayloadProbe.Of(IntPtrFormatter.Instance), PayloadProbe.Of(SingleFormatter.Instance), PayloadProbe.Of(DoubleFormatter.Instance),
        PayloadProbe.Of(EnumFormatter<EnI16>.Instance),
        PayloadProbe.Of(IndexFormatter.Instance), PayloadProbe.Of(RangeFormatter.Instance), PayloadProbe.Of(GuidFormatter.Instance),
        PayloadProbe.Of(DateTimeFormatter.Instance),
        PayloadProbe.Of(DateTimeOffsetFormatter.Instance), PayloadProbe.Of(TimeSpanFormatter.Instance), PayloadProbe.Of(DecimalFormatter.Instance),
        PayloadProbe.Of(Vector2Formatter.Instance), PayloadProbe.Of(Vector3Formatter.Instance),
        PayloadProbe.Of(ComplexFormatter.Instance), PayloadProbe.Of(new BlittableFormatter<Padded>(12, 4, (1, 3), (10, 2))),
        PayloadProbe.Of(new BlittableFormatter<Packed1>(7, 1)),
        PayloadProbe.Of(new NullableFormatter<byte>(ByteFormatter.Instance)), PayloadProbe.Of(new NullableFormatter<int>(Int32Formatter.Instance)),
        PayloadProbe.Of(new NullableFormatter<long>(Int64Formatter.Instance)),
        PayloadProbe.Of(new NullableFormatter<Packed1>(new BlittableFormatter<Packed1>(7, 1))),
        PayloadProbe.Of(new KeyValuePairFormatter<byte, short>(ByteFormatter.Instance, Int16Formatter.Instance)),
        PayloadProbe.Of(new KeyValuePairFormatter<int, DateTime>(Int32Formatter.Instance, DateTimeFormatter.Instance)),
        PayloadProbe.Of(new ValueTupleFormatter<byte, byte>(ByteFormatter.Instance, ByteFormatter.Instance)),
        PayloadProbe.Of(new ValueTupleFormatter<byte, int>(ByteFormatter.Instance, Int32Formatter.Instance)),
        PayloadProbe.Of(new ValueTupleFormatter<int, int, int>(Int32Formatter.Instance, Int32Formatter.Instance, Int32Formatter.Instance)),
        PayloadProbe.Of(new ValueTupleFormatter<Guid, Guid>(GuidFormatter.Instance, GuidFormatter.Instance)),
        PayloadProbe.Of(new ValueTupleFormatter<Guid>(GuidFormatter.Instance)),
    ];

    [Fact]
    public void Every_pair_and_tuple_of_two_has_the_runtimes_bytes()
    {
        foreach (var first in s_parts)
        {
            foreach (var second in s_parts)
            {
                AssertAsInMemory(typeof(KeyValuePairFormatter<,>), typeof(KeyValuePair<,>), [first, second]);
                AssertAsInMemory(typeof(ValueTupleFormatter<,>), typeof(ValueTuple<,>), [first, second]);
            }
        }
    }

    [Fact]
    public void Every_nullable_and_tuple_of_one_has_the_runtimes_bytes()
    {
        foreach (var part in s_parts)
        {
            AssertAsInMemory(typeof(ValueTupleFormatter<>), typeof(ValueTuple<>), [part]);
            if (Nullable.GetUnderlyingType(part.Type) is null)
            {
                // A nullable is boxed as what it holds, so it is looked at within a tuple of one.
                var nullable = Activator.CreateInstance(typeof(NullableFormatter<>).MakeGenericType(part.Type), part.Formatter)!;
                AssertAsInMemory(typeof(ValueTupleFormatter<>), typeof(ValueTuple<>), [Of(nullable)]);
            }
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Longer_tuples_have_the_runtimes_bytes(int arity)
    {
        var random = new Random(arity);
        var tuple = typeof(ValueTuple).Assembly.GetType("System.ValueTuple`" + arity)!;
        var formatter = typeof(KeyValuePairFormatter<,>).Assembly.GetType("Rpc.Serialization.Formatters.ValueTupleFormatter`" + arity)!;
        for (var i = 0; i < 150; i++)
        {
            var parts = Enumerable.Range(0, arity).Select(_ => s_parts[random.Next(s_parts.Length)]).ToArray();
            if (arity == 8)
            {
                parts[7] = PayloadProbe.Of(new ValueTupleFormatter<byte, int>(ByteFormatter.Instance, Int32Formatter.Instance));
            }

            AssertAsInMemory(formatter, tuple, parts);
        }
    }

    [Fact]
    public void The_layout_of_each_type_is_the_runtimes()
    {
        foreach (var part in s_parts)
        {
            typeof(UnmanagedLayoutTests).GetMethod(nameof(AssertSizeAndAlignment), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(part.Type).Invoke(null, [part.Formatter]);
        }
    }

    private static PayloadProbe Of(object formatter)
    {
        var type = formatter.GetType().BaseType!.GetGenericArguments()[0];
        return (PayloadProbe)typeof(PayloadProbe).GetMethod(nameof(PayloadProbe.Of))!.MakeGenericMethod(type).Invoke(null, [formatter])!;
    }

    private static void AssertSizeAndAlignment<T>(Formatter<T> formatter)
    {
        Assert.Equal(Unsafe.SizeOf<T>(), formatter.Unmanaged!.Size);
        Assert.Equal(Unsafe.SizeOf<Aligned<T>>() - Unsafe.SizeOf<T>(), formatter.Unmanaged.Layout.Alignment);
    }

    private static void AssertAsInMemory(Type formatterType, Type type, PayloadProbe[] parts)
    {
        var types = parts.Select(x => x.Type).ToArray();
        typeof(UnmanagedLayoutTests).GetMethod(nameof(AssertBytes), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type.MakeGenericType(types))
            .Invoke(null, [Activator.CreateInstance(formatterType.MakeGenericType(types), parts.Select(x => x.Formatter).ToArray())]);
    }

    private static void AssertBytes<T>(Formatter<T> formatter)
        where T : struct
    {
        // Set field by field in a box whose memory is all zero: what belongs to no field stays zero.
        object box = default(T);
        var values = new ValueFactory(new Random(5));
        foreach (var field in typeof(T).GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            field.SetValue(box, values.Create(field.FieldType));
        }

        var memory = MemoryMarshal.CreateSpan(ref Unsafe.As<T, byte>(ref Unsafe.Unbox<T>(box)), Unsafe.SizeOf<T>()).ToArray();
        var written = Payload.Write(formatter, (T)box);

        Assert.Equal(Convert.ToHexString(memory), Convert.ToHexString(written));
        Assert.Equal((T)box, Payload.Read(formatter, written));
        AssertSizeAndAlignment(formatter);
    }

    private readonly record struct Aligned<T>(byte Before, T Value);
}
