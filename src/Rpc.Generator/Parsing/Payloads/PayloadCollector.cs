using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Rpc.Generator.Analysis;
using Rpc.Generator.Model;
using Rpc.Generator.Model.Payloads;
using Rpc.Generator.Parsing.Contracts;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Collects the types that a contract or an annotated type reaches, and what stands in their way.</summary>
/// <remarks>One a contract. It holds symbols and must not outlive the parse; what it hands out does not.</remarks>
internal sealed class PayloadCollector
{
    /// <summary>Types nested deeper than this are taken for a generic type that contains ever larger forms of itself.</summary>
    private const int MaxDepth = 64;

    private const string Formatters = "global::" + BuiltInTypes.FormatterNamespace + ".";

    private readonly Compilation _compilation;
    private readonly CancellationToken _cancellationToken;
    private readonly string _namespace;
    private readonly StructLayoutCalculator _layouts = new();
    private readonly Dictionary<string, PayloadCall?> _calls = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, PayloadTypeModel> _types = new(StringComparer.Ordinal);
    private readonly List<DiagnosticInfo> _diagnostics = [];
    private readonly TypeGraph _graph = new();

    public PayloadCollector(Compilation compilation, CancellationToken cancellationToken)
    {
        _compilation = compilation;
        _cancellationToken = cancellationToken;
        _namespace = GeneratedNamespace.Of(compilation);
    }

    /// <summary>Every type reached that gets a formatter, ordered by its formatter's name; none when there is an error.</summary>
    public EquatableArray<PayloadTypeModel> Types => HasErrors
        ? EquatableArray<PayloadTypeModel>.Empty
        : _types.Values.Select(Finish).ToImmutableArray();

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
        _graph.Add(name);
        if (_calls.TryGetValue(name, out var known))
        {
            return known;
        }

        if (_graph.Depth > MaxDepth)
        {
            return Report(PayloadDiagnostics.InfiniteGeneric, at, TypeNames.Display(type));
        }

        _graph.Enter(name);
        var call = Parse(type, name, at);
        _graph.Leave();
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
                return Report(PayloadDiagnostics.Untyped, at, display);
            case IPointerTypeSymbol or IFunctionPointerTypeSymbol:
                return Report(PayloadDiagnostics.StackOnly, at, display);
            case ITypeParameterSymbol or IErrorTypeSymbol:
                // The contract is generic, or the compiler has something to say: reported elsewhere.
                return null;
            case IArrayTypeSymbol array:
                return ParseArray(array, name, at);
            case INamedTypeSymbol named:
                return ParseNamed(named, name, display, at);
            default:
                return Report(PayloadDiagnostics.Unsupported, at, display);
        }
    }

    private PayloadCall? ParseArray(IArrayTypeSymbol array, string name, Location? at)
    {
        if (array.Rank > 4)
        {
            return Report(PayloadDiagnostics.Unsupported, at, TypeNames.Display(array));
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
            return Report(PayloadDiagnostics.Delegate, at, display);
        }

        if (type.IsRefLikeType)
        {
            return Report(PayloadDiagnostics.StackOnly, at, display);
        }

        if (type.IsUnboundGenericType)
        {
            return Report(PayloadDiagnostics.Unsupported, at, display);
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
            return Report(PayloadDiagnostics.Unsupported, at, display);
        }

        if (!_compilation.IsSymbolAccessibleWithin(type, _compilation.Assembly) || type.IsFileLocal())
        {
            return Report(PayloadDiagnostics.InaccessibleType, at, display);
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
        if (PayloadLayout.Of(type).Layout != ObjectLayout.Default)
        {
            return Report(PayloadDiagnostics.Layout, Source(type, at), display, "anything but memory", "it is a struct without references");
        }

        var formatterName = TypeNames.FormatterNameOf(name, type.Name, "Formatter");
        var call = new PayloadCall(name, Instance(formatterName), Qualified(formatterName), PayloadCallKind.Singleton);
        if (_layouts.TryLayOutStruct(type) is not { } raw)
        {
            return Report(PayloadDiagnostics.StructLayout, at, display, "the memory of one of its fields is not known, or is none that can be checked");
        }

        if (RawParser.Parse(this, type, raw, name, _namespace, formatterName, at) is not { } model)
        {
            return null;
        }

        return Keep(model, model is RawCopyModel { Padding.Count: 0 } ? call with { Kind = PayloadCallKind.Copy } : call);
    }

    private PayloadCall? ParseReference(INamedTypeSymbol type, string name, string display, Location? at)
    {
        var formatterName = TypeNames.FormatterNameOf(name, type.Name, "Formatter");
        var call = new PayloadCall(name, Instance(formatterName), Qualified(formatterName), PayloadCallKind.Static);
        var layout = PayloadLayout.Of(type);

        // Known before its members are parsed: they may lead back to it.
        _calls[name] = call;
        if (MemoryPackTypes.Writes(_compilation, type))
        {
            return Keep(new MemoryPackModel(name, _namespace, formatterName, type.IsValueType), call);
        }

        if (!layout.IsGenerated)
        {
            return Report(PayloadDiagnostics.Unsupported, at, display);
        }

        if (layout.Layout == ObjectLayout.Collection)
        {
            // Who is composed of it may be what it is composed of: it is asked for when it is used.
            call = call with { Formatter = $"new global::Rpc.Serialization.DeferredFormatter<{name}>(4, static () => {call.Formatter})" };
            _calls[name] = call;
            return CollectionParser.Parse(this, _compilation, type, name, _namespace, formatterName, at) is { } collection ? Keep(collection, call) : null;
        }

        var cases = UnionParser.CasesOf(type);
        if (type.TypeKind == TypeKind.Interface || type.IsAbstract)
        {
            if (cases.Count == 0)
            {
                return Report(PayloadDiagnostics.NoUnion, at, display, type.TypeKind == TypeKind.Interface ? "an interface" : "an abstract class");
            }

            return UnionParser.Parse(this, _compilation, type, cases, name, _namespace, formatterName, at) is { } union ? Keep(union, call) : null;
        }

        if (cases.Count > 0)
        {
            return Report(PayloadDiagnostics.Union, Source(type, at), display, "it is neither an interface nor abstract");
        }

        if (!layout.IsStated && CollectionParser.IsCollection(type))
        {
            return Report(PayloadDiagnostics.LostElements, at, display);
        }

        return new ObjectParser(this, _compilation, type, layout, at).Parse(name, _namespace, formatterName) is { } model ? Keep(model, call) : null;
    }

    private PayloadTypeModel Finish(PayloadTypeModel model) =>
        model is ObjectModel value && _graph.IsRecursive(value.Type) ? value with { IsRecursive = true } : model;

    /// <summary>Where a type is declared; where it is named, if that is in no source file.</summary>
    public static Location? Source(ISymbol symbol, Location? at) => symbol.Locations.FirstOrDefault(static location => location.IsInSource) ?? at;

    private PayloadCall Keep(PayloadTypeModel model, PayloadCall call)
    {
        _types[model.FormatterName] = model;
        return call;
    }

    private string Qualified(string formatterName) => $"global::{_namespace}.{formatterName}";

    private string Instance(string formatterName) => Qualified(formatterName) + ".Instance";
}
