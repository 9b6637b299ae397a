using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Emit.Payloads;

/// <summary>Writes the half of an object's formatter that reads.</summary>
/// <remarks>All members are read into locals first; what the type itself does when it is made sees all of them, as the sender had them.
/// The <c>!</c> behind a value stands for what its type says of null within: <c>List&lt;string?&gt;</c> is <c>List&lt;string&gt;</c> here.</remarks>
internal static class ObjectReadEmitter
{
    public static void Emit(SourceWriter writer, ObjectModel model)
    {
        var isCircular = model.Layout == ObjectLayout.CircularReference;
        writer.Open($"public static {ObjectEmitter.Nullable(model.Type, model.IsValueType)} Read(ref global::Rpc.Serialization.PayloadReader reader)");
        if (isCircular)
        {
            writer.Open($"if (reader.TryReadReference(out {model.Type}? known))").Line("return known;").Close().Line();
        }

        writer.Open("if (!reader.TryReadObjectHeader(out byte count))").Line($"return {(model.IsValueType ? "default" : "null")};").Close().Line();
        ObjectEmitter.Nest(writer, model, "reader.Enter();");
        for (var i = 0; i < model.Members.Count; i++)
        {
            writer.Line($"{model.Members[i].Call.Type} m{i} = default!;");
        }

        if (model.Layout == ObjectLayout.Default)
        {
            EmitPlainMembers(writer, model);
        }
        else
        {
            writer.Line("var state = reader.BeginMembers(count);");
            if (isCircular)
            {
                // Members may refer to the object, so it is there before them.
                Guarded(writer, model, Construct);
                writer.Line("reader.RegisterReference(reader.ReadVarUInt(), result);").Line();
            }

            EmitMeasuredMembers(writer, model);
        }

        if (!isCircular)
        {
            Guarded(writer, model, static (writer, model, declaration) =>
            {
                Construct(writer, model, declaration);
                Assign(writer, model);
            });
        }
        else if (model.Members.Items.Any(static member => member.Setter is not null) || model.Callbacks.Count > 0)
        {
            Guarded(writer, model, static (writer, model, _) => Assign(writer, model), declares: false);
        }

        ObjectEmitter.Nest(writer, model, "reader.Leave();");
        writer.Line("return result;").Close();
    }

    private static void EmitPlainMembers(SourceWriter writer, ObjectModel model)
    {
        var count = model.Slots.Count;
        if (count == 0)
        {
            ThrowIfMore(writer, 0);
            return;
        }

        writer.Open($"if (count == {count})");
        foreach (var slot in model.Slots)
        {
            writer.Line(ReadOf(model, slot));
        }

        writer.Close();
        writer.Open("else");
        ThrowIfMore(writer, count);
        for (var i = 0; i < count - 1; i++)
        {
            writer.Open($"if (count > {i})").Line(ReadOf(model, model.Slots[i])).Close();
            if (i < count - 2)
            {
                writer.Line();
            }
        }

        writer.Close().Line();
    }

    private static void ThrowIfMore(SourceWriter writer, int count)
    {
        writer.Open($"if (count > {count})").Line($"global::Rpc.Serialization.PayloadReader.ThrowMemberCount(count, {count});").Close();
        if (count != 1)
        {
            writer.Line();
        }
    }

    private static void EmitMeasuredMembers(SourceWriter writer, ObjectModel model)
    {
        foreach (var slot in model.Slots)
        {
            if (slot < 0)
            {
                writer.Line("reader.SkipMember(ref state);");
                continue;
            }

            var keeps = model.Members[slot].KeepsInitializer;
            if (keeps)
            {
                writer.Line($"var has{slot} = reader.BeginMember(ref state);");
            }

            writer.Open(keeps ? $"if (has{slot})" : "if (reader.BeginMember(ref state))");
            writer.Line(ReadOf(model, slot)).Line("reader.EndMember(ref state);").Close().Line();
        }

        writer.Line("reader.EndMembers(ref state);");
    }

    private static void Construct(SourceWriter writer, ObjectModel model, string declaration)
    {
        var construction = model.Construction;
        ObjectEmitter.Call(writer, model, CallbackMoment.Deserializing, "result");
        var arguments = string.Join(", ", construction.Arguments.Items.Select(static argument => $"{argument.Parameter}: m{argument.Member}!"));
        var initializers = new List<string>();
        for (var i = 0; i < model.Members.Count; i++)
        {
            if (model.Members[i].Initializer is { } name)
            {
                initializers.Add($"{name} = m{i}!");
            }
        }

        initializers.AddRange(construction.Required.Items.Select(static name => $"{name} = default!"));
        writer.Line($"{declaration}result = {construction.Head}({arguments}){(initializers.Count > 0 ? " { " + string.Join(", ", initializers) + " }" : string.Empty)};");
    }

    private static void Assign(SourceWriter writer, ObjectModel model)
    {
        for (var i = 0; i < model.Slots.Count; i++)
        {
            var slot = model.Slots[i];
            if (slot < 0 || model.Members[slot].Setter is not { } setter)
            {
                continue;
            }

            var statement = ObjectEmitter.Fill(setter, "result", $"m{slot}!");
            if (model.Members[slot].KeepsInitializer)
            {
                writer.Open(model.Layout == ObjectLayout.Default ? $"if (count > {i})" : $"if (has{slot})").Line(statement).Close();
            }
            else
            {
                writer.Line(statement);
            }
        }

        ObjectEmitter.Call(writer, model, CallbackMoment.Deserialized, "result");
    }

    /// <summary>Writes statements that run code of the user's; what it throws is the payload's fault. They get what declares <c>result</c>, where it is not declared outside.</summary>
    private static void Guarded(SourceWriter writer, ObjectModel model, Action<SourceWriter, ObjectModel, string> emit, bool declares = true)
    {
        if (!RunsUserCode(model))
        {
            emit(writer, model, "var ");
            return;
        }

        if (declares)
        {
            writer.Line($"{model.Type} result;");
        }

        writer.Open("try");
        emit(writer, model, string.Empty);
        writer.Close();
        Catch(writer, "A value was refused by its type.");
    }

    /// <summary>Writes the clause that makes what the user's code throws a payload's exception.</summary>
    public static void Catch(SourceWriter writer, string message)
    {
        writer.Open("catch (global::System.Exception e) when (!(e is global::Rpc.Serialization.PayloadException || e is global::System.OutOfMemoryException))");
        writer.Line($"throw new global::Rpc.Serialization.PayloadException(\"{message}\", e);");
        writer.Close().Line();
    }

    private static bool RunsUserCode(ObjectModel model) => model.Construction.CanThrow || model.Callbacks.Count > 0;

    private static string ReadOf(ObjectModel model, int slot) => $"m{slot} = {model.Members[slot].Call.Read("reader", "s_f" + slot)};";
}
