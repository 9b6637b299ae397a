namespace Rpc.Generator.Model.Contracts;

/// <summary>Who may call a method.</summary>
/// <param name="AllowAnonymous">Whether anybody may.</param>
/// <param name="Requirements">What is asked otherwise, all of it.</param>
internal sealed record AccessModel(bool AllowAnonymous, EquatableArray<RequirementModel> Requirements);
