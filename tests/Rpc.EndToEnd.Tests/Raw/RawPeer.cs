using System.Buffers;
using System.Buffers.Binary;
using Rpc.Transports;

namespace Rpc.EndToEnd.Tests.Raw;

/// <summary>A peer that is not this library: says whatever bytes a test wants, and shows what it is told.</summary>
internal sealed class RawPeer(StreamTransportConnection connection) : IAsyncDisposable
{
    public StreamTransportConnection Connection { get; } = connection;

    /// <summary>The other end of a connection that was opened.</summary>
    public RpcConnection ServerSide { get; private set; } = null!;

    /// <summary>Connects to the world's server and says nothing.</summary>
    public static async Task<RawPeer> ConnectAsync(World world) =>
        new((StreamTransportConnection)await world.Transport.ConnectAsync(world.Transport.Address, default));

    /// <summary>Connects as a client with good manners.</summary>
    /// <param name="world">The world.</param>
    /// <param name="limits">The fields of its hello.</param>
    public static async Task<RawPeer> OpenAsync(World world, byte[]? limits = null)
    {
        var opened = new TaskCompletionSource<RpcConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnConnected(RpcConnection connection) => opened.TrySetResult(connection);
        world.Server.Connected += OnConnected;
        var peer = await ConnectAsync(world);
        await peer.SendAsync(RawFrame.Preface, RawFrame.Of(RawFrame.Hello, limits ?? RawFrame.Limits()));
        Assert.Equal(RawFrame.Preface, await peer.ReadBytesAsync(8));
        var welcome = await peer.ReadAsync();
        Assert.Equal(RawFrame.Welcome, welcome!.Type);
        peer.ServerSide = await opened.Task.WaitAsync(World.Patience);
        world.Server.Connected -= OnConnected;
        return peer;
    }

    public async Task SendAsync(params byte[][] parts) =>
        await Connection.Output.WriteAsync(RawFrame.Join(parts)).AsTask().WaitAsync(World.Patience);

    /// <summary>The next frame, or null at the end of the stream.</summary>
    public async Task<RawFrame?> ReadAsync()
    {
        if (await ReadBytesAsync(4) is not { } header)
        {
            return null;
        }

        var raw = BinaryPrimitives.ReadUInt32LittleEndian(header);
        return new RawFrame((byte)(raw >> 24), (await ReadBytesAsync((int)(raw & 0xFFFFFF)))!);
    }

    /// <summary>The next frame that is of a type.</summary>
    public async Task<RawFrame> ReadAsync(byte type)
    {
        while (await ReadAsync() is { } frame)
        {
            if (frame.Type == type)
            {
                return frame;
            }
        }

        throw new EndOfStreamException($"The stream ended before a frame of type {type:x2}.");
    }

    /// <summary>The last frame, which must be a farewell, and the end of the stream.</summary>
    /// <returns>Its reason.</returns>
    public async Task<(RpcCloseReason Reason, string Text)> ReadFarewellAsync(byte type = RawFrame.Close)
    {
        var farewell = await ReadAsync(type);
        await Connection.Output.CompleteAsync();
        Assert.Null(await ReadAsync());
        return ((RpcCloseReason)farewell.Code, farewell.Text);
    }

    /// <summary>The server's preface, its refusal, and the end of the stream.</summary>
    public async Task<(RpcCloseReason Reason, string Text)> ReadRefusalAsync()
    {
        Assert.Equal(RawFrame.Preface, await ReadBytesAsync(8));
        return await ReadFarewellAsync(RawFrame.Refuse);
    }

    /// <summary>Waits for the end of the stream, whether it was closed or cut.</summary>
    public async Task ReadEndAsync()
    {
        try
        {
            while (await ReadAsync() is not null)
            {
            }
        }
        catch (TransportException)
        {
            // Cut.
        }
    }

    /// <summary>So many bytes, or null at the end.</summary>
    public async Task<byte[]?> ReadBytesAsync(int count)
    {
        if (count == 0)
        {
            return [];
        }

        while (true)
        {
            var result = await Connection.Input.ReadAsync().AsTask().WaitAsync(World.Patience);
            if (result.Buffer.Length >= count)
            {
                var bytes = result.Buffer.Slice(0, count).ToArray();
                Connection.Input.AdvanceTo(result.Buffer.GetPosition(count));
                return bytes;
            }

            Connection.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                return null;
            }
        }
    }

    public async ValueTask DisposeAsync() => await Connection.DisposeAsync();
}
