namespace Rpc.Serialization;

/// <summary>The codes of the format's variable-length integers: -120 to 127 stand for themselves, lower bytes say which integer follows.</summary>
internal static class PayloadVarInt
{
    public const sbyte MinLiteral = -120;
    public const sbyte UInt8 = -121;
    public const sbyte Int8 = -122;
    public const sbyte UInt16 = -123;
    public const sbyte Int16 = -124;
    public const sbyte UInt32 = -125;
    public const sbyte Int32 = -126;
    public const sbyte UInt64 = -127;
    public const sbyte Int64 = -128;

    /// <summary>The bytes that the length of a member takes.</summary>
    public static int SizeOf(int length) => length switch
    {
        <= sbyte.MaxValue => 1,
        <= short.MaxValue => 3,
        _ => 5,
    };
}
