using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Rpc.Generator.Emit;
using Rpc.Generator.Emit.Contracts;
using Rpc.Generator.Emit.Payloads;
using Rpc.Generator.Model;
using Rpc.Generator.Model.Contracts;
using Rpc.Generator.Model.Payloads;
using Rpc.Generator.Parsing.Contracts;
using Rpc.Generator.Parsing.Payloads;

namespace Rpc.Generator;

/// <summary>Writes proxies and dispatchers for contracts, and formatters for the types that they reach. This file is the pipeline only.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class RpcGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var payloads = context.SyntaxProvider
            .ForAttributeWithMetadataName(PayloadRootParser.AttributeName, PayloadRootParser.IsCandidate, PayloadRootParser.Parse)
            .WithTrackingName(TrackingNames.PayloadRoots);

        var contracts = context.SyntaxProvider
            .ForAttributeWithMetadataName(KnownTypes.ServiceAttribute, ContractRootParser.IsCandidate, ContractRootParser.Parse)
            .WithTrackingName(TrackingNames.ContractRoots);

        var models = contracts
            .SelectMany(static (root, _) => root.Contract is { } contract ? ImmutableArray.Create(contract) : ImmutableArray<ContractModel>.Empty)
            .WithTrackingName(TrackingNames.Contracts);

        context.RegisterSourceOutput(models, static (output, contract) => output.AddSource(contract.HintName, ContractEmitter.Emit(contract)));

        // Types that several roots or contracts reach are emitted once; ordinal order keeps the position of each, and with it its cache.
        var types = payloads
            .SelectMany(static (root, _) => root.Types.Items)
            .Collect()
            .Combine(contracts.SelectMany(static (root, _) => root.Types.Items).Collect())
            .SelectMany(static (types, _) => PayloadTypeSet.Distinct(types.Left.AddRange(types.Right)))
            .WithTrackingName(TrackingNames.PayloadTypes);

        context.RegisterSourceOutput(types, static (output, type) =>
        {
            var (hintName, source) = PayloadEmitter.Emit(type);
            output.AddSource(hintName, source);
        });

        var transports = context.CompilationProvider
            .Select(TransportParser.Parse)
            .WithTrackingName(TrackingNames.Transports);

        var registrations = payloads
            .SelectMany(static (root, _) => root.Registrations.Items)
            .Collect()
            .Combine(models.Select(static (contract, _) => ContractEmitter.Registration(contract)).Collect())
            .Combine(transports)
            .Select(static (lines, _) => RegistrationStatements.Of(lines.Left.Left, lines.Left.Right, lines.Right))
            .WithTrackingName(TrackingNames.Registrations);

        var environment = context.CompilationProvider
            .Select(static (compilation, _) => RegistrationEnvironment.Of(compilation))
            .WithTrackingName(TrackingNames.Environment);

        context.RegisterSourceOutput(registrations.Combine(environment), static (output, input) =>
        {
            if (input.Left.Count > 0 && input.Right.IsSupported)
            {
                output.AddSource(RegistrationEmitter.HintName, RegistrationEmitter.Emit(input.Left, input.Right));
            }
        });
    }
}
