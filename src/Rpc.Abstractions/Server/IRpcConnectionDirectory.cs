namespace Rpc.Server;

/// <summary>The connections of a server that are open now. Thread safe.</summary>
/// <remarks>What is listed and found are connections of this process. What acts on a user by name is asynchronous, so that an implementation may carry it to
/// other servers as well.</remarks>
public interface IRpcConnectionDirectory
{
    /// <summary>How many connections are open.</summary>
    int Count { get; }

    /// <summary>The open connections, as of now. One that ends meanwhile may still be among them.</summary>
    IReadOnlyCollection<RpcConnection> Connections { get; }

    /// <summary>Finds a connection.</summary>
    /// <param name="id">Its <see cref="RpcConnection.Id"/>.</param>
    /// <returns>The connection, or null when none that is open has the id.</returns>
    RpcConnection? Find(long id);

    /// <summary>Finds the connections of a user.</summary>
    /// <param name="userId">Their <see cref="RpcConnection.UserId"/>; compared ordinally.</param>
    /// <returns>The connections, as of now, the oldest first; empty when there are none.</returns>
    IReadOnlyList<RpcConnection> FindUser(string userId);

    /// <summary>Kicks all connections that a user has now; see <see cref="RpcConnection.KickAsync"/>.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="message">Why, for a person.</param>
    /// <param name="cancellationToken">Ends the wait, not the kick.</param>
    /// <returns>How many connections were kicked, when they have ended.</returns>
    ValueTask<int> KickUserAsync(string userId, string message, CancellationToken cancellationToken = default);
}
