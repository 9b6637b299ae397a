namespace Rpc.Generator.Model.Payloads;

/// <summary>What a payload attribute asks for.</summary>
/// <param name="Types">The types that get a formatter.</param>
/// <param name="Registrations">The statements that register the formatter of the type that the attribute names.</param>
internal sealed record PayloadRoot(EquatableArray<PayloadTypeModel> Types, EquatableArray<string> Registrations);
