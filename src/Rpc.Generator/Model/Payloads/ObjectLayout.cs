namespace Rpc.Generator.Model.Payloads;

/// <summary>How an object's members are laid out.</summary>
internal enum ObjectLayout
{
    /// <summary>A count and the members.</summary>
    Default,

    /// <summary>A count, the members' lengths and the members.</summary>
    VersionTolerant,

    /// <summary>As version tolerant, with an id between lengths and members.</summary>
    CircularReference,

    /// <summary>A collection, although the type is the user's.</summary>
    Collection,
}
