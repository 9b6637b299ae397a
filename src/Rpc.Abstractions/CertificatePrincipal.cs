using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;

namespace Rpc;

/// <summary>Makes a principal of a certificate.</summary>
internal static class CertificatePrincipal
{
    private const string AuthenticationType = "Certificate";

    /// <summary>The claims are those of ASP.NET Core's certificate authentication.</summary>
    public static ClaimsPrincipal Of(X509Certificate2 certificate)
    {
        var issuer = certificate.Issuer;
        var claims = new List<Claim>
        {
            new("issuer", issuer, ClaimValueTypes.String, issuer),
            new(ClaimTypes.Thumbprint, certificate.Thumbprint, ClaimValueTypes.Base64Binary, issuer),
            new(ClaimTypes.X500DistinguishedName, certificate.SubjectName.Name ?? string.Empty, ClaimValueTypes.String, issuer),
            new(ClaimTypes.SerialNumber, certificate.SerialNumber.ToString(CultureInfo.InvariantCulture), ClaimValueTypes.String, issuer),
        };
        Add(claims, ClaimTypes.Name, certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), issuer);
        Add(claims, ClaimTypes.Dns, certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false), issuer);
        Add(claims, ClaimTypes.Email, certificate.GetNameInfo(X509NameType.EmailName, forIssuer: false), issuer);
        Add(claims, ClaimTypes.Uri, certificate.GetNameInfo(X509NameType.UrlName, forIssuer: false), issuer);
        return new ClaimsPrincipal(new ClaimsIdentity(claims, AuthenticationType));
    }

    private static void Add(List<Claim> claims, string type, string? value, string issuer)
    {
        if (!string.IsNullOrEmpty(value))
        {
            claims.Add(new Claim(type, value, ClaimValueTypes.String, issuer));
        }
    }
}
