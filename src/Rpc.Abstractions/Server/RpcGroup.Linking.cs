using Rpc.Buffers;

namespace Rpc.Server;

/// <content>The same group on other servers.</content>
public sealed partial class RpcGroup<T>
{
    private readonly GroupLink? _link;

    internal RpcGroup(RpcGroupOptions options, GroupLink? link)
        : this(options) => _link = link;

    internal GroupLink? Link => _link;

    private void UpdateLink() => _link?.Update(() => Count > 0, Receive);

    /// <summary>Pushes what another server has published to the members here.</summary>
    private void Receive(ReadOnlyMemory<byte> message)
    {
        var arguments = GroupMessage.Read(message.Span, out var publisher, out var methodId, out var options, out var filter);
        if (_link!.IsOwn(publisher) || _contract.Methods.FirstOrDefault(method => method.Id == methodId && method.Kind == RpcMethodKind.OneWay) is not { } method)
        {
            // A method that only the other server knows, as it is newer, is nothing that the members here could be told.
            return;
        }

        var payload = PayloadBuffer.Rent();
        arguments.CopyTo(payload.GetSpan(arguments.Length));
        payload.Advance(arguments.Length);
        new GroupInvoker<T>(this, filter).Relay(method, payload, options);
    }
}
