using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Rpc.Transport.Conformance;

namespace Rpc.Transport.WebSockets.Tests.Support;

internal static class Trust
{
    /// <summary>Trusts the test server's certificate alone.</summary>
    public static bool Server(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate?.GetCertHashString() == TestCertificates.Shared.Server.Thumbprint;
}
