using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Model;

/// <summary>A diagnostic by value, kept until an analyzer reports it.</summary>
/// <param name="Descriptor">The rule.</param>
/// <param name="Location">Where; null when it is in no source file.</param>
/// <param name="Arguments">What the rule's message format takes.</param>
internal sealed record DiagnosticInfo(DiagnosticDescriptor Descriptor, LocationInfo? Location, EquatableArray<string> Arguments)
{
    /// <summary>Makes the diagnostic.</summary>
    /// <param name="compilation">The compilation that it was found in, or null.</param>
    /// <returns>The diagnostic.</returns>
    public Diagnostic ToDiagnostic(Compilation? compilation) =>
        Diagnostic.Create(Descriptor, Location?.ToLocation(compilation) ?? Microsoft.CodeAnalysis.Location.None, [.. Arguments.Items]);
}
