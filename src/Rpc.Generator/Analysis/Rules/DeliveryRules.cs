using Microsoft.CodeAnalysis;
using Rpc.Generator.Model.Contracts;
using Rpc.Generator.Parsing.Contracts;

namespace Rpc.Generator.Analysis.Rules;

/// <summary>Which settings of <c>[RpcMethod]</c> suit which methods.</summary>
internal static class DeliveryRules
{
    public static readonly DiagnosticDescriptor OneWayWithResult = Rule.Error(
        "RPC0030",
        "A one-way method has no result",
        "The method '{0}' is one-way and returns '{1}'; no answer is sent, so return ValueTask, Task or void");

    public static readonly DiagnosticDescriptor UnknownDelivery = Rule.Error(
        "RPC0031",
        "A delivery mode is one of those defined",
        "The method '{0}' asks for the delivery mode {1}, which is none of RpcDelivery");

    public static readonly DiagnosticDescriptor UnreliableCall = Rule.Error(
        "RPC0032",
        "Only a one-way method may be unreliable",
        "The method '{0}' is delivered unreliably, so its caller could wait for an answer for ever; make it one-way");

    public static readonly DiagnosticDescriptor SequencedCall = Rule.Error(
        "RPC0033",
        "Only a one-way method or a stream may be sequenced",
        "The method '{0}' is sequenced, so a call overtaken by another would never be answered; make it one-way or return a stream");

    public static readonly DiagnosticDescriptor RedundantUnreliable = Rule.Warning(
        "RPC0034",
        "Redundant copies need a delivery that recognises them",
        "The method '{0}' is Redundant and Unreliable, which has no effect: nothing would tell the copy from the message; use Sequenced or Reliable");

    public static readonly DiagnosticDescriptor IdempotentOneWay = Rule.Warning(
        "RPC0035",
        "A one-way method has no outcome to be unsure of",
        "The method '{0}' is one-way and Idempotent, which has no effect: nothing is awaited, so nothing is made again");

    /// <summary>Checks a method's settings.</summary>
    public static void Check(IMethodSymbol method, MethodSettings settings, ReturnShape shape, RuleContext context)
    {
        var isOneWay = settings.IsOneWay(shape);
        if (settings.OneWay && shape is not (ReturnShape.Void or ReturnShape.Task or ReturnShape.ValueTask))
        {
            context.Report(OneWayWithResult, At("OneWay"), method.Name, TypeNames.Short(method.ReturnType));
            return;
        }

        switch (settings.Delivery)
        {
            case Delivery.Reliable:
            case Delivery.Ordered:
                break;
            case Delivery.Unreliable when !isOneWay:
                context.Report(UnreliableCall, At("Delivery"), method.Name);
                break;
            case Delivery.Sequenced when !isOneWay && shape != ReturnShape.Stream:
                context.Report(SequencedCall, At("Delivery"), method.Name);
                break;
            case Delivery.Unreliable:
            case Delivery.Sequenced:
                break;
            default:
                context.Report(UnknownDelivery, At("Delivery"), method.Name, (int)settings.Delivery);
                break;
        }

        if (settings.Redundant && settings.Delivery == Delivery.Unreliable)
        {
            context.Report(RedundantUnreliable, At("Redundant"), method.Name);
        }

        if (settings.Idempotent && isOneWay)
        {
            context.Report(IdempotentOneWay, At("Idempotent"), method.Name);
        }

        Location? At(string argument) => Locate.Argument(method, settings.Attribute, argument);
    }
}
