namespace Rpc.EndToEnd.Tests;

/// <summary>Tests that measure the memory of the process, or need the machine: nothing runs beside them.</summary>
[CollectionDefinition(nameof(MemoryCollection), DisableParallelization = true)]
public sealed class MemoryCollection;
