using Rpc.EndToEnd.Tests.Raw;
using Rpc.Transport.Conformance;
using static Rpc.EndToEnd.Tests.Raw.RawFrame;

namespace Rpc.EndToEnd.Tests.Hostile;

/// <remarks>Beside nothing else: failed tasks that nobody looked at are those of the process.</remarks>
[Collection(nameof(MemoryCollection))]
public sealed class RefusedHandshakeTests : IDisposable
{
    private readonly UnobservedExceptionGuard _guard = new();

    public static TheoryData<byte[]> Refused => [[1, 2, 3, 4, 5, 6, 7, 8], Join(Preface, Header(Hello, 1_000_000))];

    public void Dispose() => _guard.Dispose();

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_peer_that_is_refused_is_read_until_it_is_gone_and_leaves_no_failed_task_behind(byte[] bytes)
    {
        await using var world = await World.StartAsync(_ => new TestService());
        await using (var peer = await RawPeer.ConnectAsync(world))
        {
            await peer.SendAsync(bytes);
            await peer.ReadRefusalAsync();
            await peer.ReadEndAsync();
        }
    }
}
