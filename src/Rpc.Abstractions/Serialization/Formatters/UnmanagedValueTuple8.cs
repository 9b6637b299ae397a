using System.Runtime.CompilerServices;

namespace Rpc.Serialization.Formatters;

/// <summary>The raw form of a value tuple of 8 unmanaged items.</summary>
internal sealed class UnmanagedValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest> : CompositeFormatter<ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest>>
    where TRest : struct
{
    private readonly UnmanagedFormatter<T1> _item1;
    private readonly UnmanagedFormatter<T2> _item2;
    private readonly UnmanagedFormatter<T3> _item3;
    private readonly UnmanagedFormatter<T4> _item4;
    private readonly UnmanagedFormatter<T5> _item5;
    private readonly UnmanagedFormatter<T6> _item6;
    private readonly UnmanagedFormatter<T7> _item7;
    private readonly UnmanagedFormatter<TRest> _rest;
    private readonly int[] _offsets;

    public UnmanagedValueTuple(
        UnmanagedFormatter<T1> item1,
        UnmanagedFormatter<T2> item2,
        UnmanagedFormatter<T3> item3,
        UnmanagedFormatter<T4> item4,
        UnmanagedFormatter<T5> item5,
        UnmanagedFormatter<T6> item6,
        UnmanagedFormatter<T7> item7,
        UnmanagedFormatter<TRest> rest)
        : base(UnmanagedLayout.Auto([item1.Layout, item2.Layout, item3.Layout, item4.Layout, item5.Layout, item6.Layout, item7.Layout, rest.Layout], out var offsets))
    {
        _item1 = item1;
        _item2 = item2;
        _item3 = item3;
        _item4 = item4;
        _item5 = item5;
        _item6 = item6;
        _item7 = item7;
        _rest = rest;
        _offsets = offsets;
        ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest> probe = default;
        if (Offset(ref probe, ref probe.Item1) == offsets[0]
            && Offset(ref probe, ref probe.Item2) == offsets[1]
            && Offset(ref probe, ref probe.Item3) == offsets[2]
            && Offset(ref probe, ref probe.Item4) == offsets[3]
            && Offset(ref probe, ref probe.Item5) == offsets[4]
            && Offset(ref probe, ref probe.Item6) == offsets[5]
            && Offset(ref probe, ref probe.Item7) == offsets[6]
            && Offset(ref probe, ref probe.Rest) == offsets[7])
        {
            CopyIfPossible(
            [
                (offsets[0], item1.Size, item1.CopyPadding),
                (offsets[1], item2.Size, item2.CopyPadding),
                (offsets[2], item3.Size, item3.CopyPadding),
                (offsets[3], item4.Size, item4.CopyPadding),
                (offsets[4], item5.Size, item5.CopyPadding),
                (offsets[5], item6.Size, item6.CopyPadding),
                (offsets[6], item7.Size, item7.CopyPadding),
                (offsets[7], rest.Size, rest.CopyPadding),
            ]);
        }
    }

    protected override void WriteFields(Span<byte> destination, in ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest> value)
    {
        _item1.Write(destination.Slice(_offsets[0], _item1.Size), in value.Item1);
        _item2.Write(destination.Slice(_offsets[1], _item2.Size), in value.Item2);
        _item3.Write(destination.Slice(_offsets[2], _item3.Size), in value.Item3);
        _item4.Write(destination.Slice(_offsets[3], _item4.Size), in value.Item4);
        _item5.Write(destination.Slice(_offsets[4], _item5.Size), in value.Item5);
        _item6.Write(destination.Slice(_offsets[5], _item6.Size), in value.Item6);
        _item7.Write(destination.Slice(_offsets[6], _item7.Size), in value.Item7);
        _rest.Write(destination.Slice(_offsets[7], _rest.Size), in value.Rest);
    }

    protected override ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest> ReadFields(ReadOnlySpan<byte> source) => new(
        _item1.Read(source.Slice(_offsets[0], _item1.Size)),
        _item2.Read(source.Slice(_offsets[1], _item2.Size)),
        _item3.Read(source.Slice(_offsets[2], _item3.Size)),
        _item4.Read(source.Slice(_offsets[3], _item4.Size)),
        _item5.Read(source.Slice(_offsets[4], _item5.Size)),
        _item6.Read(source.Slice(_offsets[5], _item6.Size)),
        _item7.Read(source.Slice(_offsets[6], _item7.Size)),
        _rest.Read(source.Slice(_offsets[7], _rest.Size)));

    private static int Offset<TField>(ref ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest> tuple, ref TField field) =>
        (int)Unsafe.ByteOffset(ref Unsafe.As<ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest>, byte>(ref tuple), ref Unsafe.As<TField, byte>(ref field));
}
