namespace Rpc.Generator;

/// <summary>The names of the pipeline's steps, for the tests of its caching.</summary>
internal static class TrackingNames
{
    /// <summary>The interfaces that carry the service attribute, with all that they reach.</summary>
    public const string ContractRoots = nameof(ContractRoots);

    /// <summary>The contracts with nothing wrong.</summary>
    public const string Contracts = nameof(Contracts);

    /// <summary>The transports of the assemblies referenced.</summary>
    public const string Transports = nameof(Transports);

    /// <summary>The types that carry the payload attribute, with all that they reach.</summary>
    public const string PayloadRoots = nameof(PayloadRoots);

    /// <summary>The types that get a formatter, each once.</summary>
    public const string PayloadTypes = nameof(PayloadTypes);

    /// <summary>What the module initializer registers.</summary>
    public const string Registrations = nameof(Registrations);

    /// <summary>What generated code finds in the compilation.</summary>
    public const string Environment = nameof(Environment);
}
