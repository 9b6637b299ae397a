using System.Text;

namespace Rpc;

/// <summary>What a client proves itself with: a scheme, and a secret. Immutable; never written to a log.</summary>
public sealed class RpcCredentials
{
    /// <summary>Creates credentials of a text, such as a token.</summary>
    /// <param name="scheme">Says what <paramref name="value"/> is, such as <c>Bearer</c>; compared without regard to case by convention.</param>
    /// <param name="value">The secret; travels as UTF-8.</param>
    /// <exception cref="ArgumentException">The scheme is empty.</exception>
    public RpcCredentials(string scheme, string value)
        : this(scheme, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(value ?? throw new ArgumentNullException(nameof(value))))
    {
    }

    /// <summary>Creates credentials of bytes.</summary>
    /// <param name="scheme">Says what <paramref name="value"/> is.</param>
    /// <param name="value">The secret; not copied. With the rest of the handshake no longer than the server's <see cref="RpcLimits.MaxHandshakeSize"/>.</param>
    /// <exception cref="ArgumentException">The scheme is empty.</exception>
    public RpcCredentials(string scheme, ReadOnlyMemory<byte> value)
    {
        Scheme = string.IsNullOrEmpty(scheme) ? throw new ArgumentException("Credentials have a scheme, such as Bearer.", nameof(scheme)) : scheme;
        Value = value;
    }

    /// <summary>Says what <see cref="Value"/> is.</summary>
    public string Scheme { get; }

    /// <summary>The secret.</summary>
    public ReadOnlyMemory<byte> Value { get; }

    /// <summary>The secret as a text; what is not UTF-8 in it becomes U+FFFD.</summary>
    /// <returns>The text.</returns>
    public string GetText() => Encoding.UTF8.GetString(Value.Span);

    /// <summary>The scheme alone: the secret is not shown.</summary>
    /// <returns>A text for logs.</returns>
    public override string ToString() => Scheme + " (hidden)";
}
