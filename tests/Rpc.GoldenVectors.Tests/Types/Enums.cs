namespace Rpc.GoldenVectors.Tests.Types;

// enum, 1 byte
public enum EnI8 : sbyte { Min = -128, M1 = -1, Zero = 0, Max = 127 }

// enum, 1 byte
public enum EnU8 : byte { Zero = 0, Max = 255 }

// enum, 2 bytes LE
public enum EnI16 : short { Min = -32768, Zero = 0, Max = 32767 }

// enum, 2 bytes LE
public enum EnU16 : ushort { Zero = 0, Max = 65535 }

// enum, 4 bytes LE
public enum Color { Red, Green, Blue, Neg = -5 }

// enum, 4 bytes LE
public enum EnU32 : uint { Zero = 0, Max = uint.MaxValue }

// enum, 8 bytes LE
public enum EnI64 : long { Min = long.MinValue, Zero = 0, Max = long.MaxValue }

// enum, 8 bytes LE
[Flags] public enum EnU64 : ulong { None = 0, A = 1, Hi = 0x8000000000000000 }
