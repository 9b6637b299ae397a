using System.ComponentModel;

namespace Rpc;

/// <summary>The versions of generated code that this runtime can carry.</summary>
/// <remarks>Generated code names the constant of its version: where the runtime is too old or too new for it, the compiler says so at the
/// constant's name instead of something failing at run time. A version is removed only with a new major version.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class GeneratedCodeVersion
{
    /// <summary>Version 1.</summary>
    public const int V1 = 1;
}
