using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Rpc.Generator.Analysis;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Parses classes, records and structs with references: their members in order and how they are made.</summary>
internal sealed class ObjectParser
{
    private const int MaxMembers = 249;

    private readonly PayloadCollector _collector;
    private readonly Compilation _compilation;
    private readonly INamedTypeSymbol _type;
    private readonly PayloadLayout _layout;
    private readonly Location? _at;
    private readonly string _display;
    private readonly Accessors _accessors;

    public ObjectParser(PayloadCollector collector, Compilation compilation, INamedTypeSymbol type, PayloadLayout layout, Location? at)
    {
        _collector = collector;
        _compilation = compilation;
        _type = type;
        _layout = layout;
        _at = PayloadCollector.Source(type, at);
        _display = TypeNames.Display(type);
        _accessors = new Accessors(compilation);
    }

    private bool IsCircular => _layout.Layout == ObjectLayout.CircularReference;

    /// <summary>Parses the type.</summary>
    /// <returns>Null after recording a diagnostic.</returns>
    public ObjectModel? Parse(string name, string space, string formatterName)
    {
        var found = MemberParser.MembersOf(_type);
        if (MemberOrder.UnknownIn(found) is { } hidden)
        {
            _collector.Report(PayloadDiagnostics.UnknownOrder, _at, TypeNames.Display(hidden));
            return null;
        }

        var slots = MemberOrder.Apply(found, _layout, out var problem);
        if (problem is not null)
        {
            return Fail(PayloadDiagnostics.Order, problem);
        }

        if (slots.Count > MaxMembers)
        {
            return Fail(PayloadDiagnostics.TooManyMembers, slots.Count.ToString(CultureInfo.InvariantCulture));
        }

        if (ConstructorParser.Choose(_type, out var count) is not { } constructor)
        {
            return Fail(PayloadDiagnostics.ConstructorChoice, count.ToString(CultureInfo.InvariantCulture));
        }

        if (IsCircular && (_type.IsValueType || constructor.Parameters.Length > 0))
        {
            return Fail(PayloadDiagnostics.Layout, "circular", _type.IsValueType ? "it is a struct, which nothing can refer to" : "its constructor has parameters, and the object must be there before its members are");
        }

        var ordered = slots.Where(static slot => slot is not null).Select(static slot => slot!).ToList();
        if (HeadOf(constructor, name) is not { } head || ArgumentsOf(constructor, ordered) is not { } arguments)
        {
            return null;
        }

        var members = ImmutableArray.CreateBuilder<MemberModel>();
        for (var i = 0; i < ordered.Count; i++)
        {
            if (MemberOf(ordered[i], constructor, arguments.Any(argument => argument.Member == i)) is not { } member)
            {
                return null;
            }

            members.Add(member);
        }

        if (CallbackParser.Parse(_collector, _type, _accessors, _at) is not { } callbacks)
        {
            return null;
        }

        return new ObjectModel(
            name,
            space,
            formatterName,
            _layout.Layout,
            _type.IsValueType,
            members.ToImmutable(),
            slots.Select(slot => slot is null ? -1 : ordered.IndexOf(slot)).ToImmutableArray(),
            new ConstructionModel(head, arguments, RequiredOf(constructor, members), UserCode.RunsIn(constructor, ordered)),
            callbacks,
            _accessors.Declarations);
    }

    private ObjectModel? Fail(DiagnosticDescriptor descriptor, params string[] arguments)
    {
        _collector.Report(descriptor, _at, [_display, .. arguments]);
        return null;
    }

    private string? HeadOf(IMethodSymbol constructor, string name)
    {
        if (_accessors.IsAccessible(constructor))
        {
            return "new " + name;
        }

        var head = _accessors.Constructor(constructor);
        if (head is null)
        {
            _collector.Report(PayloadDiagnostics.InaccessibleMember, PayloadCollector.Source(constructor, _at), $"The constructor of '{_display}'");
        }

        return head;
    }

    private ImmutableArray<ArgumentModel>? ArgumentsOf(IMethodSymbol constructor, List<MemberCandidate> members)
    {
        var arguments = ImmutableArray.CreateBuilder<ArgumentModel>();
        foreach (var parameter in constructor.Parameters)
        {
            var index = ConstructorParser.MemberFor(_compilation, parameter, members);
            if (index >= 0)
            {
                arguments.Add(new ArgumentModel(TypeNames.Identifier(parameter.Name), index));
            }
            else if (!parameter.HasExplicitDefaultValue || !_accessors.IsAccessible(constructor))
            {
                Fail(PayloadDiagnostics.ConstructorParameter, parameter.Name);
                return null;
            }
        }

        return arguments.ToImmutable();
    }

    private MemberModel? MemberOf(MemberCandidate member, IMethodSymbol constructor, bool byConstructor)
    {
        var location = PayloadCollector.Source(member.Symbol, _at);
        if (MemberCalls.CallOf(_collector, member, location) is not { } call)
        {
            return null;
        }

        if (_accessors.Getter(member) is not { } getter)
        {
            return Inaccessible(member, location);
        }

        // A computed member is written, since others have it so, and dropped when it is read.
        if (byConstructor || member.IsReadOnly)
        {
            return new MemberModel(call, getter, null, null, false);
        }

        var keeps = PayloadAttributes.HasTheirs(member.Symbol, "SuppressDefaultInitializationAttribute");
        if (!keeps && !IsCircular && _accessors.IsAccessible(constructor) && _accessors.IsAccessible((ISymbol?)member.Setter ?? member.Symbol))
        {
            return new MemberModel(call, getter, null, TypeNames.Identifier(member.Symbol.Name), false);
        }

        return _accessors.Setter(member) is { } setter ? new MemberModel(call, getter, setter, null, keeps) : Inaccessible(member, location);
    }

    private MemberModel? Inaccessible(MemberCandidate member, Location? location)
    {
        _collector.Report(PayloadDiagnostics.InaccessibleMember, location, $"'{_display}.{member.Symbol.Name}'");
        return null;
    }

    /// <summary>Required members that an object initializer must name although their values come later or never.</summary>
    private ImmutableArray<string> RequiredOf(IMethodSymbol constructor, IReadOnlyCollection<MemberModel> members)
    {
        if (!_accessors.IsAccessible(constructor) || constructor.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name == "SetsRequiredMembersAttribute"))
        {
            return ImmutableArray<string>.Empty;
        }

        var names = new List<string>();
        for (var current = _type; current is not null; current = current.BaseType)
        {
            names.AddRange(current.GetMembers()
                .Where(static member => member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true })
                .Select(static member => TypeNames.Identifier(member.Name)));
        }

        return names.Distinct().Where(name => !members.Any(member => member.Initializer == name)).ToImmutableArray();
    }
}
