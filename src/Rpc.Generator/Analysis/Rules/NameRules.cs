using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Rpc.Generator.Parsing.Contracts;

namespace Rpc.Generator.Analysis.Rules;

/// <summary>That every method of a contract has a name and an id of its own.</summary>
internal static class NameRules
{
    /// <summary>The property of <see cref="Overload"/> that holds the name for the code fix.</summary>
    public const string SuggestedName = "Name";

    public static readonly DiagnosticDescriptor Overload = Rule.Error(
        "RPC0040",
        "Overloads have names of their own",
        "The contract has another method called '{0}'; give this overload a name on the wire: [RpcMethod(Name = \"{1}\")]");

    public static readonly DiagnosticDescriptor Duplicate = Rule.Error(
        "RPC0041",
        "Methods of a contract have different ids",
        "The methods '{0}' and '{1}' have the same {2}; give one of them another name with [RpcMethod(Name = …)]");

    public static readonly DiagnosticDescriptor Invalid = Rule.Error(
        "RPC0042",
        "A method's name can travel",
        "The method '{0}' cannot be named '{1}': a name is 1 to 256 characters without white space, control characters or '/'");

    /// <summary>Checks the name that an attribute gives.</summary>
    public static void CheckName(IMethodSymbol method, MethodSettings settings, RuleContext context)
    {
        if (settings.HasName && !WireName.IsValid(settings.Name, out var shown))
        {
            context.Report(Invalid, Locate.Argument(method, settings.Attribute, "Name"), method.Name, shown);
        }
    }

    /// <summary>Checks the names of a contract's methods against each other, and their ids.</summary>
    /// <param name="contractName">The contract's name on the wire.</param>
    /// <param name="methods">The methods in the order of their declaration: of several without a name of their own the first keeps it.</param>
    /// <param name="context">Takes the findings.</param>
    public static void CheckUnique(string contractName, IReadOnlyList<(IMethodSymbol Symbol, MethodSettings Settings)> methods, RuleContext context)
    {
        var names = new Dictionary<string, (IMethodSymbol Symbol, MethodSettings Settings)>(StringComparer.Ordinal);
        var ids = new Dictionary<uint, IMethodSymbol>();
        var overloads = new List<IMethodSymbol>();

        // Names that were given stand; methods without one come after them.
        foreach (var member in methods.OrderBy(static m => m.Settings.HasName ? 0 : 1))
        {
            var (method, settings) = member;
            var name = settings.Name ?? method.Name;
            if (names.TryGetValue(name, out var other))
            {
                if (!settings.HasName && method.Name == other.Symbol.Name)
                {
                    overloads.Add(method);
                }
                else
                {
                    var (named, namedSettings) = settings.HasName ? member : other;
                    context.Report(Duplicate, Locate.Argument(named, namedSettings.Attribute, "Name"), other.Symbol.Name, method.Name, $"name, '{name}'");
                }

                continue;
            }

            names.Add(name, member);
            var id = MethodId.Compute(contractName, name);
            if (ids.TryGetValue(id, out var twin))
            {
                context.Report(Duplicate, Locate.Argument(method, settings.Attribute, "Name"), twin.Name, method.Name, $"id, 0x{id:x8}");
            }
            else
            {
                ids.Add(id, method);
            }
        }

        foreach (var method in overloads)
        {
            var suggestion = OverloadName.Suggest(method, names.Keys);
            names.Add(suggestion, (method, MethodSettings.Of(method)));
            var properties = ImmutableDictionary<string, string?>.Empty.Add(SuggestedName, suggestion);
            context.Report(Overload, Locate.Name(method), properties, method.Name, suggestion);
        }
    }
}
