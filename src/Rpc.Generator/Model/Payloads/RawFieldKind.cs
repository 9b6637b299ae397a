namespace Rpc.Generator.Model.Payloads;

/// <summary>How a field of a raw struct is written.</summary>
internal enum RawFieldKind
{
    /// <summary>A copy: each bit pattern is a value, and every platform has the same memory.</summary>
    Copy,

    /// <summary>A byte that is normalised.</summary>
    Boolean,

    /// <summary>The raw form of its formatter.</summary>
    Formatter,
}
