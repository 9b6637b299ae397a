using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;
using Rpc.Generator.Model.Contracts;

namespace Rpc.Generator.Emit.Contracts;

/// <summary>Writes a contract's dispatcher: one static method for each method of the contract.</summary>
internal static class DispatcherEmitter
{
    public static void Emit(SourceWriter writer, ContractModel contract, FormatterFields fields)
    {
        writer.Open($"public override void Dispatch({contract.TypeName} service, global::Rpc.Connections.RpcIncomingCall call)");
        writer.Open("switch (call.Method.Index)");
        for (var i = 0; i < contract.Methods.Count; i++)
        {
            writer.Line($"case {i}:").Line($"    D{i}(service, call);").Line("    return;");
        }

        writer.Line("default:").Line("    throw new global::System.ArgumentOutOfRangeException(nameof(call));");
        writer.Close().Close();
        for (var i = 0; i < contract.Methods.Count; i++)
        {
            writer.Line().Open($"private static void D{i}({contract.TypeName} service, global::Rpc.Connections.RpcIncomingCall call)");
            EmitBody(writer, contract, contract.Methods[i], fields);
            writer.Close();
        }
    }

    private static void EmitBody(SourceWriter writer, ContractModel contract, MethodModel method, FormatterFields fields)
    {
        var names = LocalNames.Of(method.Parameters);
        EmitRead(writer, method, names, fields);
        var target = method.Signature.DeclaringType == contract.TypeName ? "service" : $"(({method.Signature.DeclaringType})service)";
        var invocation = $"{target}.{method.Signature.Name}({string.Join(", ", Arguments(method, names, fields))})";
        switch (method.Shape)
        {
            case ReturnShape.Void:
                writer.Line($"{invocation};").Line("call.Return();");
                break;
            case ReturnShape.Stream:
                writer.Line($"call.ReturnItems<{method.ResultType}>({invocation}, {fields.Expression(method.Result!)});");
                break;
            case ReturnShape.ValueTask:
                writer.Line($"call.Return({invocation});");
                break;
            case ReturnShape.Task:
                writer.Line($"call.Return(new global::System.Threading.Tasks.ValueTask({invocation}));");
                break;
            case ReturnShape.ValueTaskOfResult:
                writer.Line($"call.Return<{method.ResultType}>({invocation}, {fields.Expression(method.Result!)});");
                break;
            case ReturnShape.TaskOfResult:
                writer.Line($"call.Return<{method.ResultType}>(new global::System.Threading.Tasks.ValueTask<{method.ResultType}>({invocation}), {fields.Expression(method.Result!)});");
                break;
        }
    }

    /// <summary>Reads the members: those up to the last that has to be sent at once, those after it as far as the caller sent them.</summary>
    private static void EmitRead(SourceWriter writer, MethodModel method, string[] names, FormatterFields fields)
    {
        var members = new List<(ParameterModel Parameter, string Name)>();
        var required = 0;
        for (var i = 0; i < names.Length; i++)
        {
            if (method.Parameters[i].IsMember)
            {
                members.Add((method.Parameters[i], names[i]));
                required = method.Parameters[i] is { Kind: ParameterKind.Value, Default: null } ? members.Count : required;
            }
        }

        if (members.Count == 0)
        {
            writer.Line("call.BeginRead(out _);").Line("call.EndRead();");
            return;
        }

        writer.Line("var reader = call.BeginRead(out var count);");
        if (required > 0)
        {
            var missing = string.Join(", ", members.Take(required).Select((m, i) => $"{(i == required - 1 ? "_" : i.ToString(CultureInfo.InvariantCulture))} => {Literal(m.Parameter.Name)}"));
            writer.Open($"if (count < {required})");
            writer.Line(required == 1 ? $"call.ThrowMissingArgument({Literal(members[0].Parameter.Name)});" : $"call.ThrowMissingArgument(count switch {{ {missing} }});");
            writer.Close().Line();
        }

        for (var i = 0; i < members.Count; i++)
        {
            var (parameter, name) = members[i];
            var type = parameter.Kind == ParameterKind.Progress ? "bool" : parameter.Type;
            var read = parameter.Kind == ParameterKind.Progress ? "reader.ReadBoolean()" : parameter.Payload!.Read("reader", fields.Name(parameter.Payload));
            if (i < required)
            {
                writer.Line($"{type} {name} = {read};");
                continue;
            }

            writer.Line($"{type} {name} = {(parameter.Kind == ParameterKind.Progress ? "false" : parameter.Default)};");
            writer.Open($"if (count > {i})").Line($"{name} = {read};").Close().Line();
        }

        writer.Line("call.EndRead();");
    }

    private static IEnumerable<string> Arguments(MethodModel method, string[] names, FormatterFields fields)
    {
        var stream = 0;
        for (var i = 0; i < names.Length; i++)
        {
            var parameter = method.Parameters[i];
            yield return parameter.Kind switch
            {
                ParameterKind.Cancellation => "call.CancellationToken",
                ParameterKind.Items => $"call.OpenItems<{parameter.ItemType}>({stream++}, {fields.Expression(parameter.Payload!)})",
                ParameterKind.Progress => $"call.OpenProgress<{parameter.ItemType}>({stream++}, {names[i]}, {fields.Expression(parameter.Payload!)})",
                _ => names[i],
            };
        }
    }

    private static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
}
