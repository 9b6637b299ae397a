using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Analysis.Rules;

/// <summary>What the rules of one contract found. The analyzer reports it; the generator only asks whether there were errors.</summary>
internal sealed class RuleContext
{
    private readonly Action<Diagnostic>? _report;
    private readonly INamedTypeSymbol _contract;

    /// <summary>Begins the check of a contract.</summary>
    /// <param name="contract">The interface.</param>
    /// <param name="compilation">What it is compiled in.</param>
    /// <param name="report">Takes what is found; null when only <see cref="HasErrors"/> matters.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    public RuleContext(INamedTypeSymbol contract, Compilation compilation, Action<Diagnostic>? report, CancellationToken cancellationToken)
    {
        _contract = contract;
        Compilation = compilation;
        _report = report;
        CancellationToken = cancellationToken;
    }

    public Compilation Compilation { get; }

    public CancellationToken CancellationToken { get; }

    public bool HasErrors { get; private set; }

    /// <summary>Whether anybody reads the locations.</summary>
    public bool WantsLocations => _report is not null;

    /// <summary>Records a finding at what a symbol's declaration says about it.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="location">Where, or null: not in this compilation's source, so at the contract's name.</param>
    /// <param name="arguments">What the message names.</param>
    public void Report(DiagnosticDescriptor rule, Location? location, params object[] arguments)
    {
        HasErrors |= rule.DefaultSeverity == DiagnosticSeverity.Error;
        _report?.Invoke(Diagnostic.Create(rule, InSource(location), arguments));
    }

    /// <summary>Records a finding with values that its code fix takes up.</summary>
    public void Report(DiagnosticDescriptor rule, Location? location, ImmutableDictionary<string, string?> properties, params object[] arguments)
    {
        HasErrors |= rule.DefaultSeverity == DiagnosticSeverity.Error;
        _report?.Invoke(Diagnostic.Create(rule, InSource(location), properties, arguments));
    }

    /// <summary>Records a finding of the payload rules.</summary>
    public void Report(Diagnostic diagnostic)
    {
        HasErrors |= diagnostic.DefaultSeverity == DiagnosticSeverity.Error;
        _report?.Invoke(diagnostic);
    }

    /// <summary>The location if the compilation holds it, else the contract's name: an inherited member may come from another project.</summary>
    public Location InSource(Location? location)
    {
        if (location?.SourceTree is { } tree && Compilation.ContainsSyntaxTree(tree))
        {
            return location;
        }

        return _contract.Locations.FirstOrDefault(static l => l.IsInSource) ?? Location.None;
    }
}
