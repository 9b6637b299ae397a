using Xunit;

// Memory is measured: nothing else may allocate meanwhile.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
