using System.Runtime.InteropServices;

namespace Rpc.GoldenVectors.Tests.Types;

// unmanaged 12 bytes: X f32@0, Y f32@4, Z f32@8
public struct V3 { public float X, Y, Z; public V3(float x, float y, float z) { X = x; Y = y; Z = z; } }

// unmanaged 12 bytes: A u8@0, pad@1..3, B i32@4, C i16@8, pad@10..11
public struct Padded { public byte A; public int B; public short C; }

// unmanaged 16 bytes: A i64@0, B u8@8, pad@9..15
public struct PaddedTail { public long A; public byte B; }

// unmanaged 7 bytes (Pack=1): A u8@0, B i32@1, C i16@5
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Packed1 { public byte A; public int B; public short C; }

// unmanaged 16 bytes, LayoutKind.Auto => CLR reorders (see hex): B i64@0, D i32@8, A u8@12, C u8@13, pad@14..15
[StructLayout(LayoutKind.Auto)]
public struct AutoS { public byte A; public long B; public byte C; public int D; }

// unmanaged 8 bytes explicit: A i32@0 overlapped by B f32@0, C u8@4, pad@5..7
[StructLayout(LayoutKind.Explicit)]
public struct ExplicitS { [FieldOffset(0)] public int A; [FieldOffset(0)] public float B; [FieldOffset(4)] public byte C; }

// unmanaged, sizeof == 1, one byte of whatever
public struct EmptyS { }

// unmanaged 6 bytes: A bool@0, pad@1, B char@2, C bool@4, pad@5
public struct BoolChar { public bool A; public char B; public bool C; }

// unmanaged 24 bytes sequential: A u8@0, pad, B DateTime@8, C u8@16, pad (pre-.NET 7 the CLR made this Auto)
public struct WithDt { public byte A; public DateTime B; public byte C; }

// unmanaged 16 bytes: P Padded@0 (12), Q u8@12, pad@13..15
public struct NestedU { public Padded P; public byte Q; }

// unmanaged when T is: A u8@0, B T@align(T)
public struct GenU<T> { public byte A; public T B; }

// unmanaged struct: raw memory, no header: 8 bytes A i32@0, B i32@4
public struct MpUnmanaged { public int A; public int B; }

// unmanaged struct; private fields count, properties do not: 8 bytes
public struct PrivFields { private int a; private int b; public PrivFields(int a, int b) { this.a = a; this.b = b; } public int Sum => a + b; }
