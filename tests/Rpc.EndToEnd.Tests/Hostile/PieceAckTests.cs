using Rpc.EndToEnd.Tests.Raw;
using Rpc.Transport.Conformance;
using static Rpc.EndToEnd.Tests.Raw.RawFrame;

namespace Rpc.EndToEnd.Tests.Hostile;

/// <summary>Peers that acknowledge pieces, each in its way.</summary>
public sealed class PieceAckTests
{
    private const int Large = 2_000_000;

    private static readonly byte[] s_limits = Join(Limits(maxFrame: 1 << 24), Field(11, Int(1)));

    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    [InlineData(-1, true)]
    [InlineData(int.MaxValue, true)]
    [InlineData(int.MinValue, true)]
    public async Task Acknowledging_what_was_not_sent_ends_the_connection(int bytes, bool isAnnounced)
    {
        await using var world = await World.StartAsync(_ => new TestService());
        await using var peer = await RawPeer.OpenAsync(world, isAnnounced ? s_limits : Limits());
        await peer.SendAsync(Of(PieceAck, Int(bytes)));
        Assert.Equal(RpcCloseReason.ProtocolError, (await peer.ReadFarewellAsync()).Reason);
    }

    [Fact]
    public async Task Acknowledging_more_than_was_sent_ends_the_connection()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        await using var peer = await RawPeer.OpenAsync(world, s_limits);
        await peer.SendAsync(Echo(0));
        await peer.ReadAsync(Piece);
        await peer.SendAsync(Of(PieceAck, Int(Large * 2)));
        Assert.Equal((byte)RpcCloseReason.ProtocolError, (await peer.ReadAsync(Close)).Code);
    }

    [Fact]
    public async Task A_peer_that_acknowledges_gets_everything()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        await using var peer = await RawPeer.OpenAsync(world, s_limits);
        await peer.SendAsync(Echo(0));
        RawFrame piece;
        do
        {
            piece = await peer.ReadAsync(Piece);
            await peer.SendAsync(Of(PieceAck, Int(piece.Body.Length)));
        }
        while ((piece.Body[2] & 2) == 0);
    }

    [Fact]
    public async Task A_peer_that_never_acknowledges_loses_the_connection_after_the_send_timeout_whatever_else_it_does()
    {
        var time = new ManualTimeProvider();
        await using var world = await World.StartAsync(_ => new TestService(), server: rpc => rpc.Options.TimeProvider = time);
        world.Expect("ResourceExhausted");
        await using var peer = await RawPeer.OpenAsync(world, s_limits);
        await peer.SendAsync(Echo(0));
        var bytes = 0;
        while (bytes < 512 * 1024)
        {
            bytes += (await peer.ReadAsync(Piece)).Body.Length;
        }

        for (var second = 0; second < 29; second++)
        {
            await peer.SendAsync(Add(1 + second, second, 1));
            Assert.Equal(Join(Id(1 + second), Int(second + 1)), (await peer.ReadAsync())!.Body);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(RpcConnectionState.Open, peer.ServerSide.State);
        for (var second = 0; second < 12; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(RpcCloseReason.ResourceExhausted, (await peer.ServerSide.Closed.WaitAsync(World.Patience)).Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_byte_of_pieces_is_acknowledged_to_a_peer_that_wants_to_know_and_to_no_other(bool isAnnounced)
    {
        await using var world = await World.StartAsync(_ => new TestService());
        await using var peer = await RawPeer.OpenAsync(world, isAnnounced ? s_limits : Limits());
        byte[] request = [Request, .. Add(0, 20, 3)[4..]];
        byte[][] pieces = [PieceOf(1, 1, request.Length, request[..5]), PieceOf(1, 0, null, request[5..8]), PieceOf(1, 2, null, request[8..])];
        await peer.SendAsync(pieces);
        var acknowledged = 0;
        var isAnswered = false;
        while (!isAnswered || (isAnnounced && acknowledged < pieces.Sum(static piece => piece.Length - 4)))
        {
            var frame = (await peer.ReadAsync())!;
            isAnswered |= frame.Type == Response;
            if (frame.Type == PieceAck)
            {
                Assert.True(isAnnounced);
                acknowledged += BitConverter.ToInt32(frame.Body);
            }
        }

        Assert.Equal(isAnnounced ? pieces.Sum(static piece => piece.Length - 4) : 0, acknowledged);
    }

    private static byte[] Echo(int callId) => Of(Request, Id(callId), Method("EchoAsync"), [1], Int(Large), new byte[Large]);
}
