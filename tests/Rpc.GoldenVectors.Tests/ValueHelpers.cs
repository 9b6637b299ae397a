using System.Runtime.InteropServices;
using Rpc.GoldenVectors.Tests.Types;

namespace Rpc.GoldenVectors.Tests;

/// <summary>What the values of the vectors call.</summary>
internal static class ValueHelpers
{
    /// <summary>Gives a value its static type: the compiler infers none from null, and boxes a literal as what it looks like.</summary>
    public static object? As<T>(T? value) => value;

    public static Padded[] DirtyPadded()
    {
        var array = new Padded[2];
        MemoryMarshal.AsBytes(array.AsSpan()).Fill(0xCC);
        for (var i = 0; i < 2; i++)
        {
            array[i].A = (byte)(i + 1);
            array[i].B = 0x01020304;
            array[i].C = 5;
        }

        return array;
    }

    public static Player P1() => new()
    {
        Id = 42,
        Name = "Alice",
        X = 1.5f,
        Y = -2.25f,
        Z = 1024,
        Ticks = 638000000000000000,
        Items = [1, 2, 3, 4, 5, 6, 7, 8],
        Guild = "Red",
        Health = 99.5,
        Alive = true,
    };

    public static AllPrims AP() => new()
    {
        Bool = true,
        I8 = -8,
        U8 = 8,
        I16 = -1600,
        U16 = 1600,
        I32 = -320000,
        U32 = 320000,
        I64 = -6400000000,
        U64 = 6400000000,
        F32 = 0.5f,
        F64 = -0.125,
        Ch = 'Z',
        Dec = 123.45m,
        Guid = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
        Dt = new DateTime(2024, 2, 29, 12, 34, 56, DateTimeKind.Utc),
        Dto = new DateTimeOffset(2024, 2, 29, 12, 34, 56, TimeSpan.FromHours(9)),
        Ts = TimeSpan.FromSeconds(-1.5),
        DO = new DateOnly(2024, 2, 29),
        TO = new TimeOnly(23, 59, 59),
        En = Color.Blue,
    };
}
