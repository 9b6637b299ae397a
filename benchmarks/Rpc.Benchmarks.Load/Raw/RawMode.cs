namespace Rpc.Benchmarks.Load.Raw;

/// <summary>What a raw connection is for.</summary>
internal enum RawMode
{
    Answer,
    Echo,
    Stream,
}
