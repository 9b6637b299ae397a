using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Rpc.Generator.Analysis;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Parses classes, records and structs with references: their members in order and how they are made.</summary>
internal static class ObjectParser
{
    private sealed record Candidate(ISymbol Symbol, ITypeSymbol Type, int? Order);

    public static ObjectModel? Parse(
        PayloadCollector collector, Compilation compilation, INamedTypeSymbol type, string name, string space, string formatterName, Location? at)
    {
        var display = TypeNames.Display(type);
        var here = type.Locations.FirstOrDefault(static location => location.IsInSource) ?? at;
        var layout = LayoutOf(type);
        var candidates = MembersOf(compilation, type, out var hidden);
        if (hidden is not null)
        {
            collector.Report(
                PayloadDiagnostics.InaccessibleMember,
                hidden.Locations.FirstOrDefault(static location => location.IsInSource) ?? here,
                $"'{display}.{hidden.Name}'",
                "make it internal or public");
            return null;
        }

        var slots = Order(candidates, layout, out var problem);
        if (problem is not null)
        {
            collector.Report(PayloadDiagnostics.Order, here, display, problem);
            return null;
        }

        if (slots.Count > 249)
        {
            collector.Report(PayloadDiagnostics.TooManyMembers, here, display, slots.Count.ToString(CultureInfo.InvariantCulture));
            return null;
        }

        if (ConstructorOf(compilation, type, out var count) is not { } constructor)
        {
            collector.Report(PayloadDiagnostics.ConstructorChoice, here, display, count.ToString(CultureInfo.InvariantCulture));
            return null;
        }

        var ordered = slots.Where(static slot => slot is not null).Select(static slot => slot!).ToList();
        var arguments = ImmutableArray.CreateBuilder<ArgumentModel>();
        var byConstructor = new HashSet<int>();
        foreach (var parameter in constructor.Parameters)
        {
            var index = ordered.FindIndex(member => string.Equals(member.Symbol.Name, parameter.Name, StringComparison.OrdinalIgnoreCase));
            if (index < 0)
            {
                if (parameter.HasExplicitDefaultValue)
                {
                    continue;
                }

                collector.Report(PayloadDiagnostics.ConstructorParameter, here, display, parameter.Name);
                return null;
            }

            arguments.Add(new ArgumentModel(TypeNames.Identifier(parameter.Name), index));
            byConstructor.Add(index);
        }

        var members = ImmutableArray.CreateBuilder<MemberModel>();
        var recursive = false;
        for (var i = 0; i < ordered.Count; i++)
        {
            var member = ordered[i];
            var location = member.Symbol.Locations.FirstOrDefault(static location => location.IsInSource) ?? at;
            if (collector.AddCall(member.Type, location) is not { } call)
            {
                return null;
            }

            recursive |= call.Kind is PayloadCallKind.Static or PayloadCallKind.Field;
            members.Add(ModelOf(compilation, member.Symbol, call, byConstructor.Contains(i), layout));
        }

        var required = RequiredOf(type, constructor, ordered);
        return new ObjectModel(
            name,
            space,
            formatterName,
            layout,
            type.IsValueType,
            members.ToImmutable(),
            slots.Select(slot => slot is null ? -1 : ordered.IndexOf(slot)).ToImmutableArray(),
            new ConstructionModel("new " + name, true, arguments.ToImmutable(), required, CanThrow: true),
            ImmutableArray<CallbackModel>.Empty,
            ImmutableArray<string>.Empty)
        {
            IsRecursive = recursive,
        };
    }

    private static MemberModel ModelOf(Compilation compilation, ISymbol symbol, PayloadCall call, bool byConstructor, ObjectLayout layout)
    {
        var name = TypeNames.Identifier(symbol.Name);
        var (canSet, initOnly) = symbol switch
        {
            IFieldSymbol field => (!field.IsReadOnly, false),
            IPropertySymbol { SetMethod: { } set } => (compilation.IsSymbolAccessibleWithin(set, compilation.Assembly), set.IsInitOnly),
            _ => (false, false),
        };
        if (byConstructor || !canSet)
        {
            return new MemberModel(call, "{0}." + name, null, null, false);
        }

        return layout == ObjectLayout.CircularReference && !initOnly
            ? new MemberModel(call, "{0}." + name, "{0}." + name + " = {1};", null, false)
            : new MemberModel(call, "{0}." + name, null, name, false);
    }

    private static ImmutableArray<string> RequiredOf(INamedTypeSymbol type, IMethodSymbol constructor, List<Candidate> members)
    {
        if (constructor.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name == "SetsRequiredMembersAttribute"))
        {
            return ImmutableArray<string>.Empty;
        }

        var names = ImmutableArray.CreateBuilder<string>();
        for (var current = type; current is not null; current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                if (member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true } && !members.Any(known => known.Symbol.Name == member.Name))
                {
                    names.Add(TypeNames.Identifier(member.Name));
                }
            }
        }

        return names.ToImmutable();
    }

    private static ObjectLayout LayoutOf(INamedTypeSymbol type)
    {
        if (PayloadAttributes.Find(type, "RpcPayloadAttribute", "MemoryPackableAttribute") is not { } attribute)
        {
            return ObjectLayout.Default;
        }

        var value = attribute.ConstructorArguments.Length > 0 && attribute.ConstructorArguments[0].Value is int number ? number : 0;
        return value switch
        {
            1 => ObjectLayout.VersionTolerant,
            2 => ObjectLayout.CircularReference,
            _ => ObjectLayout.Default,
        };
    }

    /// <summary>Members in order: base class first, an override at the place of what it overrides, a <c>new</c> one at its own.</summary>
    private static List<Candidate> MembersOf(Compilation compilation, INamedTypeSymbol type, out ISymbol? hidden)
    {
        hidden = null;
        var chain = new Stack<INamedTypeSymbol>();
        for (var current = type; current is not null && current.SpecialType is not (SpecialType.System_Object or SpecialType.System_ValueType); current = current.BaseType)
        {
            chain.Push(current);
        }

        var members = new List<Candidate>();
        foreach (var level in chain)
        {
            foreach (var symbol in level.GetMembers())
            {
                if (!IsMember(compilation, symbol, out var memberType, ref hidden))
                {
                    continue;
                }

                var order = PayloadAttributes.Find(symbol, "RpcOrderAttribute", "MemoryPackOrderAttribute")?.ConstructorArguments[0].Value as int?;
                var candidate = new Candidate(symbol, memberType!, order);
                var existing = members.FindIndex(member => member.Symbol.Name == symbol.Name);
                if (existing >= 0 && symbol.IsOverride)
                {
                    members[existing] = candidate with { Order = order ?? members[existing].Order };
                    continue;
                }

                if (existing >= 0)
                {
                    members.RemoveAt(existing);
                }

                members.Add(candidate);
            }
        }

        return members;
    }

    private static bool IsMember(Compilation compilation, ISymbol symbol, out ITypeSymbol? type, ref ISymbol? hidden)
    {
        type = null;
        if (symbol.IsStatic || symbol.IsImplicitlyDeclared || PayloadAttributes.Find(symbol, "RpcIgnoreAttribute", "MemoryPackIgnoreAttribute") is not null)
        {
            return false;
        }

        var included = PayloadAttributes.Find(symbol, "RpcIncludeAttribute", "MemoryPackIncludeAttribute") is not null;
        if (symbol.DeclaredAccessibility != Accessibility.Public && !included)
        {
            return false;
        }

        if (!compilation.IsSymbolAccessibleWithin(symbol, compilation.Assembly))
        {
            hidden ??= included ? symbol : null;
            return false;
        }

        switch (symbol)
        {
            case IFieldSymbol { IsConst: false } field:
                type = field.Type;
                return true;
            case IPropertySymbol { IsIndexer: false, GetMethod: { } get } property when compilation.IsSymbolAccessibleWithin(get, compilation.Assembly):
                type = property.Type;
                return true;
            default:
                return false;
        }
    }

    private static List<Candidate?> Order(List<Candidate> members, ObjectLayout layout, out string? problem)
    {
        problem = null;
        var ordered = members.Count(static member => member.Order is not null);
        if (ordered == 0)
        {
            if (layout != ObjectLayout.Default && members.Count > 0)
            {
                problem = "every member of a version tolerant type needs an order";
            }

            return [.. members];
        }

        if (ordered != members.Count)
        {
            problem = "some members have an order and some have none";
            return [];
        }

        var highest = members.Max(static member => member.Order!.Value);
        if (highest > 248 || members.Any(static member => member.Order < 0))
        {
            problem = "an order is below 0 or above 248";
            return [];
        }

        var slots = new List<Candidate?>(Enumerable.Repeat<Candidate?>(null, highest + 1));
        foreach (var member in members)
        {
            if (slots[member.Order!.Value] is not null)
            {
                problem = $"{member.Order} is there twice";
                return [];
            }

            slots[member.Order!.Value] = member;
        }

        if (layout == ObjectLayout.Default && slots.Contains(null))
        {
            problem = "there are gaps";
        }

        return slots;
    }

    private static IMethodSymbol? ConstructorOf(Compilation compilation, INamedTypeSymbol type, out int count)
    {
        var all = type.InstanceConstructors
            .Where(constructor => compilation.IsSymbolAccessibleWithin(constructor, compilation.Assembly))
            .Where(constructor => !IsCopyConstructor(constructor, type))
            .ToList();
        count = all.Count;
        if (all.FirstOrDefault(static constructor => PayloadAttributes.Find(constructor, "RpcConstructorAttribute", "MemoryPackConstructorAttribute") is not null) is { } chosen)
        {
            return chosen;
        }

        var declared = all.Where(static constructor => !constructor.IsImplicitlyDeclared).ToList();
        return declared.Count switch
        {
            0 => all.FirstOrDefault(static constructor => constructor.Parameters.Length == 0) ?? all.FirstOrDefault(),
            1 => declared[0],
            _ => null,
        };
    }

    private static bool IsCopyConstructor(IMethodSymbol constructor, INamedTypeSymbol type) =>
        type.IsRecord && constructor.Parameters.Length == 1 && SymbolEqualityComparer.Default.Equals(constructor.Parameters[0].Type, type);
}
