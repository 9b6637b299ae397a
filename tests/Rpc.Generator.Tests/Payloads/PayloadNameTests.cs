using Rpc.Generator.Tests.Harness;

namespace Rpc.Generator.Tests.Payloads;

/// <summary>Types whose names resemble each other, or are none that C# likes.</summary>
public sealed class PayloadNameTests
{
    [Fact]
    public void Types_of_one_name_in_different_places_do_not_meet()
    {
        var generated = Generated.Cleanly(Target.Net10, """
            using Rpc;

            [RpcPayload] public class Item { public string? A; }
            namespace N { [RpcPayload] public class Item { public string? A; } }
            namespace N { public class Outer { [RpcPayload] public class Item { public string? A; } } }
            namespace N { public class Outer<T> { public class Item { public T? A; } } }
            namespace N { [RpcPayload] public class Roots { public Outer<string>.Item? A; public Outer<int>.Item? B; public Outer<Outer<int>.Item>.Item? C; } }
            """);

        Assert.Equal(8, generated.Files.Count);
    }

    [Fact]
    public void Names_that_differ_in_case_only_get_files_that_differ_otherwise()
    {
        var generated = Generated.Cleanly(Target.Net10, """
            using Rpc;

            namespace N { [RpcPayload] public class Item { public string? A; } [RpcPayload] public class ItEM { public string? A; } }
            namespace n { [RpcPayload] public class Item { public string? A, a; } }
            """);

        Assert.Equal(4, generated.Files.Keys.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Names_that_are_keywords_or_not_ascii_compile() => Generated.Cleanly(Target.NetStandard, """
        using Rpc;

        namespace @namespace.@class
        {
            [RpcPayload]
            public class @struct
            {
                public string? @int, größe, value, writer, reader, count, result, m0, s_f0, state, known;
                public System.Collections.Generic.List<@event>? @object;
                public @interface? Union;
            }

            public class @event : @interface { public @event(string? @string) => @String = @string; public string? @String { get; } }

            [RpcUnion(0, typeof(@event))] public interface @interface { }
        }
        """);

    [Fact]
    public void Types_that_are_named_as_namespaces_of_generated_code_do_not_hide_them() => Generated.Cleanly(Target.NetStandard, """
        namespace N
        {
            [Rpc.RpcPayload] public class System { public string? Rpc; public global::System.DateTime At; public global::System.Collections.Generic.List<Serialization>? All; }
            public class Serialization { public bool Generated; public string? Instance; public Formatter? F; }
            public class Formatter { public string? Write, Read; }
        }
        """);

    [Fact]
    public void Every_base_type_compiles_as_CSharp_9_on_netstandard() => Generated.Cleanly(Target.NetStandard, """
        using System;
        using System.Collections;
        using System.Collections.Generic;
        using System.Numerics;
        using System.Text;

        [Rpc.RpcPayload]
        public class All
        {
            public nint A; public nuint B; public decimal C; public Guid D; public DateTimeOffset E; public TimeSpan F; public Index G; public Range H; public Vector3 I; public Complex J;
            public BigInteger K; public Version? L; public Uri? M; public BitArray? N; public StringBuilder? O; public int? P; public (int A, string? B)? Q; public KeyValuePair<int, string> R;
            public Memory<byte> S; public ReadOnlyMemory<int> T; public ArraySegment<char> U; public Tuple<int, string>? V; public Lazy<int>? W; public int[,]? X; public string?[][]? Y; public DayOfWeek Z;
            public IEnumerable<nint>? Aa; public IReadOnlyDictionary<string, List<string?>?>? Ab; public ISet<nuint?>? Ac; public SortedList<int, int>? Ad; public (nint, bool) Ae; public Dictionary<(int, int), DayOfWeek?>? Af;
            public Raw Ag; public Raw? Ah; public Raw[]? Ai; public List<Mixed>? Aj; public Mixed? Ak;
        }

        public struct Raw { public nint A; public bool B; public DateTime? C; public DayOfWeek D; private (byte, int) _e; public Raw(byte e) : this() => _e = (e, e); public int Sum() => _e.Item1 + _e.Item2; }

        public struct Mixed { public Raw A; public string? B; public readonly int C; public Mixed(Raw a, string? b, int c) { A = a; B = b; C = c; } }
        """);
}
