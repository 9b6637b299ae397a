using System.Net;
using System.Net.Sockets;

namespace Rpc.Transport.Udp.Internal;

/// <summary>Where a datagram comes from: on .NET 8 the system's own form of it, which is received into and compared without allocation.</summary>
internal sealed class DatagramAddress : IEquatable<DatagramAddress>
{
    /// <summary>Bytes of <see cref="WriteKey"/>: the address as IPv6, and the port.</summary>
    internal const int KeySize = 18;

    /// <summary>Bytes of <see cref="WriteKey"/> that tell one subscriber from another: an IPv4 address, or an IPv6 network of 64 bits.</summary>
    internal const int PrefixSize = 16;

#if NET8_0_OR_GREATER
    private DatagramAddress(SocketAddress value) => Value = value;

    /// <summary>The system's form.</summary>
    internal SocketAddress Value { get; }

    internal static DatagramAddress Create(AddressFamily family) => new(new SocketAddress(family));

    internal static DatagramAddress Create(IPEndPoint endPoint) => new(endPoint.Serialize());

    internal DatagramAddress Clone()
    {
        var copy = new SocketAddress(Value.Family, Value.Size);
        Value.Buffer[..Value.Size].CopyTo(copy.Buffer);
        return new DatagramAddress(copy);
    }

    internal IPEndPoint ToEndPoint() => Normalize((IPEndPoint)new IPEndPoint(Value.Family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0).Create(Value));

    public bool Equals(DatagramAddress? other) => other is not null && Value.Equals(other.Value);

    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>Writes address and port; an IPv4 address in its mapped form.</summary>
    internal void WriteKey(Span<byte> key)
    {
        // sockaddr_in: port at 2, address at 4; sockaddr_in6: port at 2, address at 8. So on every system.
        var bytes = Value.Buffer.Span;
        if (Value.Family == AddressFamily.InterNetworkV6)
        {
            bytes.Slice(8, 16).CopyTo(key);
        }
        else
        {
            key[..10].Clear();
            key[10] = key[11] = 0xFF;
            bytes.Slice(4, 4).CopyTo(key[12..]);
        }

        bytes.Slice(2, 2).CopyTo(key[16..]);
    }
#else
    private DatagramAddress(IPEndPoint value) => Value = value;

    /// <summary>The end point.</summary>
    internal IPEndPoint Value { get; set; }

    internal static DatagramAddress Create(AddressFamily family) =>
        new(new IPEndPoint(family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0));

    internal static DatagramAddress Create(IPEndPoint endPoint) => new(endPoint);

    internal DatagramAddress Clone() => new(Value);

    internal IPEndPoint ToEndPoint() => Normalize(Value);

    public bool Equals(DatagramAddress? other) => other is not null && Value.Equals(other.Value);

    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>Writes address and port; an IPv4 address in its mapped form.</summary>
    internal void WriteKey(Span<byte> key)
    {
        Value.Address.MapToIPv6().TryWriteBytes(key, out _);
        key[16] = (byte)(Value.Port >> 8);
        key[17] = (byte)Value.Port;
    }
#endif

    public override bool Equals(object? obj) => Equals(obj as DatagramAddress);

    /// <summary>Whether a key is that of the own machine: 127.0.0.0/8, ::1.</summary>
    internal static bool IsLoopback(ReadOnlySpan<byte> key) => IsMapped(key)
        ? key[12] == 127
        : key[..16].SequenceEqual(IPAddress.IPv6Loopback.GetAddressBytes());

    /// <summary>Leaves of a key what tells one subscriber from another.</summary>
    internal static void ToPrefix(Span<byte> key)
    {
        if (!IsMapped(key))
        {
            key[8..].Clear();
        }
    }

    /// <summary>An IPv4 address that a dual-stack socket shows as IPv6 is shown as what it is.</summary>
    internal static IPEndPoint Normalize(IPEndPoint endPoint) =>
        endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;

    private static bool IsMapped(ReadOnlySpan<byte> key) => key[10] == 0xFF && key[11] == 0xFF && key[..10].SequenceEqual(stackalloc byte[10]);
}
