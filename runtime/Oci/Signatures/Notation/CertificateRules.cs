using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Oci.Signatures.Keys;

namespace Tapedeck.Oci.Signatures.Notation;

/// <summary>
/// What the certificates of a signer, or of a timestamp authority, have to be like, besides leading to a trusted authority. A certificate of the same authority for something else, a
/// server's for instance, signs no artifacts.
/// <see href="https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md#certificate-requirements"/>
/// </summary>
internal static class CertificateRules
{
    private const X509KeyUsageFlags OtherUsages = X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.DataEncipherment | X509KeyUsageFlags.KeyAgreement
        | X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.EncipherOnly | X509KeyUsageFlags.DecipherOnly;

    private const string Pss = "1.2.840.113549.1.1.10";

    // Any, servers, clients, mail and time stamps.
    private static readonly string[] OtherPurposes = ["2.5.29.37.0", "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4", Certificates.TimeStamping];

    // RSA and ECDSA with SHA-256, SHA-384 and SHA-512.
    private static readonly string[] Signatures =
        ["1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13", "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4"];

    private static readonly string[] Hashes = ["2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"];

    /// <param name="path">The signer's certificate, and those above it up to the trusted one.</param>
    internal static Refusal? Check(X509Certificate2[] path) => Check(path, isUsageCritical: true) ?? CheckPurposes(path[0]);

    /// <summary>Those of who vouches for a moment.</summary>
    /// <inheritdoc cref="Check(X509Certificate2[])"/>
    internal static Refusal? CheckTimestamp(X509Certificate2[] path) => Check(path, isUsageCritical: false) ?? CheckOnlyPurpose(path[0]);

    private static Refusal? Check(X509Certificate2[] path, bool isUsageCritical) =>
        CheckLeaf(path[0], isUsageCritical)
        ?? path.Skip(1).Select(authority => CheckAuthority(authority, isUsageCritical)).FirstOrDefault(refusal => refusal is not null)
        ?? path.Select(CheckSignature).FirstOrDefault(refusal => refusal is not null);

    private static Refusal? CheckLeaf(X509Certificate2 leaf, bool isUsageCritical) =>
        leaf.Extensions.OfType<X509BasicConstraintsExtension>().Any(each => each.CertificateAuthority) ? Refuse(leaf, "is an authority's")
        : Usage(leaf, isUsageCritical) is not { } usage || !usage.HasFlag(X509KeyUsageFlags.DigitalSignature) || (usage & OtherUsages) != 0
            ? Refuse(leaf, $"has not the {(isUsageCritical ? "critical " : "")}key usage of signatures alone")
        : null;

    private static Refusal? CheckPurposes(X509Certificate2 leaf) =>
        leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(each => each.EnhancedKeyUsages.Cast<Oid>())
            .FirstOrDefault(each => OtherPurposes.Contains(each.Value)) is { } purpose
            ? Refuse(leaf, $"is also for another purpose ({purpose.Value})")
            : null;

    private static Refusal? CheckOnlyPurpose(X509Certificate2 leaf) =>
        leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().ToArray() is [{ Critical: true } purposes]
        && purposes.EnhancedKeyUsages.Cast<Oid>().ToArray() is [{ Value: Certificates.TimeStamping }]
            ? null
            : Refuse(leaf, "has not the critical purpose of time stamps alone");

    private static Refusal? CheckAuthority(X509Certificate2 authority, bool isUsageCritical) =>
        authority.Extensions.OfType<X509BasicConstraintsExtension>().ToArray() is [{ CertificateAuthority: true, Critical: true }]
        && Usage(authority, isUsageCritical)?.HasFlag(X509KeyUsageFlags.KeyCertSign) == true
            ? null
            : Refuse(authority, "has not the critical constraints and the key usage of an authority");

    private static Refusal? CheckSignature(X509Certificate2 certificate) =>
        Signatures.Contains(certificate.SignatureAlgorithm.Value) || (certificate.SignatureAlgorithm.Value == Pss && Hashes.Contains(HashOfPss(certificate)))
            ? null
            : Refuse(certificate, $"is signed by an algorithm that is not accepted ({certificate.SignatureAlgorithm.Value})");

    /// <summary>Null where it is not there, there twice, or not critical where it has to be.</summary>
    private static X509KeyUsageFlags? Usage(X509Certificate2 certificate, bool isCritical) =>
        certificate.Extensions.OfType<X509KeyUsageExtension>().ToArray() is [var usage] && (usage.Critical || !isCritical) ? usage.KeyUsages : null;

    /// <summary>RSASSA-PSS-params of <see href="https://www.rfc-editor.org/rfc/rfc4055#section-3.1"/>; null is the default, which is SHA-1.</summary>
    private static string? HashOfPss(X509Certificate2 certificate)
    {
        var outer = new AsnReader(certificate.RawData, AsnEncodingRules.DER).ReadSequence();
        outer.ReadEncodedValue();
        var algorithm = outer.ReadSequence();
        algorithm.ReadObjectIdentifier();
        var parameters = algorithm.ReadSequence();
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        return parameters.HasData && parameters.PeekTag() == tag ? parameters.ReadSequence(tag).ReadSequence().ReadObjectIdentifier() : null;
    }

    private static Refusal Refuse(X509Certificate2 certificate, string why) =>
        new(RefusalReason.UntrustedCertificate, $"the certificate of '{UntrustedText.Show(certificate.Subject)}' {why}");
}
