using System.Runtime.CompilerServices;

namespace Rpc.Serialization.Formatters;

/// <summary>The raw form of a value tuple of 2 unmanaged items.</summary>
internal sealed class UnmanagedValueTuple<T1, T2> : CompositeFormatter<ValueTuple<T1, T2>>
{
    private readonly UnmanagedFormatter<T1> _item1;
    private readonly UnmanagedFormatter<T2> _item2;
    private readonly int[] _offsets;

    public UnmanagedValueTuple(UnmanagedFormatter<T1> item1, UnmanagedFormatter<T2> item2)
        : base(UnmanagedLayout.Auto([item1.Layout, item2.Layout], out var offsets))
    {
        _item1 = item1;
        _item2 = item2;
        _offsets = offsets;
        ValueTuple<T1, T2> probe = default;
        if (Offset(ref probe, ref probe.Item1) == offsets[0]
            && Offset(ref probe, ref probe.Item2) == offsets[1])
        {
            CopyIfPossible(
            [
                (offsets[0], item1.Size, item1.CopyPadding),
                (offsets[1], item2.Size, item2.CopyPadding),
            ]);
        }
    }

    protected override void WriteFields(Span<byte> destination, in ValueTuple<T1, T2> value)
    {
        _item1.Write(destination.Slice(_offsets[0], _item1.Size), in value.Item1);
        _item2.Write(destination.Slice(_offsets[1], _item2.Size), in value.Item2);
    }

    protected override ValueTuple<T1, T2> ReadFields(ReadOnlySpan<byte> source) => new(
        _item1.Read(source.Slice(_offsets[0], _item1.Size)),
        _item2.Read(source.Slice(_offsets[1], _item2.Size)));

    private static int Offset<TField>(ref ValueTuple<T1, T2> tuple, ref TField field) =>
        (int)Unsafe.ByteOffset(ref Unsafe.As<ValueTuple<T1, T2>, byte>(ref tuple), ref Unsafe.As<TField, byte>(ref field));
}
