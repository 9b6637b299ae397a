namespace Rpc.Generator.Model.Contracts;

/// <summary>What a parameter is on the wire.</summary>
internal enum ParameterKind
{
    /// <summary>A member of the arguments' object.</summary>
    Value,

    /// <summary>Nothing: it becomes a cancel frame.</summary>
    Cancellation,

    /// <summary>A stream beside the call.</summary>
    Items,

    /// <summary>A stream back, and a member that says whether it is wanted.</summary>
    Progress,
}
