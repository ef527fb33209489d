using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Keys;

/// <summary>X.509 certificates and the paths between them. Nothing is fetched, and no store of the machine is asked.</summary>
internal static class Certificates
{
    internal const string CodeSigning = "1.3.6.1.5.5.7.3.3";
    internal const string TimeStamping = "1.3.6.1.5.5.7.3.8";
    private const int MostBytes = 64 * 1024;
    private const int MostLength = 8;

    /// <summary>One certificate in DER, and nothing after it.</summary>
    internal static X509Certificate2 OfDer(byte[] der)
    {
        if (der.Length > MostBytes)
        {
            throw new UnreadableException(RefusalReason.TooLarge, $"is a certificate of more than {MostBytes} bytes");
        }
        var certificate = X509CertificateLoader.LoadCertificate(der);
        return certificate.RawDataMemory.Span.SequenceEqual(der)
            ? certificate
            : throw new UnreadableException("is not one certificate in DER");
    }

    /// <summary>The certificates of a PEM text, in its order.</summary>
    internal static X509Certificate2[] OfPem(string pem)
    {
        var certificates = new List<X509Certificate2>();
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (!rest[fields.Label].SequenceEqual("CERTIFICATE") || certificates.Count == MostLength)
            {
                throw new UnreadableException($"is not a PEM text of at most {MostLength} certificates");
            }
            certificates.Add(OfDer(Convert.FromBase64String(rest[fields.Base64Data].ToString())));
            rest = rest[fields.Location.End..];
        }
        return rest.IsWhiteSpace() && certificates.Count > 0 ? [.. certificates] : throw new UnreadableException("is not a PEM text of certificates");
    }

    internal static bool IsSelfSigned(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    internal static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority);

    /// <summary>Both ends are within.</summary>
    internal static bool IsValidAt(X509Certificate2 certificate, DateTimeOffset at) =>
        certificate.NotBefore.ToUniversalTime() <= at.UtcDateTime && at.UtcDateTime <= certificate.NotAfter.ToUniversalTime();

    /// <summary>The path from a certificate to one of the anchors, every certificate valid at that time, the leaf first.</summary>
    /// <param name="purpose">The extended key usage that the leaf must have.</param>
    internal static Checked<X509Certificate2[]> PathTo(X509Certificate2Collection anchors, X509Certificate2 leaf, IEnumerable<X509Certificate2> between,
        DateTimeOffset at, string purpose)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(anchors);
        chain.ChainPolicy.ExtraStore.AddRange(between.ToArray());
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(purpose));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = at.UtcDateTime;
        if (!chain.Build(leaf))
        {
            var problems = string.Join(", ", chain.ChainStatus.Select(status => status.Status.ToString()).Distinct().Order());
            return Untrusted(leaf, at, problems);
        }
        X509Certificate2[] path = [.. chain.ChainElements.Select(element => element.Certificate)];
        return anchors.Any(anchor => anchor.RawDataMemory.Span.SequenceEqual(path[^1].RawDataMemory.Span))
            ? path
            : Untrusted(leaf, at, "it ends elsewhere");
    }

    private static Refusal Untrusted(X509Certificate2 leaf, DateTimeOffset at, string problems) => new(RefusalReason.UntrustedCertificate,
        $"the certificate of '{UntrustedText.Show(leaf.Subject)}' issued by '{UntrustedText.Show(leaf.Issuer)}' has no path to a trusted authority at {at:u}: {problems}");
}
