using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Model.Contracts;

/// <summary>What one <c>[RpcService]</c> asks for.</summary>
/// <param name="Contract">The contract; null when something is wrong with it.</param>
/// <param name="Types">The types that it reaches and that get a formatter.</param>
internal sealed record ContractRoot(ContractModel? Contract, EquatableArray<PayloadTypeModel> Types);
