using Rpc;

namespace Chat.Contracts;

/// <summary>What comes with the error of a name that is taken. No method has it as a parameter or result, so the attribute asks for its formatter.</summary>
[RpcPayload]
public sealed record NameTaken(string Name, string Free);
