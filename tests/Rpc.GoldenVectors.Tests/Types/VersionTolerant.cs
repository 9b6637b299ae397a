namespace Rpc.GoldenVectors.Tests.Types;

// version tolerant 0
[RpcPayload(RpcPayloadLayout.VersionTolerant)]
public class VtEmpty { }

// version tolerant 2: 0 A i32, 1 B string
[RpcPayload(RpcPayloadLayout.VersionTolerant)]
public class Vt1 { [RpcOrder(0)] public int A { get; set; } [RpcOrder(1)] public string? B { get; set; } }

// version tolerant 4: 0 A i32, 1 B string, 2 C List<i32>, 3 D f64
[RpcPayload(RpcPayloadLayout.VersionTolerant)]
public class Vt2
{
    [RpcOrder(0)] public int A { get; set; }
    [RpcOrder(1)] public string? B { get; set; }
    [RpcOrder(2)] public List<int>? C { get; set; }
    [RpcOrder(3)] public double D { get; set; }
}

// version tolerant 6 (slots 1, 3, 4 unused, written with length 0): 0 A i32, 2 B i64, 5 C string
[RpcPayload(RpcPayloadLayout.VersionTolerant)]
public class VtGap
{
    [RpcOrder(0)] public int A { get; set; }
    [RpcOrder(2)] public long B { get; set; }
    [RpcOrder(5)] public string? C { get; set; }
}

// version tolerant 4: Vt2 with member 1 (B) deleted: 0 A i32, 2 C List<i32>, 3 D f64
[RpcPayload(RpcPayloadLayout.VersionTolerant)]
public class VtDeleted
{
    [RpcOrder(0)] public int A { get; set; }
    [RpcOrder(2)] public List<int>? C { get; set; }
    [RpcOrder(3)] public double D { get; set; }
}

// version tolerant 3: 0 In Vt1, 1 Arr Vt1[], 2 P Person
[RpcPayload(RpcPayloadLayout.VersionTolerant)]
public class VtNest
{
    [RpcOrder(0)] public Vt1? In { get; set; }
    [RpcOrder(1)] public Vt1?[]? Arr { get; set; }
    [RpcOrder(2)] public Person? P { get; set; }
}

// version tolerant 3: 0 Data byte[], 1 S string, 2 G Guid
[RpcPayload(RpcPayloadLayout.VersionTolerant)]
public class VtBig { [RpcOrder(0)] public byte[]? Data { get; set; } [RpcOrder(1)] public string? S { get; set; } [RpcOrder(2)] public Guid G { get; set; } }

// version tolerant 2 (struct with references): 0 A i32, 1 B string
[RpcPayload(RpcPayloadLayout.VersionTolerant)]
public struct VtStruct { [RpcOrder(0)] public int A { get; set; } [RpcOrder(1)] public string? B { get; set; } }

// version tolerant 3: A i32, B string, C u8
[RpcPayload(RpcPayloadLayout.VersionTolerant)]
public class VtSeq { [RpcOrder(0)] public int A { get; set; } [RpcOrder(1)] public string? B { get; set; } [RpcOrder(2)] public byte C { get; set; } }
