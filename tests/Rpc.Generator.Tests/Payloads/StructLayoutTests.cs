using System.Globalization;
using System.Text;
using Rpc.Generator.Tests.Harness;

namespace Rpc.Generator.Tests.Payloads;

/// <summary>The layout that is computed when structs are compiled is the one that 64-bit .NET gives them when they run.</summary>
public sealed class StructLayoutTests
{
    private static readonly string[] s_fieldTypes =
    [
        "bool", "byte", "sbyte", "short", "ushort", "char", "int", "uint", "long", "ulong", "float", "double", "nint", "Half", "Guid", "TimeSpan", "Int128", "DayOfWeek", "Small",
        "System.Numerics.Vector3", "System.Numerics.Complex", "Index", "Range", "decimal", "DateTime", "DateTimeOffset", "DateOnly", "TimeOnly", "System.Text.Rune",
        "(byte, int)", "(byte, long, short)", "(Guid, byte)", "(int, (byte, bool))", "int?", "byte?", "Guid?", "decimal?", "(byte, int)?", "KeyValuePair<byte, long>", "KeyValuePair<Guid, byte>",
    ];

    private static readonly string[] s_layouts =
    [
        "Sequential", "Sequential", "Sequential", "Auto", "Auto", "Sequential, Pack = 1", "Sequential, Pack = 2", "Sequential, Pack = 4", "Sequential, Pack = 8", "Sequential, Size = 200",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task Any_struct_is_written_as_its_memory(int seed) => Scenario.RunAsync(
        Declarations(new Random(seed), count: 60, out var checks),
        "public static class Scenario { public static Task RunAsync() {" + checks + "\nAssert.NotEqual(0, Layouts.ByField);\nreturn Task.CompletedTask; } }",
        """
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;

        public static class Layouts
        {
            public static void Check<T>(int seed) where T : unmanaged
            {
                var formatter = Rpc.Serialization.FormatterCache<T>.Instance!.Unmanaged!;
                Assert.True(Unsafe.SizeOf<T>() == formatter.Size, $"{typeof(T)} takes {Unsafe.SizeOf<T>()} bytes, {formatter.Size} were computed.");

                // Written once, padding is zero and booleans are 0 or 1: then the bytes are the memory. A copy of a value leaves its padding undefined, so
                // the bytes are put into memory, and not compared with it.
                var bytes = new byte[formatter.Size];
                formatter.Write(bytes, Read(formatter, seed));
                var value = MemoryMarshal.Read<T>(bytes);
                var written = new byte[formatter.Size];
                formatter.Write(written, value);
                Assert.True(bytes.AsSpan().SequenceEqual(written), $"{typeof(T)}: memory of {Convert.ToHexString(bytes)} is written as {Convert.ToHexString(written)}.");

                // Where a runtime lays it out in another way, the same bytes come from the fields one by one.
                var generated = typeof(T).Assembly.GetTypes().Single(x => x.Name.StartsWith(typeof(T).Name + "Formatter_", StringComparison.Ordinal));
                if (!generated.IsAbstract && generated != formatter.GetType())
                {
                    var byField = (Rpc.Serialization.UnmanagedFormatter<T>)Activator.CreateInstance(generated, nonPublic: true)!;
                    var again = new byte[formatter.Size];
                    byField.Write(again, value);
                    Assert.Equal(bytes, again);
                    formatter.Write(again, byField.Read(bytes));
                    Assert.Equal(bytes, again);
                    ByField++;
                }
            }

            public static int ByField;

            private static T Read<T>(Rpc.Serialization.UnmanagedFormatter<T> formatter, int seed)
            {
                var bytes = new byte[formatter.Size];
                try
                {
                    new Random(seed).NextBytes(bytes);
                    return formatter.Read(bytes);
                }
                catch (Rpc.Serialization.PayloadException)
                {
                    // Most random bits are no date: what is all zero is one.
                    return formatter.Read(new byte[formatter.Size]);
                }
            }
        }
        """);

    private static string Declarations(Random random, int count, out string checks)
    {
        var declarations = new StringBuilder("using System.Runtime.InteropServices;\npublic enum Small : short { A }\n");
        var calls = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            declarations.Append(CultureInfo.InvariantCulture, $"[RpcPayload, StructLayout(LayoutKind.{s_layouts[random.Next(s_layouts.Length)]})] public struct S{i} {{ ");
            for (var field = random.Next(1, 6); field > 0; field--)
            {
                // One in four is a struct of before, by itself or as one that may be missing.
                var type = i > 0 && random.Next(4) == 0 ? $"S{random.Next(i)}{(random.Next(3) == 0 ? "?" : string.Empty)}" : s_fieldTypes[random.Next(s_fieldTypes.Length)];
                declarations.Append(CultureInfo.InvariantCulture, $"{(random.Next(2) == 0 ? "public" : "internal")} {type} F{field}; ");
            }

            declarations.Append("}\n");
            calls.Append(CultureInfo.InvariantCulture, $"Layouts.Check<S{i}>({i});\n");
        }

        // One at least that is copied here and may not be elsewhere.
        declarations.Append("[RpcPayload] public struct Entry { public int A; public long B; public byte C; internal double D; }\n");
        calls.Append("Layouts.Check<Entry>(0);\n");
        checks = calls.ToString();
        return declarations.ToString();
    }
}
