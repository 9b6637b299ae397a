namespace Rpc.EndToEnd.Tests.Security;

[RpcService]
[RpcAuthorize]
public interface IVault
{
    ValueTask<string> WhoAsync();

    [RpcAllowAnonymous]
    ValueTask<int> OpenAsync(int value);

    [RpcAuthorize(Roles = "admin, mod")]
    ValueTask<int> ModerateAsync(int value);

    [RpcAuthorize("adult")]
    ValueTask<int> DrinkAsync(int value);

    [RpcAuthorize("adult")]
    [RpcAuthorize("slow", Roles = "member")]
    ValueTask<int> BothAsync(int value);

    [RpcAuthorize("broken")]
    ValueTask<int> BrokenAsync();

    [RpcAuthorize(Roles = "admin")]
    void Drop(int value);

    [RpcAuthorize("adult")]
    void Spill(int value);

    [RpcAuthorize(Roles = "admin")]
    IAsyncEnumerable<int> WatchAsync(int count);

    [RpcAuthorize("adult")]
    ValueTask<long> PourAsync(IAsyncEnumerable<int> items);

    [RpcMethod(RateLimit = "few")]
    [RpcAllowAnonymous]
    ValueTask<int> HoldAsync(int value);

    [RpcMethod(RateLimit = "few")]
    [RpcAllowAnonymous]
    void Fling(int value);
}
