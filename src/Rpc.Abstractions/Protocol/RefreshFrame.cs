using Rpc.Serialization;

namespace Rpc.Protocol;

/// <summary><c>Refresh</c>: credentials, from the client; answered by one <c>Refreshed</c>, or by the end of the connection.</summary>
internal static class RefreshFrame
{
    public static OutgoingFrame Create(RpcCredentials credentials)
    {
        var writer = ControlFrame.Begin();
        CredentialsField.Write(ref writer, credentials);
        return ControlFrame.End(ref writer, FrameType.Refresh);
    }
}
