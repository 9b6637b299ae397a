namespace Rpc.Generator.Model.Payloads;

/// <summary>A member of an object.</summary>
/// <param name="Call">How its value is written and read.</param>
/// <param name="Getter">The expression of its value; <c>{0}</c> stands for the object.</param>
/// <param name="Setter">The statement that sets it on a finished object, <c>{0}</c> being the object and <c>{1}</c> the value; null for one that is set earlier or never.</param>
/// <param name="Initializer">Its name in an object initializer; null for one that is set elsewhere.</param>
/// <param name="KeepsInitializer">Whether a missing value leaves what the type itself set.</param>
internal sealed record MemberModel(PayloadCall Call, string Getter, string? Setter, string? Initializer, bool KeepsInitializer);
