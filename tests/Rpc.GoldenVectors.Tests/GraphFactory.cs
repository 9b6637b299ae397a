using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Rpc.GoldenVectors.Tests;

/// <summary>Makes random values of the vectors' types, graphs with shared instances where a type is circular. The same seed makes the same value.</summary>
internal sealed class GraphFactory(Random random)
{
    private const BindingFlags Members = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;

    private readonly Dictionary<Type, List<object>> _seen = [];
    private int _depth;

    public object? Create(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return random.Next(3) == 0 ? null : Create(underlying);
        }

        if (!type.IsValueType && (_depth > 6 || random.Next(6) == 0))
        {
            return null;
        }

        _depth++;
        var value = Primitive(type) ?? Collection(type) ?? Union(type) ?? Object(type);
        _depth--;
        return value;
    }

    private object? Primitive(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.ToObject(type, random.NextInt64());
        }

        return type switch
        {
            _ when type == typeof(bool) => random.Next(2) == 0,
            _ when type == typeof(sbyte) => (sbyte)random.Next(),
            _ when type == typeof(byte) => (byte)random.Next(),
            _ when type == typeof(short) => (short)random.Next(),
            _ when type == typeof(ushort) => (ushort)random.Next(),
            _ when type == typeof(int) => (int)random.NextInt64(),
            _ when type == typeof(uint) => (uint)random.NextInt64(),
            _ when type == typeof(long) => random.NextInt64(long.MinValue, long.MaxValue),
            _ when type == typeof(ulong) => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
            _ when type == typeof(float) => random.NextSingle(),
            _ when type == typeof(double) => random.NextDouble(),
            _ when type == typeof(char) => (char)random.Next(char.MaxValue),
            _ when type == typeof(decimal) => new decimal(random.Next(), random.Next(), random.Next(), random.Next(2) == 0, (byte)random.Next(29)),
            _ when type == typeof(string) => new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => (char)random.Next(32, 0xD7FF))]),
            _ when type == typeof(Guid) => new Guid(Enumerable.Range(0, 16).Select(_ => (byte)random.Next()).ToArray()),
            _ when type == typeof(DateTime) => new DateTime(random.NextInt64(DateTime.MaxValue.Ticks), (DateTimeKind)random.Next(3)),
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2000 + random.Next(100), 5, 6, 7, 8, 9, TimeSpan.FromMinutes(random.Next(-840, 840))),
            _ when type == typeof(TimeSpan) => new TimeSpan(random.NextInt64()),
            _ when type == typeof(DateOnly) => DateOnly.FromDayNumber(random.Next(1_000_000)),
            _ when type == typeof(TimeOnly) => new TimeOnly(random.NextInt64(TimeOnly.MaxValue.Ticks)),
            _ when type == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>([1, 2, (byte)random.Next()]),
            _ when type == typeof(ImmutableArray<int>) => ImmutableArray.Create(random.Next()),
            _ => null,
        };
    }

    private object? Collection(Type type)
    {
        if (type.IsArray)
        {
            var array = Array.CreateInstance(type.GetElementType()!, random.Next(5));
            for (var i = 0; i < array.Length; i++)
            {
                array.SetValue(Create(type.GetElementType()!), i);
            }

            return array;
        }

        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        var arguments = type.GetGenericArguments();
        if (definition == typeof(IEnumerable<>) || definition == typeof(ICollection<>) || definition == typeof(IReadOnlyCollection<>)
            || definition == typeof(IList<>) || definition == typeof(IReadOnlyList<>))
        {
            return Fill(typeof(List<>).MakeGenericType(arguments));
        }

        if (definition == typeof(ISet<>) || definition == typeof(IReadOnlySet<>))
        {
            return Fill(typeof(HashSet<>).MakeGenericType(arguments));
        }

        if (definition == typeof(IDictionary<,>) || definition == typeof(IReadOnlyDictionary<,>))
        {
            return Fill(typeof(Dictionary<,>).MakeGenericType(arguments));
        }

        return typeof(System.Collections.IEnumerable).IsAssignableFrom(type) ? Fill(type) : null;
    }

    private object Fill(Type type)
    {
        var collection = Activator.CreateInstance(type)!;
        var element = type.GetInterfaces().Single(x => x.IsGenericType && x.GetGenericTypeDefinition() == typeof(ICollection<>)).GetGenericArguments()[0];
        var pair = element.IsGenericType && element.GetGenericTypeDefinition() == typeof(KeyValuePair<,>) ? element.GetGenericArguments() : null;
        for (var i = random.Next(5); i > 0; i--)
        {
            // The indexer takes a key twice, which Add does not, and neither takes null.
            if (pair is null)
            {
                type.GetMethod("Add", [element])!.Invoke(collection, [Create(element)]);
            }
            else if (Create(pair[0]) is { } key)
            {
                type.GetProperty("Item", pair[1], [pair[0]])!.SetValue(collection, Create(pair[1]), [key]);
            }
        }

        return collection;
    }

    private object? Union(Type type)
    {
        var cases = type.GetCustomAttributes<RpcUnionAttribute>().ToArray();
        if (cases.Length == 0)
        {
            return null;
        }

        var chosen = cases[random.Next(cases.Length)].Type;
        chosen = chosen.IsGenericTypeDefinition ? chosen.MakeGenericType(type.GetGenericArguments()) : chosen;

        // Null within a union is null of the union: a case that is there has an object.
        return Object(chosen);
    }

    private object Object(Type type)
    {
        var isCircular = type.GetCustomAttribute<RpcPayloadAttribute>()?.Layout == RpcPayloadLayout.CircularReference;
        if (isCircular && _seen.TryGetValue(type, out var seen) && random.Next(3) == 0)
        {
            return seen[random.Next(seen.Count)];
        }

        var constructor = type.GetConstructors(Members).Where(x => x.GetParameters().All(p => p.ParameterType != type)).MaxBy(x => x.GetParameters().Length);
        var value = constructor is null
            ? RuntimeHelpers.GetUninitializedObject(type)
            : constructor.Invoke([.. constructor.GetParameters().Select(x => Create(x.ParameterType))]);
        if (isCircular)
        {
            seen = _seen.TryGetValue(type, out var known) ? known : _seen[type] = [];
            seen.Add(value);
        }

        foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Instance).Where(x => !x.IsInitOnly))
        {
            field.SetValue(value, Create(field.FieldType));
        }

        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(x => x.CanWrite && x.GetIndexParameters().Length == 0 && x.CanRead))
        {
            property.SetValue(value, Create(property.PropertyType));
        }

        return value;
    }
}
