namespace Rpc;

/// <summary>A call that makes its context when a handler asks for it.</summary>
internal interface IRpcContextSource
{
    /// <summary>The context; the same instance each time for one call.</summary>
    RpcContext GetContext();
}
