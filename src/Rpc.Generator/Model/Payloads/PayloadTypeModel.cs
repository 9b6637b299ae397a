namespace Rpc.Generator.Model.Payloads;

/// <summary>A type that gets a formatter of its own.</summary>
/// <param name="Type">The type as C#, fully qualified and without nullable annotations.</param>
/// <param name="Namespace">The namespace of the formatter.</param>
/// <param name="FormatterName">The formatter's class, unique in the namespace whatever the case of letters.</param>
internal abstract record PayloadTypeModel(string Type, string Namespace, string FormatterName)
{
    /// <summary>The name under which the formatter's file is added.</summary>
    public string HintName => $"Rpc.Payloads.{FormatterName}.g.cs";
}
