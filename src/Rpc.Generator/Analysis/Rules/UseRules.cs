using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Analysis.Rules;

/// <summary>How contracts are used and implemented.</summary>
internal static class UseRules
{
    public static readonly DiagnosticDescriptor NotMarked = Rule.Error(
        "RPC0006",
        "A contract carries [RpcService]",
        "The interface '{0}' has no [RpcService], so no proxy and dispatcher are generated for it and '{1}' fails at run time");

    public static readonly DiagnosticDescriptor NotInterface = Rule.Error(
        "RPC0007",
        "A contract is an interface",
        "'{0}' is not an interface, so it is no contract; name the interface: {1}<…>");

    public static readonly DiagnosticDescriptor AsyncVoid = Rule.Warning(
        "RPC0015",
        "A one-way method is not implemented as async void",
        "The method '{0}' is async void: what it throws ends the process, and the connection takes it for done at its first await; return ValueTask and mark the contract's method [RpcMethod(OneWay = true)]");

    public static readonly DiagnosticDescriptor Misplaced = Rule.Warning(
        "RPC0036",
        "[RpcMethod] stands on a contract's method",
        "[RpcMethod] on '{0}' has no effect: {1}");
}
