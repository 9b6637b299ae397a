namespace Rpc.Generator.Model.Payloads;

/// <summary>A method of a type that is called before or after its values are written or read.</summary>
/// <param name="Moment">When.</param>
/// <param name="Statement">The call; <c>{0}</c> stands for the object.</param>
internal sealed record CallbackModel(CallbackMoment Moment, string Statement);
