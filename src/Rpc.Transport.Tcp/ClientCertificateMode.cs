namespace Rpc.Transport.Tcp;

/// <summary>What a TLS listener asks of its clients.</summary>
public enum ClientCertificateMode
{
    /// <summary>No certificate is asked for.</summary>
    None,

    /// <summary>A certificate is asked for; who has none may connect, who shows one that is not trusted may not.</summary>
    Allowed,

    /// <summary>Who shows no trusted certificate may not connect.</summary>
    Required,
}
