namespace Rpc.Generator.Model.Payloads;

/// <summary>Methods that reach the private members of a partial type from inside it.</summary>
/// <param name="Type">The type's definition as C#.</param>
/// <param name="Namespace">The namespace that declares the type, empty for the global one.</param>
/// <param name="FormatterName">What the file is named after.</param>
/// <param name="Declarations">The partial declarations, outermost first, such as <c>partial record Outer</c>.</param>
/// <param name="Methods">The methods.</param>
internal sealed record AccessorsModel(string Type, string Namespace, string FormatterName, EquatableArray<string> Declarations, EquatableArray<string> Methods)
    : PayloadTypeModel(Type, Namespace, FormatterName);
