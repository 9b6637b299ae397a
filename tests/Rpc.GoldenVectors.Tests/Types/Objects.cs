using System.Collections.Immutable;

namespace Rpc.GoldenVectors.Tests.Types;

// object 0
public class Empty0 { }

// object 1: Id i32
public class One { public int Id { get; set; } }

// object 10: Id i32, Name string, X f32, Y f32, Z f32, Ticks i64, Items List<i32>, Guild string, Health f64, Alive bool
public class Player
{
    public int Id { get; set; }
    public string? Name { get; set; }
    public float X { get; set; }
    public float Y { get; set; }
    public float Z { get; set; }
    public long Ticks { get; set; }
    public List<int>? Items { get; set; }
    public string? Guild { get; set; }
    public double Health { get; set; }
    public bool Alive { get; set; }
}

// object 2: Age i32, Name string
public class Person { public int Age { get; set; } public string? Name { get; set; } }

// object 6, declaration order with fields and properties interleaved: B i32(field), A string(prop), C u8(field), D i32(init), E string(required init), F i64(private set)
public class MixedMembers
{
    public int B;
    public string? A { get; set; }
    public byte C;
    public int D { get; init; }
    public required string E { get; init; }
    public long F { get; private set; }
    public MixedMembers Set(long f) { F = f; return this; }
}

// object 4: Pub i32, priv i32 (RpcInclude field), Prop i32 (RpcInclude internal property), Computed i32 (get-only is written, dropped on read). Skipped: Ignored, plainPrivate, static, const, indexer, set-only
public class IgnoreInclude
{
    public int Pub;
    [RpcIgnore] public int Ignored;
    [RpcInclude] private int priv;
    private int plainPrivate;
    [RpcInclude] internal int Prop { get; set; }
    public int Computed => Pub * 2;
    public static int Stat = 5;
    public const int Konst = 6;
    public int this[int i] => i;
    public int SetOnly { set { plainPrivate = value; } }
    public static IgnoreInclude Make(int pub, int priv, int prop) => new() { Pub = pub, priv = priv, Prop = prop, Ignored = 99, plainPrivate = 98 };
}

// object 2: Age i32, Name string (readonly fields set via constructor, parameter names match case-insensitively; parameter order is irrelevant to bytes)
public class CtorPerson
{
    public readonly int Age;
    public readonly string? Name;
    public CtorPerson(string? name, int age) { Name = name; Age = age; }
}

// object 2: Age i32, Name string; [RpcConstructor] chooses
public class TwoCtors
{
    public int Age { get; set; }
    public string? Name { get; set; }
    public TwoCtors() { }
    [RpcConstructor]
    public TwoCtors(int age, string? name) { Age = age; Name = name; }
}

// object 3 by RpcOrder: P0 i32, P1 string, P2 u8 (declared 2,0,1)
public class ExplicitOrder
{
    [RpcOrder(2)] public byte P2 { get; set; }
    [RpcOrder(0)] public int P0 { get; set; }
    [RpcOrder(1)] public string? P1 { get; set; }
}

// object 2 (struct with a reference): Id i32, Name string
public struct NamedStruct { public int Id; public string? Name; }

// object 3: Inner Outer.Nested, List List<Outer.Nested>, Arr Outer.Nested[]
public class Outer
{
    public Nested? Inner { get; set; }
    public List<Nested?>? List { get; set; }
    public Nested?[]? Arr { get; set; }
    public class Nested { public int N { get; set; } public Nested? Child { get; set; } }
}

// object 1: Value T
public class Box<T> { public T? Value { get; set; } }

// object 2: First T1, Second T2
public class Pair<T1, T2> { public T1? First { get; set; } public T2? Second { get; set; } }

// object 8: I int?, D DateTime?, E Color?, S NamedStruct? (managed nullable), Str string, One One, Arr int[], List List<string>
public class Nulls
{
    public int? I { get; set; }
    public DateTime? D { get; set; }
    public Color? E { get; set; }
    public NamedStruct? S { get; set; }
    public string? Str { get; set; }
    public One? One { get; set; }
    public int[]? Arr { get; set; }
    public List<string?>? List { get; set; }
}

// object 20 in declaration order; unmanaged members are written back to back with no alignment padding between members
public class AllPrims
{
    public bool Bool { get; set; }
    public sbyte I8 { get; set; }
    public byte U8 { get; set; }
    public short I16 { get; set; }
    public ushort U16 { get; set; }
    public int I32 { get; set; }
    public uint U32 { get; set; }
    public long I64 { get; set; }
    public ulong U64 { get; set; }
    public float F32 { get; set; }
    public double F64 { get; set; }
    public char Ch { get; set; }
    public decimal Dec { get; set; }
    public Guid Guid { get; set; }
    public DateTime Dt { get; set; }
    public DateTimeOffset Dto { get; set; }
    public TimeSpan Ts { get; set; }
    public DateOnly DO { get; set; }
    public TimeOnly TO { get; set; }
    public Color En { get; set; }
}

// object 3: P Padded (12 raw bytes incl. padding), N int? (8 raw bytes), T (byte,int) (8 raw bytes, Auto layout)
public class UMembers { public Padded P { get; set; } public int? N { get; set; } public (byte, int) T { get; set; } }

// object 12 in declaration order
public class CollMembers
{
    public IEnumerable<int>? En { get; set; }
    public ICollection<int>? Co { get; set; }
    public IReadOnlyCollection<int>? RoC { get; set; }
    public IList<int>? Li { get; set; }
    public IReadOnlyList<string?>? RoL { get; set; }
    public IDictionary<int, string?>? Di { get; set; }
    public IReadOnlyDictionary<string, int>? RoD { get; set; }
    public ISet<int>? Se { get; set; }
    public IReadOnlySet<int>? RoS { get; set; }
    public ReadOnlyMemory<byte> Rom { get; set; }
    public ImmutableArray<int> Ia { get; set; }
    public Dictionary<string, List<int>>? Dl { get; set; }
}

// object 1: Next Deep
public class Deep { public Deep? Next { get; set; } public static Deep Make(int n) { Deep? d = null; for (int i = 0; i < n; i++) d = new Deep { Next = d }; return d!; } }

// object 17: A0..A16 i32 (more than 15 unmanaged members in a row: still no padding)
public class LongMember16 { public int A0, A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11, A12, A13, A14, A15, A16; }

// object 2: A i32, B i32 = 7 (no attribute: a missing member is overwritten by default(0))
public class DefaultInit { public int A { get; set; } public int B { get; set; } = 7; }

// object 2: A i32, B string
public class EvoV1 { public int A { get; set; } public string? B { get; set; } }

// object 4: A i32, B string, C f64, D List<i32>
public class EvoV2 { public int A { get; set; } public string? B { get; set; } public double C { get; set; } public List<int>? D { get; set; } }
