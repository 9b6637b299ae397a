using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Text;

namespace Rpc.Abstractions.Tests.Serialization;

/// <summary>Makes random values of every type that has a formatter.</summary>
internal sealed class ValueFactory(Random random)
{
    private const int MaxLength = 6;

    public object? Create(Type type)
    {
        if (!type.IsValueType && random.Next(8) == 0)
        {
            return null;
        }

        return CreatePresent(type);
    }

    private object? CreatePresent(Type type) => type switch
    {
        { IsEnum: true } => Enum.ToObject(type, random.NextInt64(0, 100)),
        { IsArray: true } => CreateArray(type.GetElementType()!, type.GetArrayRank()),
        { IsGenericType: true } => CreateGeneric(type, type.GetGenericTypeDefinition(), type.GetGenericArguments()),
        _ => CreateSimple(type),
    };

    private object CreateSimple(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => random.Next(2) == 0,
        TypeCode.Byte => (byte)random.Next(),
        TypeCode.SByte => (sbyte)random.Next(),
        TypeCode.Int16 => (short)random.Next(),
        TypeCode.UInt16 => (ushort)random.Next(),
        TypeCode.Int32 => random.Next(int.MinValue, int.MaxValue),
        TypeCode.UInt32 => (uint)random.NextInt64(),
        TypeCode.Int64 => random.NextInt64(long.MinValue, long.MaxValue),
        TypeCode.UInt64 => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
        TypeCode.Char => (char)random.Next(char.MaxValue + 1),
        TypeCode.Single => random.NextSingle() * 1e9f,
        TypeCode.Double => random.NextDouble() * 1e99,
        TypeCode.Decimal => new decimal(random.Next(), random.Next(), random.Next(), random.Next(2) == 0, (byte)random.Next(29)),
        TypeCode.String => CreateString(),
        TypeCode.DateTime => new DateTime(random.NextInt64(DateTime.MaxValue.Ticks + 1), (DateTimeKind)random.Next(3)),
        _ => CreateOther(type),
    };

    private object CreateOther(Type type)
    {
        var floats = new float[16];
        for (var i = 0; i < floats.Length; i++)
        {
            floats[i] = random.NextSingle();
        }

        return type.Name switch
        {
            nameof(Half) => (Half)floats[0],
            nameof(IntPtr) => (nint)random.NextInt64(long.MinValue, long.MaxValue),
            nameof(UIntPtr) => (nuint)random.NextInt64(),
            nameof(Int128) => new Int128((ulong)random.NextInt64(), (ulong)random.NextInt64()),
            nameof(UInt128) => new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()),
            nameof(Rune) => new Rune(random.Next(2) == 0 ? random.Next(0xD800) : random.Next(0xE000, 0x110000)),
            nameof(Guid) => new Guid(CreateBytes(16)),
            nameof(TimeSpan) => new TimeSpan(random.NextInt64(long.MinValue, long.MaxValue)),
            nameof(DateTimeOffset) => new DateTimeOffset(
                random.NextInt64(TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay),
                TimeSpan.FromMinutes(random.Next(-14 * 60, (14 * 60) + 1))),
            nameof(DateOnly) => DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber + 1)),
            nameof(TimeOnly) => new TimeOnly(random.NextInt64(TimeOnly.MaxValue.Ticks + 1)),
            nameof(Index) => new Index(random.Next(), random.Next(2) == 0),
            nameof(Range) => new Range(random.Next(), new Index(random.Next(), fromEnd: true)),
            nameof(Vector2) => new Vector2(floats),
            nameof(Vector3) => new Vector3(floats),
            nameof(Vector4) => new Vector4(floats),
            nameof(Quaternion) => new Quaternion(floats[0], floats[1], floats[2], floats[3]),
            nameof(Plane) => new Plane(floats[0], floats[1], floats[2], floats[3]),
            nameof(Matrix3x2) => new Matrix3x2(floats[0], floats[1], floats[2], floats[3], floats[4], floats[5]),
            nameof(Matrix4x4) => Matrix4x4.CreateFromYawPitchRoll(floats[0], floats[1], floats[2]),
            nameof(Complex) => new Complex(random.NextDouble(), random.NextDouble()),
            nameof(BigInteger) => new BigInteger(CreateBytes(random.Next(1, 300))),
            nameof(BitArray) => new BitArray(CreateBytes(random.Next(9))) { Length = random.Next(70) },
            nameof(Version) => random.Next(3) switch
            {
                0 => new Version(random.Next(), random.Next()),
                1 => new Version(random.Next(), random.Next(), random.Next()),
                _ => new Version(random.Next(), random.Next(), random.Next(), random.Next()),
            },
            nameof(Uri) => new Uri("/path/" + random.Next(), UriKind.Relative),
            nameof(TimeZoneInfo) => TimeZoneInfo.CreateCustomTimeZone(
                "id" + random.Next(), TimeSpan.FromMinutes(random.Next(-14 * 60, 14 * 60)), "display", "standard"),
            nameof(CultureInfo) => CultureInfo.InvariantCulture,
            nameof(StringBuilder) => new StringBuilder(CreateString()).Append(CreateString()),
            _ => CreateStruct(type),
        };
    }

    private object CreateStruct(Type type)
    {
        var value = Activator.CreateInstance(type)!;
        foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            field.SetValue(value, CreatePresent(field.FieldType));
        }

        return value;
    }

    private object? CreateGeneric(Type type, Type definition, Type[] arguments)
    {
        if (definition == typeof(Nullable<>))
        {
            return random.Next(3) == 0 ? null : CreatePresent(arguments[0]);
        }

        if (definition == typeof(Lazy<>) || type.Name.StartsWith("Tuple`", StringComparison.Ordinal)
            || type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal) || definition == typeof(KeyValuePair<,>))
        {
            // A tuple within a tuple may be its rest, which cannot be null.
            var items = arguments.Select(x => x.Name.Contains("Tuple`", StringComparison.Ordinal) ? CreatePresent(x) : Create(x));
            return type.GetConstructor(arguments)!.Invoke(items.ToArray());
        }

        var method = typeof(ValueFactory).GetMethod(
            arguments.Length == 1 ? nameof(CreateSequence) : nameof(CreatePairs), BindingFlags.Instance | BindingFlags.NonPublic)!;
        return method.MakeGenericMethod(arguments).Invoke(this, [definition]);
    }

    private object CreateSequence<T>(Type definition)
    {
        var items = (T[])CreateArray(typeof(T), 1);
        return definition.Name switch
        {
            "ArraySegment`1" => new ArraySegment<T>(items),
            "Memory`1" => new Memory<T>(items),
            "ReadOnlyMemory`1" => new ReadOnlyMemory<T>(items),
            "ReadOnlySequence`1" => new System.Buffers.ReadOnlySequence<T>(items),
            "BlockingCollection`1" => new BlockingCollection<T>(new ConcurrentQueue<T>(items)),
            "ConcurrentBag`1" => new ConcurrentBag<T>(items.Take(1)),
            "ReadOnlyCollection`1" => Array.AsReadOnly(items),
            "ReadOnlyObservableCollection`1" => new System.Collections.ObjectModel.ReadOnlyObservableCollection<T>(new(items)),
            "Collection`1" => new System.Collections.ObjectModel.Collection<T>(items.ToList()),
            "ImmutableArray`1" => ImmutableArray.Create(items),
            "ImmutableList`1" or "IImmutableList`1" => ImmutableList.Create(items),
            "ImmutableQueue`1" or "IImmutableQueue`1" => ImmutableQueue.Create(items),
            "ImmutableStack`1" or "IImmutableStack`1" => ImmutableStack.Create(items),
            "ImmutableHashSet`1" or "IImmutableSet`1" => ImmutableHashSet.Create(items),
            "ImmutableSortedSet`1" => ImmutableSortedSet.Create(items),
            "FrozenSet`1" => items.ToFrozenSet(),
            "ISet`1" or "IReadOnlySet`1" => items.ToHashSet(),
            { } name when name[0] == 'I' => items,
            _ => Activator.CreateInstance(definition.MakeGenericType(typeof(T)), [items])!,
        };
    }

    private object CreatePairs<TKey, TValue>(Type definition)
        where TKey : notnull
    {
        var pairs = new Dictionary<TKey, TValue>();
        for (var i = random.Next(MaxLength); i > 0; i--)
        {
            pairs[(TKey)CreatePresent(typeof(TKey))!] = (TValue)Create(typeof(TValue))!;
        }

        return definition.Name switch
        {
            "SortedDictionary`2" => new SortedDictionary<TKey, TValue>(pairs),
            "SortedList`2" => new SortedList<TKey, TValue>(pairs),
            "ConcurrentDictionary`2" => new ConcurrentDictionary<TKey, TValue>(pairs),
            "ImmutableDictionary`2" or "IImmutableDictionary`2" => pairs.ToImmutableDictionary(),
            "ImmutableSortedDictionary`2" => pairs.ToImmutableSortedDictionary(),
            "FrozenDictionary`2" => pairs.ToFrozenDictionary(),
            "PriorityQueue`2" => new PriorityQueue<TKey, TValue>(pairs.Select(x => (x.Key, x.Value))),
            "ILookup`2" => pairs.SelectMany(x => new[] { x, x }).ToLookup(x => x.Key, x => x.Value),
            "IGrouping`2" => pairs.Append(new(default(TKey)!, default!)).GroupBy(x => x.Key, x => x.Value).First(),
            _ => pairs,
        };
    }

    private Array CreateArray(Type element, int rank)
    {
        var lengths = new int[rank];
        for (var i = 0; i < rank; i++)
        {
            lengths[i] = random.Next(rank == 1 ? MaxLength : 3);
        }

        var array = Array.CreateInstance(element, lengths);
        var index = new int[rank];
        for (var i = 0; i < array.Length; i++)
        {
            for (int d = rank - 1, left = i; d >= 0; left /= lengths[d], d--)
            {
                index[d] = left % lengths[d];
            }

            array.SetValue(Create(element), index);
        }

        return array;
    }

    private string CreateString()
    {
        var text = new StringBuilder();
        for (var i = random.Next(MaxLength * 3); i > 0; i--)
        {
            text.Append(random.Next(3) == 0 ? CreateOther(typeof(Rune)) : (char)random.Next(' ', 127));
        }

        return text.ToString();
    }

    private byte[] CreateBytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
