namespace Rpc.Generator.Model.Payloads;

/// <summary>How generated code writes and reads a value of a type.</summary>
internal enum PayloadCallKind
{
    /// <summary>A copy of its memory.</summary>
    Copy,

    /// <summary>A byte that is normalised on reading.</summary>
    Boolean,

    /// <summary>The writer's and reader's own string methods.</summary>
    String,

    /// <summary>Static methods of a generated formatter.</summary>
    Static,

    /// <summary>The formatter's singleton.</summary>
    Singleton,

    /// <summary>A formatter that is composed of others and kept in a static field.</summary>
    Field,
}
