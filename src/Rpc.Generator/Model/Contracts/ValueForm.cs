namespace Rpc.Generator.Model.Contracts;

/// <summary>How generated code writes and reads an argument.</summary>
internal enum ValueForm
{
    /// <summary>Its memory, in place.</summary>
    Unmanaged,

    /// <summary>As its underlying type, in place.</summary>
    Enum,

    /// <summary>A boolean, in place: 0 or 1.</summary>
    Boolean,

    /// <summary>A string, in place.</summary>
    String,

    /// <summary>By a formatter.</summary>
    Formatter,
}
