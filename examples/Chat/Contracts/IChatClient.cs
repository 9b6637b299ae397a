using Rpc;

namespace Chat.Contracts;

/// <summary>What each client offers to the server: the server tells, and does not wait.</summary>
[RpcService]
public interface IChatClient
{
    void Said(Line line);

    void Announced(string text);

    void Joined(string name);

    void Left(string name);
}
