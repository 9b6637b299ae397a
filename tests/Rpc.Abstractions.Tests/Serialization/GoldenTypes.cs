#pragma warning disable CA1008, CA1027, CA1028, CA1069, CA1815, CA2217, IDE0250 // The declarations are those of the vectors.
using System.Runtime.InteropServices;

namespace Rpc.Abstractions.Tests.Serialization;

internal enum EnI8 : sbyte { Min = -128, M1 = -1, Zero = 0, Max = 127 }

internal enum EnU8 : byte { Zero = 0, Max = 255 }

internal enum EnI16 : short { Min = -32768, Zero = 0, Max = 32767 }

internal enum EnU16 : ushort { Zero = 0, Max = 65535 }

internal enum Color { Red, Green, Blue, Neg = -5 }

internal enum EnU32 : uint { Zero = 0, Max = uint.MaxValue }

internal enum EnI64 : long { Min = long.MinValue, Zero = 0, Max = long.MaxValue }

[Flags]
internal enum EnU64 : ulong { None = 0, A = 1, Hi = 0x8000000000000000 }

internal struct V3(float x, float y, float z)
{
    public float X = x, Y = y, Z = z;
}

internal struct Padded
{
    public byte A;
    public int B;
    public short C;
}

internal struct PaddedTail
{
    public long A;
    public byte B;
}

[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct Packed1
{
    public byte A;
    public int B;
    public short C;
}

[StructLayout(LayoutKind.Explicit)]
internal struct ExplicitS
{
    [FieldOffset(0)]
    public int A;

    [FieldOffset(0)]
    public float B;

    [FieldOffset(4)]
    public byte C;
}

internal struct EmptyS
{
}

internal record struct RecStructU(int A, int B);
