using Rpc.Server;

namespace Rpc.Hosting;

/// <summary>Sets up the named groups of one contract.</summary>
/// <param name="Configure">Tells the groups.</param>
internal sealed record GroupSetup(Action<RpcGroups> Configure);
