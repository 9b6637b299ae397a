using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;
using Rpc.Generator.Model.Contracts;

namespace Rpc.Generator.Emit.Contracts;

/// <summary>Writes the file of one contract: its descriptors, proxy, dispatcher and the <c>With</c> of its proxies.</summary>
internal static class ContractEmitter
{
    /// <summary>Writes the file.</summary>
    /// <returns>The text.</returns>
    public static string Emit(ContractModel contract)
    {
        var writer = new SourceWriter().Header();
        foreach (var id in contract.SuppressedIds)
        {
            writer.Line($"#pragma warning disable {id}");
        }

        if (contract.Namespace.Length > 0)
        {
            writer.Open($"namespace {contract.Namespace}");
        }

        EmitContract(writer, contract);
        writer.Line();
        EmitExtensions(writer, contract);
        if (contract.Namespace.Length > 0)
        {
            writer.Close();
        }

        return writer.ToString();
    }

    /// <summary>The statement that makes a contract known.</summary>
    public static string Registration(ContractModel contract) =>
        $"global::Rpc.Connections.RpcContract<{contract.TypeName}>.Register(new {contract.FullClassName}());";

    private static void EmitContract(SourceWriter writer, ContractModel contract)
    {
        var fields = new FormatterFields(contract);
        if (contract.IsObsolete || contract.HasObsolete)
        {
            writer.Line("[global::System.Obsolete]");
        }

        writer.Line("[global::System.CodeDom.Compiler.GeneratedCode(\"Rpc.Generator\", \"1\")]");
        writer.Open($"internal sealed class {contract.ClassName} : global::Rpc.Connections.RpcContract<{contract.TypeName}>");
        writer.Line("private const int Version = global::Rpc.GeneratedCodeVersion.V1;").Line();
        for (var i = 0; i < contract.Methods.Count; i++)
        {
            EmitDescriptor(writer, contract.WireName, contract.Methods[i], i);
        }

        foreach (var (name, call) in fields.Fields)
        {
            writer.Line($"private static readonly global::Rpc.Serialization.Formatter<{call.Type}> {name} = {call.Formatter};");
        }

        if (contract.Methods.Count > 0)
        {
            writer.Line();
        }

        var methods = string.Join(", ", Enumerable.Range(0, contract.Methods.Count).Select(static i => "M" + i));
        writer.Line($"public {contract.ClassName}()");
        writer.Line($"    : base({Literal(contract.WireName)}, new global::Rpc.RpcMethodDescriptor[] {{ {methods} }})");
        writer.Open().Close().Line();
        writer.Line($"public override {contract.TypeName} CreateProxy(global::Rpc.Connections.RpcInvoker invoker, global::Rpc.RpcCallOptions? options) => new Proxy(invoker, options);");
        writer.Line();
        DispatcherEmitter.Emit(writer, contract, fields);
        writer.Line();
        ProxyEmitter.Emit(writer, contract, fields);
        writer.Close();
    }

    private static void EmitDescriptor(SourceWriter writer, string contractName, MethodModel method, int index)
    {
        var kind = method.IsOneWay ? "OneWay" : method.Shape == ReturnShape.Stream ? "Stream" : "Call";
        var settings = new List<string>();
        if (method.Delivery != Delivery.Reliable)
        {
            settings.Add($"Delivery = global::Rpc.RpcDelivery.{method.Delivery}");
        }

        if (method.Redundant)
        {
            settings.Add("Redundant = true");
        }

        if (method.Idempotent)
        {
            settings.Add("Idempotent = true");
        }

        AddAccess(settings, method.Access);
        if (method.RateLimit is { } limit)
        {
            settings.Add($"RateLimit = {Literal(limit)}");
        }

        var streams = method.Parameters.Items.Count(static p => p.IsStream);
        if (streams > 0)
        {
            settings.Add($"StreamParameterCount = {streams}");
        }

        var initializer = settings.Count == 0 ? "" : $" {{ {string.Join(", ", settings)} }}";
        var id = method.Id.ToString("x8", CultureInfo.InvariantCulture);
        writer.Line($"private static readonly global::Rpc.RpcMethodDescriptor M{index} = new global::Rpc.RpcMethodDescriptor({Literal(contractName)}, {Literal(method.WireName)}, 0x{id}u, {index}, global::Rpc.RpcMethodKind.{kind}){initializer};");
    }

    private static void AddAccess(List<string> settings, AccessModel access)
    {
        if (access.AllowAnonymous)
        {
            settings.Add("AllowAnonymous = true");
        }

        if (access.Requirements.Count > 0)
        {
            var requirements = access.Requirements.Items.Select(static requirement => "new global::Rpc.RpcRequirement("
                + string.Join(", ", requirement.Roles.Items.Select(Literal).Prepend(requirement.Policy is null ? "null" : Literal(requirement.Policy))) + ")");
            settings.Add($"Requirements = new global::Rpc.RpcRequirement[] {{ {string.Join(", ", requirements)} }}");
        }
    }

    private static void EmitExtensions(SourceWriter writer, ContractModel contract)
    {
        writer.Line("/// <summary>Sets what calls carry beside their arguments.</summary>");
        if (contract.IsObsolete)
        {
            writer.Line("[global::System.Obsolete]");
        }

        writer.Line("[global::System.CodeDom.Compiler.GeneratedCode(\"Rpc.Generator\", \"1\")]");
        writer.Open($"{(contract.IsPublic ? "public" : "internal")} static class {contract.ExtensionsName}");
        writer.Line("/// <summary>The same proxy, each of whose calls carries a deadline, metadata or a priority.</summary>");
        writer.Line("/// <param name=\"proxy\">A proxy.</param>");
        writer.Line("/// <param name=\"options\">What each call carries, in place of what the proxy's calls carried before.</param>");
        writer.Line("/// <returns>Another proxy on the same connection.</returns>");
        writer.Line("/// <exception cref=\"global::System.InvalidOperationException\"><paramref name=\"proxy\"/> is an implementation of the contract's own, not a proxy.</exception>");
        writer.Line($"public static {contract.TypeName} With(this {contract.TypeName} proxy, global::Rpc.RpcCallOptions options) => global::Rpc.Connections.RpcProxy.With(proxy, options);");
        writer.Close();
    }

    private static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
}
