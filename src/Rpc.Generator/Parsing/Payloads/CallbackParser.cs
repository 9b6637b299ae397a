using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Rpc.Generator.Analysis;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Finds the methods that a type wants called when it is written or read: those with MemoryPack's attributes.</summary>
internal static class CallbackParser
{
    private static readonly (string Attribute, CallbackMoment Moment)[] s_moments =
    [
        ("MemoryPackOnSerializingAttribute", CallbackMoment.Serializing),
        ("MemoryPackOnSerializedAttribute", CallbackMoment.Serialized),
        ("MemoryPackOnDeserializingAttribute", CallbackMoment.Deserializing),
        ("MemoryPackOnDeserializedAttribute", CallbackMoment.Deserialized),
    ];

    /// <summary>Parses the callbacks of a type.</summary>
    /// <param name="collector">Takes the diagnostics.</param>
    /// <param name="type">The type.</param>
    /// <param name="accessors">Reaches those that are private.</param>
    /// <param name="at">The place of a diagnostic whose cause is in no source file.</param>
    /// <returns>The callbacks in the order of declaration, or null after recording a diagnostic.</returns>
    public static ImmutableArray<CallbackModel>? Parse(PayloadCollector collector, INamedTypeSymbol type, Accessors accessors, Location? at)
    {
        var callbacks = ImmutableArray.CreateBuilder<CallbackModel>();
        foreach (var method in type.GetMembers().OfType<IMethodSymbol>())
        {
            foreach (var (attribute, moment) in s_moments)
            {
                // An object is always made anew, so there is none yet when reading begins.
                if (!PayloadAttributes.HasTheirs(method, attribute) || (moment == CallbackMoment.Deserializing && !method.IsStatic))
                {
                    continue;
                }

                var here = PayloadCollector.Source(method, at);
                var name = $"{TypeNames.Display(type)}.{method.Name}";
                if (method.Parameters.Length > 0 || method.IsGenericMethod)
                {
                    collector.Report(PayloadDiagnostics.Callback, here, name);
                    return null;
                }

                if (accessors.Call(method) is not { } statement)
                {
                    collector.Report(PayloadDiagnostics.InaccessibleMember, here, name);
                    return null;
                }

                callbacks.Add(new CallbackModel(moment, statement));
            }
        }

        return callbacks.ToImmutable();
    }
}
