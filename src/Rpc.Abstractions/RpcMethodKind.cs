namespace Rpc;

/// <summary>What a method sends and what it gets back.</summary>
public enum RpcMethodKind
{
    /// <summary>A request and one response; there may be streams of arguments and progress beside.</summary>
    Call = 0,

    /// <summary>A request without a response.</summary>
    OneWay = 1,

    /// <summary>A request and a stream of items back; there may be streams of arguments and progress beside.</summary>
    Stream = 2,
}
