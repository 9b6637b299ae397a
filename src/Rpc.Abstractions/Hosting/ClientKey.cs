namespace Rpc.Hosting;

/// <summary>Tells the clients of a container from each other.</summary>
internal sealed class ClientKey
{
}
