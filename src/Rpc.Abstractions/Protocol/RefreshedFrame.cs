using Rpc.Serialization;

namespace Rpc.Protocol;

/// <summary><c>Refreshed</c>: status (1), 0 when the credentials were accepted; then for how many milliseconds they are good (4), 0 for no end.</summary>
internal static class RefreshedFrame
{
    public static OutgoingFrame Create(RpcStatusCode status, int left)
    {
        var writer = ControlFrame.Begin();
        writer.WriteByte((byte)status);
        writer.WriteUnmanaged(left);
        return ControlFrame.End(ref writer, FrameType.Refreshed);
    }

    public static (bool Accepted, int Left) Read(ref PayloadReader reader)
    {
        var status = reader.ReadByte();
        var left = reader.ReadUnmanaged<int>();
        return left < 0 ? throw new PayloadException("A time left is negative.") : (status == 0, left);
    }
}
