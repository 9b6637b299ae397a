namespace Rpc.Generator.Model.Payloads;

/// <summary>When a callback is called.</summary>
internal enum CallbackMoment
{
    /// <summary>Before a value is written.</summary>
    Serializing,

    /// <summary>After a value was written.</summary>
    Serialized,

    /// <summary>Before a value is read; static methods only, since no object is there.</summary>
    Deserializing,

    /// <summary>After a value was read.</summary>
    Deserialized,
}
