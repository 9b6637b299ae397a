using Rpc.Transport.Conformance;
using Rpc.Transport.Conformance.Messages;
using Rpc.Transports;

namespace Rpc.Transport.InProcess.Tests;

public sealed class MessagePairConformanceTests : MessageTransportConformance
{
    protected override IRpcClientTransport CreateClientTransport() =>
        new MessagePairTransport(new MessagePairOptions { Loss = 0.3, Reordering = 0.3 });

    protected override IRpcServerTransport CreateServerTransport(Uri? address) =>
        MessagePairTransport.CreateServerTransport(address?.Host ?? $"test-{Guid.NewGuid():n}");
}
