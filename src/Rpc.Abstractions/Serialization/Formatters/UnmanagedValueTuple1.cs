using System.Runtime.CompilerServices;

namespace Rpc.Serialization.Formatters;

/// <summary>The raw form of a value tuple of 1 unmanaged item.</summary>
internal sealed class UnmanagedValueTuple<T1> : CompositeFormatter<ValueTuple<T1>>
{
    private readonly UnmanagedFormatter<T1> _item1;
    private readonly int[] _offsets;

    public UnmanagedValueTuple(UnmanagedFormatter<T1> item1)
        : base(UnmanagedLayout.Sequential([item1.Layout], out var offsets))
    {
        _item1 = item1;
        _offsets = offsets;
        ValueTuple<T1> probe = default;
        if (Offset(ref probe, ref probe.Item1) == offsets[0])
        {
            CopyIfPossible(
            [
                (offsets[0], item1.Size, item1.CopyPadding),
            ]);
        }
    }

    protected override void WriteFields(Span<byte> destination, in ValueTuple<T1> value)
    {
        _item1.Write(destination.Slice(_offsets[0], _item1.Size), in value.Item1);
    }

    protected override ValueTuple<T1> ReadFields(ReadOnlySpan<byte> source) => new(
        _item1.Read(source.Slice(_offsets[0], _item1.Size)));

    private static int Offset<TField>(ref ValueTuple<T1> tuple, ref TField field) =>
        (int)Unsafe.ByteOffset(ref Unsafe.As<ValueTuple<T1>, byte>(ref tuple), ref Unsafe.As<TField, byte>(ref field));
}
