using Rpc.Connections;

namespace Rpc.Generator.Tests.Harness;

/// <summary>One call that a proxy made.</summary>
/// <param name="Verb">The invoker's method.</param>
/// <param name="Method">The descriptor.</param>
/// <param name="Payload">The payload in hexadecimal.</param>
/// <param name="Formatter">What reads the result.</param>
/// <param name="Streams">The streams beside.</param>
/// <param name="Options">The options.</param>
/// <param name="CancellationToken">The token.</param>
public sealed record RecordedCall(
    string Verb,
    RpcMethodDescriptor Method,
    string Payload,
    object? Formatter,
    RpcStreamParameter?[]? Streams,
    RpcCallOptions? Options,
    CancellationToken CancellationToken);
