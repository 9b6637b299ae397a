using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rpc.Diagnostics;

namespace Rpc;

/// <summary>A server's certificate in files that somebody renews, such as an ACME client: read again when they have changed, so that the server need not be started again.
/// Give <see cref="Get"/> to a listener's <c>ServerCertificateProvider</c>. Thread safe.</summary>
/// <remarks>The files are looked at when a client connects, at most once in <see cref="CheckInterval"/>; they are compared by content, so that neither links nor the
/// resolution of a file's time matter. Files that cannot be read or do not fit each other (they are being written) leave the certificate as it was, and are looked at again.</remarks>
public sealed class RpcCertificateFile
{
    private const long MaxFileSize = 1024 * 1024;

    private readonly object _gate = new();
    private readonly string[] _paths;
    private readonly Func<byte[][], RpcServerCertificate> _load;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private RpcServerCertificate _current;
    private byte[] _digest;
    private long _checked;

    private RpcCertificateFile(string[] paths, Func<byte[][], RpcServerCertificate> load, TimeProvider? timeProvider, ILoggerFactory? loggerFactory)
    {
        _paths = paths;
        _load = load;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Rpc.Certificates");
        var contents = Read();
        _digest = Digest(contents);
        _current = load(contents);
        _checked = _timeProvider.GetTimestamp();
    }

    /// <summary>How long the files are not looked at again. Default 5 s; zero looks at each connect.</summary>
    public TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(5);

#if NET8_0_OR_GREATER
    /// <summary>Reads PEM files (RFC 7468).</summary>
    /// <param name="certificatePath">The certificate, and after it those between it and its root.</param>
    /// <param name="keyPath">The private key, not encrypted; null when it is in the first file too.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="loggerFactory">Told of renewals, and of files that cannot be used; null for nobody.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="CryptographicException">The files are malformed, or do not fit each other.</exception>
    public static RpcCertificateFile FromPem(string certificatePath, string? keyPath = null, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null) =>
        new(keyPath is null ? [certificatePath] : [certificatePath, keyPath], LoadPem, timeProvider, loggerFactory);
#endif

    /// <summary>Reads a PKCS #12 file (PFX).</summary>
    /// <param name="path">The file; it has the certificate, its private key, and those between it and its root.</param>
    /// <param name="password">The file's password, or null.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="loggerFactory">Told of renewals, and of files that cannot be used; null for nobody.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="CryptographicException">The file is malformed, or the password is wrong.</exception>
    public static RpcCertificateFile FromPfx(string path, string? password = null, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null) =>
        new([path], contents => LoadPfx(contents[0], password), timeProvider, loggerFactory);

    /// <summary>The certificate of now: the same object until the files have changed.</summary>
    /// <returns>The certificate.</returns>
    public RpcServerCertificate Get()
    {
        var now = _timeProvider.GetTimestamp();
        if (_timeProvider.GetElapsedTime(Volatile.Read(ref _checked), now) >= CheckInterval && Monitor.TryEnter(_gate))
        {
            try
            {
                Refresh();
                Volatile.Write(ref _checked, now);
            }
            finally
            {
                Monitor.Exit(_gate);
            }
        }

        return Volatile.Read(ref _current);
    }

    private void Refresh()
    {
        try
        {
            var contents = Read();
            var digest = Digest(contents);
            if (digest.AsSpan().SequenceEqual(_digest))
            {
                return;
            }

            var loaded = _load(contents);
            Volatile.Write(ref _current, loaded);
            _digest = digest;
            _logger.CertificateRenewed(_paths[0], loaded.Certificate.Thumbprint, loaded.Certificate.NotAfter);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            _logger.CertificateUnusable(_paths[0], e.Message);
        }
    }

    private byte[][] Read() => [.. _paths.Select(static path =>
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length > MaxFileSize)
        {
            throw new IOException($"{path} is too large to be a certificate.");
        }

        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    })];

    private static byte[] Digest(byte[][] contents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var content in contents)
        {
            hash.AppendData(BitConverter.GetBytes(content.Length));
            hash.AppendData(content);
        }

        return hash.GetHashAndReset();
    }

#if NET8_0_OR_GREATER
    private static RpcServerCertificate LoadPem(byte[][] contents)
    {
        var text = System.Text.Encoding.UTF8.GetString(contents[0]);
        using var parsed = X509Certificate2.CreateFromPem(text, System.Text.Encoding.UTF8.GetString(contents[^1]));
        var all = new X509Certificate2Collection();
        all.ImportFromPem(text);

        // Through PKCS #12, as the TLS of Windows does not take a key that exists in memory only.
        var certificate = LoadPkcs12(parsed.Export(X509ContentType.Pkcs12), null);
        return new RpcServerCertificate(certificate, Others(all, certificate));
    }
#endif

    private static RpcServerCertificate LoadPfx(byte[] content, string? password)
    {
        var all = new X509Certificate2Collection();
#pragma warning disable SYSLIB0057 // Its replacement is not in .NET 8; the file is the application's own.
        all.Import(content, password, X509KeyStorageFlags.DefaultKeySet);
#pragma warning restore SYSLIB0057
        var certificate = all.OfType<X509Certificate2>().FirstOrDefault(static candidate => candidate.HasPrivateKey)
            ?? throw new CryptographicException("The file has no certificate with a private key.");
        return new RpcServerCertificate(certificate, Others(all, certificate));
    }

#if NET8_0_OR_GREATER
    private static X509Certificate2 LoadPkcs12(byte[] content, string? password)
    {
#pragma warning disable SYSLIB0057 // Its replacement is not in .NET 8; the bytes are this process's own.
        return new X509Certificate2(content, password, X509KeyStorageFlags.DefaultKeySet);
#pragma warning restore SYSLIB0057
    }
#endif

    private static X509Certificate2Collection Others(X509Certificate2Collection all, X509Certificate2 certificate) =>
        [.. all.OfType<X509Certificate2>().Where(other => !other.RawData.AsSpan().SequenceEqual(certificate.RawData))];
}
