using System.Text;
using Rpc.Serialization;

namespace Rpc.Protocol;

/// <summary>Credentials: scheme (text), then the secret to the end of the field or frame.</summary>
internal static class CredentialsField
{
    public static void Write(ref PayloadWriter writer, uint tag, RpcCredentials credentials)
    {
        writer.WriteLeb128(tag);
        var scheme = Encoding.UTF8.GetByteCount(credentials.Scheme);
        var prefix = 1;
        for (var rest = scheme >> 7; rest > 0; rest >>= 7)
        {
            prefix++;
        }

        writer.WriteLeb128((uint)(prefix + scheme + credentials.Value.Length));
        Write(ref writer, credentials);
    }

    public static void Write(ref PayloadWriter writer, RpcCredentials credentials)
    {
        writer.WriteText(credentials.Scheme);
        writer.WriteRaw(credentials.Value.Span);
    }

    public static RpcCredentials Read(ref PayloadReader reader)
    {
        var scheme = reader.ReadText();
        return scheme.Length == 0
            ? throw new PayloadException("Credentials have no scheme.")
            : new RpcCredentials(scheme, (ReadOnlyMemory<byte>)reader.ReadRaw(reader.Remaining).ToArray());
    }
}
