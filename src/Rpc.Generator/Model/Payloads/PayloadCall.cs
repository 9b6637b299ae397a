namespace Rpc.Generator.Model.Payloads;

/// <summary>How generated code writes and reads a value of one type, without a look-up and where possible without a virtual call.</summary>
/// <param name="Type">The type as C#, fully qualified and without nullable annotations.</param>
/// <param name="Formatter">An expression for its <c>Formatter&lt;T&gt;</c>, valid anywhere in the user's assembly.</param>
/// <param name="FormatterType">The type of that expression.</param>
/// <param name="Kind">The way.</param>
internal sealed record PayloadCall(string Type, string Formatter, string FormatterType, PayloadCallKind Kind)
{
    /// <summary>Whether <see cref="Write"/> and <see cref="Read"/> want a static field that holds the formatter.</summary>
    public bool NeedsField => Kind == PayloadCallKind.Field;

    /// <summary>The statement that writes a value.</summary>
    /// <param name="writer">A variable of type <c>PayloadWriter</c>, passed by reference.</param>
    /// <param name="value">An expression without side effects.</param>
    /// <param name="field">The static field that holds <see cref="Formatter"/>; used when <see cref="NeedsField"/>.</param>
    /// <returns>The statement, with its semicolon.</returns>
    public string Write(string writer, string value, string field = "") => Kind switch
    {
        PayloadCallKind.Copy or PayloadCallKind.Boolean => $"{writer}.WriteUnmanaged({value});",
        PayloadCallKind.String => $"{writer}.WriteString({value});",
        PayloadCallKind.Static => $"{FormatterType}.Write(ref {writer}, {value}!);",
        PayloadCallKind.Singleton => $"{Formatter}.Serialize(ref {writer}, {value}!);",
        _ => $"{field}.Serialize(ref {writer}, {value}!);",
    };

    /// <summary>The expression that reads a value.</summary>
    /// <param name="reader">A variable of type <c>PayloadReader</c>, passed by reference.</param>
    /// <param name="field">The static field that holds <see cref="Formatter"/>; used when <see cref="NeedsField"/>.</param>
    /// <returns>The expression; it may be null, and is marked as if it were not.</returns>
    public string Read(string reader, string field = "") => Kind switch
    {
        PayloadCallKind.Copy => $"{reader}.ReadUnmanaged<{Type}>()",
        PayloadCallKind.Boolean => $"{reader}.ReadBoolean()",
        PayloadCallKind.String => $"{reader}.ReadString()!",
        PayloadCallKind.Static => $"{FormatterType}.Read(ref {reader})!",
        PayloadCallKind.Singleton => $"{Formatter}.Deserialize(ref {reader})!",
        _ => $"{field}.Deserialize(ref {reader})!",
    };
}
