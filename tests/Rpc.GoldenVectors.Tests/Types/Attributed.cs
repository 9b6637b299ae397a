using MemoryPack;

namespace Rpc.GoldenVectors.Tests.Types;

// object 4: U16 string forced UTF-16, U8 string forced UTF-8, Bits bool[] bit-packed, Ci Dictionary<string,int> with ordinal-ignore-case comparer
public class CustomFmt
{
    [Utf16StringFormatter] public string? U16 { get; set; }
    [Utf8StringFormatter] public string? U8 { get; set; }
    [BitPackFormatter] public bool[]? Bits { get; set; }
    [OrdinalIgnoreCaseStringDictionaryFormatter<int>] public Dictionary<string, int>? Ci { get; set; }
}

// object 1: V i32; OnSerializing adds 1 to V before writing, OnDeserialized adds 100 after reading
public class Callbacks
{
    public int V { get; set; }
    [MemoryPackOnSerializing] private void A() => V += 1;
    [MemoryPackOnDeserialized] private void B() => V += 100;
}

// object 2: A i32, B i32 = 7 ([SuppressDefaultInitialization]: the initializer survives when the member is missing in the data)
public class Suppress { public int A { get; set; } [SuppressDefaultInitialization] public int B { get; set; } = 7; }
