using Rpc.Generator.Model.Contracts;

namespace Rpc.Generator.Emit.Contracts;

/// <summary>Writes a contract's proxy. Its methods implement the interface explicitly: so no name of the contract's meets one of the base class.</summary>
internal static class ProxyEmitter
{
    private const string Tasks = "global::System.Threading.Tasks.";

    public static void Emit(SourceWriter writer, ContractModel contract, FormatterFields fields)
    {
        writer.Open($"private sealed class Proxy : global::Rpc.Connections.RpcProxy, {contract.TypeName}");
        writer.Line("public Proxy(global::Rpc.Connections.RpcInvoker invoker, global::Rpc.RpcCallOptions? options)");
        writer.Line("    : base(invoker, options)");
        writer.Open().Close().Line();
        writer.Line("public override global::Rpc.Connections.RpcProxy WithOptions(global::Rpc.RpcCallOptions? options) => new Proxy(Invoker, options);");
        for (var i = 0; i < contract.Methods.Count; i++)
        {
            var method = contract.Methods[i];
            var names = LocalNames.Of(method.Parameters);
            writer.Line().Open(Head(method.Signature, names));
            EmitBody(writer, method, "M" + i, names, fields);
            writer.Close();
            foreach (var alias in method.Aliases)
            {
                var target = $"(({method.Signature.DeclaringType})this).{method.Signature.Name}({string.Join(", ", names)})";
                writer.Line().Line($"{Head(alias, names)} => {target}{(method.Shape == ReturnShape.Void ? "" : "!")};");
            }
        }

        writer.Close();
    }

    private static string Head(SignatureModel signature, string[] names) =>
        $"{signature.ReturnType} {signature.DeclaringType}.{signature.Name}({string.Join(", ", signature.ParameterTypes.Items.Zip(names, static (t, n) => t + " " + n))})";

    private static void EmitBody(SourceWriter writer, MethodModel method, string descriptor, string[] names, FormatterFields fields)
    {
        var token = Token(method, names);
        if (method.Shape == ReturnShape.Void && token is not null)
        {
            writer.Line($"{token}.ThrowIfCancellationRequested();");
        }

        var streams = EmitStreams(writer, method, names, fields);
        EmitPayload(writer, method, descriptor, names, fields);
        EmitCall(writer, method, descriptor, streams, token ?? "default", fields);
    }

    private static string? Token(MethodModel method, string[] names)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (method.Parameters[i].Kind == ParameterKind.Cancellation)
            {
                return names[i];
            }
        }

        return null;
    }

    /// <returns>The variable, or null when there are no streams.</returns>
    private static string EmitStreams(SourceWriter writer, MethodModel method, string[] names, FormatterFields fields)
    {
        var items = new List<string>();
        for (var i = 0; i < names.Length; i++)
        {
            var parameter = method.Parameters[i];
            if (parameter.Kind == ParameterKind.Items)
            {
                writer.Open($"if ({names[i]} is null)");
                writer.Line($"throw new global::System.ArgumentNullException(nameof({names[i]}));");
                writer.Close().Line();
            }

            if (parameter.IsStream)
            {
                items.Add($"global::Rpc.Connections.RpcStreamParameter.{parameter.Kind}<{parameter.ItemType}>({names[i]}, {fields.Expression(parameter.Payload!)})");
            }
        }

        if (items.Count == 0)
        {
            return "null";
        }

        writer.Line($"var streams = new global::Rpc.Connections.RpcStreamParameter?[] {{ {string.Join(", ", items)} }};");
        return "streams";
    }

    private static void EmitPayload(SourceWriter writer, MethodModel method, string descriptor, string[] names, FormatterFields fields)
    {
        writer.Line("global::Rpc.Buffers.PayloadBuffer payload;");
        writer.Open("try");
        writer.Line("var writer = BeginPayload();");
        writer.Line($"writer.WriteObjectHeader({method.Parameters.Items.Count(static p => p.IsMember)});");
        for (var i = 0; i < names.Length; i++)
        {
            var parameter = method.Parameters[i];
            if (parameter.Kind == ParameterKind.Value)
            {
                writer.Line(parameter.Payload!.Write("writer", names[i], fields.Name(parameter.Payload)));
            }
            else if (parameter.Kind == ParameterKind.Progress)
            {
                writer.Line($"writer.WriteUnmanaged({names[i]} is not null);");
            }
        }

        writer.Line("writer.Commit();").Line("payload = writer.Buffer;").Close();
        writer.Open("catch (global::System.Exception exception)");
        var failure = $"SerializationFailed({descriptor}, exception)";
        writer.Line(method.Shape switch
        {
            ReturnShape.Task => $"return {Tasks}Task.FromException({failure});",
            ReturnShape.ValueTask => $"return new {Tasks}ValueTask({Tasks}Task.FromException({failure}));",
            ReturnShape.TaskOfResult => $"return {Tasks}Task.FromException<{method.ResultType}>({failure});",
            ReturnShape.ValueTaskOfResult => $"return new {Tasks}ValueTask<{method.ResultType}>({Tasks}Task.FromException<{method.ResultType}>({failure}));",
            _ => $"throw {failure};",
        });
        writer.Close().Line();
    }

    private static void EmitCall(SourceWriter writer, MethodModel method, string descriptor, string streams, string token, FormatterFields fields)
    {
        var asTask = method.Shape is ReturnShape.Task or ReturnShape.TaskOfResult ? ".AsTask()" : "";
        writer.Line(method switch
        {
            { Shape: ReturnShape.Void } => $"Invoker.Send({descriptor}, payload, Options);",
            { IsOneWay: true } => $"return Invoker.SendAsync({descriptor}, payload, Options, {token}){asTask};",
            { Shape: ReturnShape.Stream } => $"return Invoker.StreamAsync<{method.ResultType}>({descriptor}, payload, {fields.Expression(method.Result!)}, {streams}, Options, {token});",
            { Result: { } result } => $"return Invoker.CallAsync<{method.ResultType}>({descriptor}, payload, {fields.Expression(result)}, {streams}, Options, {token}){asTask};",
            _ => $"return Invoker.CallAsync({descriptor}, payload, {streams}, Options, {token}){asTask};",
        });
    }
}
