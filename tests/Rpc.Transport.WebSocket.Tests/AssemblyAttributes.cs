using Xunit;

// One test measures memory, several count connections: nothing else may run meanwhile.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
