using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>The file that a Unix socket is known by.</summary>
internal static class UnixSocketFile
{
    /// <summary>The path of an address such as <c>unix:///run/game.sock</c>.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    internal static string GetPath(Uri address)
    {
        var path = Uri.UnescapeDataString(address.AbsolutePath);
        if (address.Host.Length > 0 || path.Length < 2)
        {
            throw new ArgumentException($"The address '{address}' has no absolute path: unix:///path.", nameof(address));
        }

        // On Windows the path of unix:///C:/run/game.sock begins with the drive.
        return RuntimeInformation.IsOSPlatform(OSPlatform.Windows) && path.Length > 2 && path[2] == ':' ? path[1..] : path;
    }

    /// <summary>The address of a path.</summary>
    internal static Uri GetAddress(string path)
    {
        var escaped = string.Join('/', path.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString)).Replace("%3A", ":", StringComparison.Ordinal);
        return new Uri($"{Scheme.Unix}://{(escaped[0] == '/' ? escaped : "/" + escaped)}");
    }

    /// <summary>Removes the file of a server that crashed: one that refuses connections. A file that is no socket stays, and so does one whose
    /// server lives; binding then fails.</summary>
    internal static async Task RemoveStaleAsync(UnixDomainSocketEndPoint endPoint, string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > 0)
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await probe.ConnectAsync(endPoint).ConfigureAwait(false);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            file.Delete();
        }
    }
}
