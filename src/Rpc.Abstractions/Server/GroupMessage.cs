using Rpc.Buffers;
using Rpc.Protocol;
using Rpc.Serialization;

namespace Rpc.Server;

/// <summary>A push on its way to other servers: version (1), the publisher (16), method id (4), flags (1), users that are named (LEB128 count, texts), key (text, if
/// the flags say so), what the call carries beside (as in a request), arguments to the end.</summary>
internal static class GroupMessage
{
    private const byte Version = 1;
    private const byte UsersExcluded = 1;
    private const byte HasKey = 2;
    private const byte LowPriority = 4;

    /// <summary>The least bytes of a user's name, for the bound of how many there are.</summary>
    private const int LeastText = 1;

    /// <summary>Writes a push.</summary>
    public static byte[] Write(Guid publisher, RpcMethodDescriptor method, ReadOnlySpan<byte> arguments, RpcCallOptions? options, GroupFilter? filter)
    {
        var buffer = PayloadBuffer.Rent();
        var writer = new PayloadWriter(buffer);
        writer.WriteByte(Version);
        publisher.TryWriteBytes(writer.GetSpan(16));
        writer.Advance(16);
        writer.WriteUnmanaged(method.Id);
        var users = filter?.Users ?? [];
        var key = options?.Key is { } about ? Convert.ToString(about, System.Globalization.CultureInfo.InvariantCulture) : null;
        writer.WriteByte((byte)(
            (filter is null || filter.IsExclusion ? UsersExcluded : 0) | (key is null ? 0 : HasKey) | (options?.Priority == RpcPriority.Low ? LowPriority : 0)));
        writer.WriteLeb128((uint)users.Count);
        foreach (var user in users)
        {
            writer.WriteText(user);
        }

        if (key is not null)
        {
            writer.WriteText(key);
        }

        WriteExtension(ref writer, options);
        writer.WriteRaw(arguments);
        writer.Commit();
        var message = buffer.WrittenSpan.ToArray();
        buffer.Return();
        return message;
    }

    /// <summary>Reads a push.</summary>
    /// <param name="message">What <see cref="Write"/> made.</param>
    /// <param name="publisher">Who made it.</param>
    /// <param name="methodId">The method.</param>
    /// <param name="options">What the call carries beside, or null.</param>
    /// <param name="filter">Who is to get it, or null for all.</param>
    /// <returns>The arguments.</returns>
    /// <exception cref="PayloadException">The bytes are none.</exception>
    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> message, out Guid publisher, out uint methodId, out RpcCallOptions? options, out GroupFilter? filter)
    {
        var reader = new PayloadReader(message);
        if (reader.ReadByte() != Version)
        {
            throw new PayloadException("The message of a group is of a version that is not known.");
        }

        publisher = new Guid(reader.ReadRaw(16));
        methodId = reader.ReadUnmanaged<uint>();
        var flags = reader.ReadByte();
        var count = reader.ReadLeb128();
        if (count > reader.Remaining / LeastText)
        {
            throw new PayloadException("The message of a group names more users than it has bytes.");
        }

        var users = new string[count];
        for (var i = 0; i < users.Length; i++)
        {
            users[i] = reader.ReadText();
        }

        var exclude = (flags & UsersExcluded) != 0;
        filter = exclude && users.Length == 0 ? null : new GroupFilter(users, exclude);
        var key = (flags & HasKey) != 0 ? reader.ReadText() : null;
        var extension = RequestExtension.Read(ref reader, int.MaxValue, int.MaxValue);
        var priority = (flags & LowPriority) != 0 ? RpcPriority.Low : default;
        options = key is null && extension.Timeout is null && extension.Metadata is null && priority == default
            ? null
            : new RpcCallOptions { Key = key, Timeout = extension.Timeout, Metadata = extension.Metadata, Priority = priority };
        return reader.RemainingSpan;
    }

    private static void WriteExtension(ref PayloadWriter writer, RpcCallOptions? options)
    {
        var timeout = options?.Timeout;
        if (options?.Deadline is { } deadline && deadline - TimeProvider.System.GetUtcNow() is var left && !(timeout < left))
        {
            timeout = left;
        }

        if (timeout is null && options?.Metadata is null)
        {
            writer.WriteLeb128(0);
            return;
        }

        var buffer = PayloadBuffer.Rent();
        var fields = new PayloadWriter(buffer);
        new RequestExtension { Timeout = timeout, Metadata = options!.Metadata }.Write(ref fields);
        fields.Commit();
        writer.WriteLeb128((uint)buffer.Length);
        writer.WriteRaw(buffer.WrittenSpan);
        buffer.Return();
    }
}
