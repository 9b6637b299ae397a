using Rpc.Serialization;

namespace Rpc.Protocol;

/// <summary><c>Hello</c> and <c>Welcome</c>: fields, each tag (LEB128), length (LEB128), value. Unknown fields are ignored.</summary>
internal sealed class HandshakeFrame
{
    private const uint MaxFrameSizeTag = 1;
    private const uint MaxConcurrentCallsTag = 2;
    private const uint StreamWindowTag = 3;
    private const uint MaxMetadataSizeTag = 4;
    private const uint MetadataTag = 5;
    private const uint VersionTag = 6;
    private const uint SessionTag = 7;
    private const uint CredentialsTag = 8;
    private const uint CredentialsLeftTag = 9;
    private const uint MaxReassemblyBytesTag = 10;
    private const uint AcknowledgesPiecesTag = 11;

    /// <summary>The longest frame (type and body) that the sender of this handshake takes, in bytes.</summary>
    public int MaxFrameSize { get; init; }

    /// <summary>How many bytes of frames in pieces may be incomplete at once at the sender of this handshake. What was read without it has the longest frame, the least that it can be.</summary>
    public int MaxReassemblyBytes { get; init; }

    /// <summary>Whether the sender of this handshake tells which pieces it has taken, and wants to be told.</summary>
    public bool AcknowledgesPieces { get; init; }

    /// <summary>How many calls of its peer the sender of this handshake runs at once.</summary>
    public int MaxConcurrentCalls { get; init; }

    /// <summary>How many bytes of items each stream to the sender of this handshake may send before it is granted more.</summary>
    public int StreamWindow { get; init; }

    /// <summary>How many bytes of metadata a call may carry to the sender of this handshake.</summary>
    public int MaxMetadataSize { get; init; }

    /// <summary>The version agreed on; only in <c>Welcome</c>, 0 elsewhere.</summary>
    public byte Version { get; init; }

    /// <summary>What the sender of this handshake says of itself.</summary>
    public RpcMetadata Metadata { get; init; } = new();

    /// <summary>What the client proves itself with; only in <c>Hello</c>, or null.</summary>
    public RpcCredentials? Credentials { get; init; }

    /// <summary>How many milliseconds the client's credentials are good for; only in <c>Welcome</c>, 0 for no end.</summary>
    public int CredentialsLeft { get; init; }

    /// <summary>In <c>Hello</c>, whether the client asks for a session that survives its connection.</summary>
    public bool AsksForSession { get; init; }

    /// <summary>In <c>Welcome</c>, the session; null when there is none.</summary>
    public SessionGrant? Session { get; init; }

    public OutgoingFrame Create(FrameType type)
    {
        var writer = ControlFrame.Begin();
        WriteInt(ref writer, MaxFrameSizeTag, MaxFrameSize);
        WriteInt(ref writer, MaxConcurrentCallsTag, MaxConcurrentCalls);
        WriteInt(ref writer, StreamWindowTag, StreamWindow);
        WriteInt(ref writer, MaxMetadataSizeTag, MaxMetadataSize);
        if (MaxReassemblyBytes != 0)
        {
            WriteInt(ref writer, MaxReassemblyBytesTag, MaxReassemblyBytes);
        }

        if (AcknowledgesPieces)
        {
            WriteInt(ref writer, AcknowledgesPiecesTag, 1);
        }

        if (Version != 0)
        {
            WriteInt(ref writer, VersionTag, Version);
        }

        if (AsksForSession)
        {
            WriteInt(ref writer, SessionTag, 1);
        }
        else if (Session is not null)
        {
            writer.WriteLeb128(SessionTag);
            writer.WriteLeb128(SessionGrant.Size);
            Session.Write(writer.GetSpan(SessionGrant.Size));
            writer.Advance(SessionGrant.Size);
        }

        if (Credentials is not null)
        {
            CredentialsField.Write(ref writer, CredentialsTag, Credentials);
        }

        if (CredentialsLeft != 0)
        {
            WriteInt(ref writer, CredentialsLeftTag, CredentialsLeft);
        }

        foreach (var pair in Metadata)
        {
            MetadataField.Write(ref writer, MetadataTag, pair);
        }

        return ControlFrame.End(ref writer, type);
    }

    /// <summary>Reads the fields.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="maxSize">The most bytes that the handshake may have, what pairs of metadata count beside their bytes included.</param>
    /// <exception cref="ProtocolException">It breaks the rules.</exception>
    public static HandshakeFrame Read(ref PayloadReader reader, int maxSize)
    {
        var size = reader.Remaining;
        int maxFrameSize = 0, maxReassembly = 0, maxCalls = 0, window = 0, maxMetadata = 0, version = 0, credentialsLeft = 0;
        var asksForSession = false;
        var acknowledgesPieces = false;
        SessionGrant? session = null;
        RpcCredentials? credentials = null;
        var metadata = new RpcMetadata();
        while (reader.Remaining > 0)
        {
            var tag = reader.ReadLeb128();
            var field = new PayloadReader(reader.ReadBytes());
            switch (tag)
            {
                case MaxFrameSizeTag:
                    maxFrameSize = ReadInt(ref field, 1024);
                    break;
                case MaxConcurrentCallsTag:
                    maxCalls = ReadInt(ref field, 0);
                    break;
                case StreamWindowTag:
                    window = ReadInt(ref field, 1);
                    break;
                case MaxMetadataSizeTag:
                    maxMetadata = ReadInt(ref field, 0);
                    break;
                case MaxReassemblyBytesTag:
                    maxReassembly = ReadInt(ref field, 1024);
                    break;
                case AcknowledgesPiecesTag:
                    acknowledgesPieces = ReadInt(ref field, 0) != 0;
                    break;
                case VersionTag:
                    version = ReadInt(ref field, 0);
                    break;
                case SessionTag when field.Remaining == 4:
                    asksForSession = ReadInt(ref field, 0) != 0;
                    break;
                case SessionTag:
                    session = SessionGrant.Read(field.ReadRaw(field.Remaining));
                    break;
                case CredentialsTag:
                    credentials = CredentialsField.Read(ref field);
                    break;
                case CredentialsLeftTag:
                    credentialsLeft = ReadInt(ref field, 0);
                    break;
                case MetadataTag when (size += MetadataField.PairCost) > maxSize:
                    throw new ProtocolException($"The peer's handshake has more metadata than the limit of {maxSize} bytes.");
                case MetadataTag:
                    MetadataField.Read(ref field, metadata);
                    break;
            }
        }

        if (maxFrameSize == 0 || window == 0)
        {
            throw new ProtocolException("The peer's handshake does not tell its limits.");
        }

        return new HandshakeFrame
        {
            MaxFrameSize = maxFrameSize,
            MaxReassemblyBytes = Math.Max(maxReassembly, maxFrameSize),
            AcknowledgesPieces = acknowledgesPieces,
            MaxConcurrentCalls = maxCalls,
            StreamWindow = window,
            MaxMetadataSize = maxMetadata,
            Version = (byte)version,
            AsksForSession = asksForSession,
            Session = session,
            Metadata = metadata,
            Credentials = credentials,
            CredentialsLeft = credentialsLeft,
        };
    }

    private static void WriteInt(ref PayloadWriter writer, uint tag, int value)
    {
        writer.WriteLeb128(tag);
        writer.WriteLeb128(4);
        writer.WriteUnmanaged(value);
    }

    private static int ReadInt(ref PayloadReader field, int least)
    {
        var value = field.ReadUnmanaged<int>();
        return value >= least ? value : throw new ProtocolException($"The peer's handshake names a limit of {value}.");
    }
}
