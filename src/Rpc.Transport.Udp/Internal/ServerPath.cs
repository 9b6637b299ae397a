namespace Rpc.Transport.Udp.Internal;

/// <summary>Where a server's connection sends to: the client's address, which may change.</summary>
/// <remarks><see cref="Current"/> is changed by the receiving thread alone, or under the connection's gate; it is replaced, never changed in place.</remarks>
internal sealed class ServerPath(ServerEndpoint endpoint, int slot, DatagramAddress address) : IDatagramSender
{
    private DatagramAddress? _previous;

    internal DatagramAddress Current { get; private set; } = address;

    public void Send(ReadOnlySpan<byte> datagrams, int size) => endpoint.Output.Send(datagrams, size, Current);

    // The client looks for another way; the server waits for it.
    public bool OnSilence() => false;

    // The client comes to the server, from wherever it is then.
    public ValueTask MoveAsync(Uri address, int search, CancellationToken cancellationToken) => default;

    public void OnPathFailed() => Current = _previous ?? Current;

    public void OnDisposed() => endpoint.Free(slot);

    internal void MoveTo(DatagramAddress address, bool isCurrentValidated)
    {
        // What is returned to is the last address that was proved.
        _previous = isCurrentValidated ? Current : _previous;
        Current = address;
    }
}
