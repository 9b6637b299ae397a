using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Rpc.Generator.Analysis;
using Rpc.Generator.Model;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Collects the types that a contract or an annotated type reaches, and what stands in their way.</summary>
/// <remarks>One a contract. It holds symbols and must not outlive the parse; what it hands out does not.</remarks>
internal sealed class PayloadCollector
{
    private const string Formatters = "global::" + BuiltInTypes.FormatterNamespace + ".";

    private readonly Compilation _compilation;
    private readonly CancellationToken _cancellationToken;
    private readonly string _namespace;
    private readonly StructLayoutCalculator _layouts = new();
    private readonly Dictionary<string, PayloadCall?> _calls = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, PayloadTypeModel> _types = new(StringComparer.Ordinal);
    private readonly List<DiagnosticInfo> _diagnostics = [];
    private int _depth;

    public PayloadCollector(Compilation compilation, CancellationToken cancellationToken)
    {
        _compilation = compilation;
        _cancellationToken = cancellationToken;
        _namespace = GeneratedNamespace.Of(compilation);
    }

    /// <summary>Every type reached that gets a formatter, ordered by its formatter's name; none when there is an error.</summary>
    public EquatableArray<PayloadTypeModel> Types => HasErrors ? EquatableArray<PayloadTypeModel>.Empty : ImmutableArray.CreateRange(_types.Values);

    /// <summary>What was found, in the order of finding.</summary>
    public EquatableArray<DiagnosticInfo> Diagnostics => ImmutableArray.CreateRange(_diagnostics);

    /// <summary>True when a type that was added cannot be a payload: nothing that refers to the collected types may be emitted.</summary>
    public bool HasErrors => _diagnostics.Any(static diagnostic => diagnostic.Descriptor.DefaultSeverity == DiagnosticSeverity.Error);

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
        var name = TypeNames.Of(type);
        if (_calls.TryGetValue(name, out var known))
        {
            return known;
        }

        if (_depth > 64)
        {
            return Report(PayloadDiagnostics.InfiniteGeneric, at, TypeNames.Display(type), string.Empty);
        }

        _depth++;
        var call = Parse(type, name, at);
        _depth--;
        _calls[name] = call;
        return call;
    }

    /// <summary>Records a diagnostic.</summary>
    public PayloadCall? Report(DiagnosticDescriptor descriptor, Location? at, params string[] arguments)
    {
        _diagnostics.Add(new DiagnosticInfo(descriptor, LocationInfo.From(at), ImmutableArray.Create(arguments)));
        return null;
    }

    private PayloadCall? Parse(ITypeSymbol type, string name, Location? at)
    {
        var display = TypeNames.Display(type);
        switch (type)
        {
            case { SpecialType: SpecialType.System_Object } or IDynamicTypeSymbol:
                return Report(PayloadDiagnostics.Untyped, at, display, string.Empty);
            case IPointerTypeSymbol or IFunctionPointerTypeSymbol:
                return Report(PayloadDiagnostics.StackOnly, at, display, string.Empty);
            case ITypeParameterSymbol or IErrorTypeSymbol:
                // The contract is generic, or the compiler has something to say: reported elsewhere.
                return null;
            case IArrayTypeSymbol array:
                return ParseArray(array, name, at);
            case INamedTypeSymbol named:
                return ParseNamed(named, name, display, at);
            default:
                return Report(PayloadDiagnostics.Unsupported, at, display, string.Empty);
        }
    }

    private PayloadCall? ParseArray(IArrayTypeSymbol array, string name, Location? at)
    {
        if (array.Rank > 4)
        {
            return Report(PayloadDiagnostics.Unsupported, at, TypeNames.Display(array), string.Empty);
        }

        var formatter = array.Rank == 1 ? "ArrayFormatter" : $"Array{array.Rank}DFormatter";
        return AddCall(array.ElementType, at) is { } element
            ? Composed(name, $"{Formatters}{formatter}<{element.Type}>", element.Formatter)
            : null;
    }

    private PayloadCall? ParseNamed(INamedTypeSymbol type, string name, string display, Location? at)
    {
        if (type.TypeKind == TypeKind.Delegate)
        {
            return Report(PayloadDiagnostics.Delegate, at, display, string.Empty);
        }

        if (type.IsRefLikeType)
        {
            return Report(PayloadDiagnostics.StackOnly, at, display, string.Empty);
        }

        if (type.IsUnboundGenericType)
        {
            return Report(PayloadDiagnostics.Unsupported, at, display, string.Empty);
        }

        if (type.TypeKind == TypeKind.Enum)
        {
            return new PayloadCall(name, $"{Formatters}EnumFormatter<{name}>.Instance", $"global::Rpc.Serialization.BlittableFormatter<{name}>", PayloadCallKind.Copy);
        }

        if (BuiltInTypes.FormatterNameOf(type) is { } builtIn)
        {
            return ParseBuiltIn(type, name, builtIn, at);
        }

        if (BuiltInTypes.IsFramework(type))
        {
            return Report(PayloadDiagnostics.Unsupported, at, display, string.Empty);
        }

        if (!_compilation.IsSymbolAccessibleWithin(type, _compilation.Assembly))
        {
            return Report(PayloadDiagnostics.InaccessibleType, at, display, string.Empty);
        }

        return type.IsUnmanagedType && type.TypeKind == TypeKind.Struct ? ParseRaw(type, name, display, at) : ParseReference(type, name, display, at);
    }

    private PayloadCall? ParseBuiltIn(INamedTypeSymbol type, string name, string formatter, Location? at)
    {
        if (type.TypeArguments.Length == 0)
        {
            var instance = $"{Formatters}{formatter}.Instance";
            var kind = type.SpecialType switch
            {
                SpecialType.System_Boolean => PayloadCallKind.Boolean,
                SpecialType.System_String => PayloadCallKind.String,
                _ => BuiltInTypes.RawLayoutOf(type) is { Kind: RawFieldKind.Copy } ? PayloadCallKind.Copy : PayloadCallKind.Singleton,
            };
            return new PayloadCall(name, instance, Formatters + formatter, kind);
        }

        var arguments = new List<PayloadCall>();
        foreach (var argument in type.TypeArguments)
        {
            if (AddCall(argument, at) is not { } call)
            {
                return null;
            }

            arguments.Add(call);
        }

        return Composed(
            name,
            $"{Formatters}{formatter}<{string.Join(", ", arguments.Select(static argument => argument.Type))}>",
            string.Join(", ", arguments.Select(static argument => argument.Formatter)));
    }

    private static PayloadCall Composed(string name, string formatterType, string arguments) =>
        new(name, $"new {formatterType}({arguments})", formatterType, PayloadCallKind.Field);

    private PayloadCall? ParseRaw(INamedTypeSymbol type, string name, string display, Location? at)
    {
        if (_layouts.TryLayOutStruct(type) is not { } raw)
        {
            return Report(PayloadDiagnostics.StructLayout, at, display, "a field has a type whose memory is not known", string.Empty);
        }

        var formatterName = TypeNames.FormatterNameOf(name, type.Name, "Formatter");
        var call = new PayloadCall(name, Instance(formatterName), Qualified(formatterName), PayloadCallKind.Singleton);
        if (raw.Layout.Kind == RawFieldKind.Copy)
        {
            _types[formatterName] = new RawCopyModel(
                name,
                _namespace,
                formatterName,
                raw.Layout.Size,
                raw.Layout.Alignment,
                raw.Layout.Padding.Select(static gap => $"({gap.Offset}, {gap.Length})").ToImmutableArray());
            return raw.Layout.Padding.IsEmpty ? call with { Kind = PayloadCallKind.Copy } : call;
        }

        var fields = ImmutableArray.CreateBuilder<RawFieldModel>();
        foreach (var field in raw.Fields)
        {
            if (AddCall(field.Symbol.Type, at) is not { } member)
            {
                return null;
            }

            fields.Add(new RawFieldModel(member.Type, field.Offset, field.Layout.Size, field.Layout.Kind, member.Formatter, false));
        }

        _types[formatterName] = new RawFieldsModel(name, _namespace, formatterName, raw.Layout.Size, raw.Layout.Alignment, "global::System.Runtime.InteropServices.LayoutKind.Sequential", fields.ToImmutable());
        return call;
    }

    private PayloadCall? ParseReference(INamedTypeSymbol type, string name, string display, Location? at)
    {
        var formatterName = TypeNames.FormatterNameOf(name, type.Name, "Formatter");
        var call = new PayloadCall(name, Instance(formatterName), Qualified(formatterName), PayloadCallKind.Static);

        // Known before its members are parsed: they may lead back to it.
        _calls[name] = call;
        var cases = UnionParser.CasesOf(type);
        if (type.TypeKind == TypeKind.Interface || type.IsAbstract)
        {
            if (cases.Count == 0)
            {
                return Report(PayloadDiagnostics.NoUnion, at, display, type.TypeKind == TypeKind.Interface ? "an interface" : "an abstract class", string.Empty);
            }

            return UnionParser.Parse(this, type, cases, name, _namespace, formatterName, at) is { } union ? Keep(union, call) : null;
        }

        return ObjectParser.Parse(this, _compilation, type, name, _namespace, formatterName, at) is { } model ? Keep(model, call) : null;
    }

    private PayloadCall Keep(PayloadTypeModel model, PayloadCall call)
    {
        _types[model.FormatterName] = model;
        return call;
    }

    private string Qualified(string formatterName) => $"global::{_namespace}.{formatterName}";

    private string Instance(string formatterName) => Qualified(formatterName) + ".Instance";
}
