using System.Collections.Immutable;
using Rpc.Generator.Model;

namespace Rpc.Generator.Emit;

/// <summary>The statements of the module initializer, in an order that does not depend on the order of the files.</summary>
internal static class RegistrationStatements
{
    /// <summary>Orders them: transports, contracts, formatters, each ordinally.</summary>
    /// <param name="payloads">The statements that register formatters.</param>
    /// <param name="contracts">The statements that register contracts.</param>
    /// <param name="transports">The classes of the transports.</param>
    public static EquatableArray<string> Of(ImmutableArray<string> payloads, ImmutableArray<string> contracts, EquatableArray<string> transports) => ImmutableArray.CreateRange<string>(
    [
        .. transports.Items.Select(static type => $"global::Rpc.Transports.RpcTransports.Register(new {type}());"),
        .. contracts.Distinct().OrderBy(static line => line, StringComparer.Ordinal),
        .. payloads.Distinct().OrderBy(static line => line, StringComparer.Ordinal),
    ]);
}
