using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>
/// Whom a certificate of Fulcio is about: <see href="https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md"/>.
/// </summary>
/// <param name="Issuer">Who vouched for the subject, the URL of an OpenID provider.</param>
/// <param name="Subject">The one subject alternative name: a URI, an e-mail address, or Fulcio's user name.</param>
internal sealed record CertificateIdentity(string Issuer, string Subject)
{
    private const string IssuerV1 = "1.3.6.1.4.1.57264.1.1";
    private const string IssuerV2 = "1.3.6.1.4.1.57264.1.8";
    private const string UserName = "1.3.6.1.4.1.57264.1.7";
    private const string AlternativeName = "2.5.29.17";

    internal static Checked<CertificateIdentity> Read(X509Certificate2 certificate) =>
        Readings.Of("the certificate's identity", () => new CertificateIdentity(IssuerOf(certificate), SubjectOf(certificate)));

    /// <summary>The newer extension holds a DER string, the older one bare bytes. Where both are there they agree.</summary>
    private static string IssuerOf(X509Certificate2 certificate)
    {
        var newer = certificate.Extensions[IssuerV2] is { } v2 ? Utf8String(v2.RawData) : null;
        var older = certificate.Extensions[IssuerV1] is { } v1 ? Encoding.UTF8.GetString(v1.RawData) : null;
        return newer is not null && older is not null && newer != older
            ? throw new UnreadableException("names two issuers")
            : newer ?? older ?? throw new UnreadableException("names no issuer");
    }

    private static string Utf8String(byte[] der)
    {
        var reader = new AsnReader(der, AsnEncodingRules.DER);
        var text = reader.ReadCharacterString(UniversalTagNumber.UTF8String);
        reader.ThrowIfNotEmpty();
        return text;
    }

    private static string SubjectOf(X509Certificate2 certificate)
    {
        if (certificate.Extensions[AlternativeName] is not { } extension)
        {
            throw new UnreadableException("has no subject alternative name");
        }
        var outer = new AsnReader(extension.RawData, AsnEncodingRules.DER);
        var names = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var name = Name(names);
        return names.HasData ? throw new UnreadableException("has more than one subject alternative name") : name;
    }

    /// <summary>GeneralName, <see href="https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6"/>.</summary>
    private static string Name(AsnReader names)
    {
        var tag = names.PeekTag();
        if (tag.TagClass == TagClass.ContextSpecific && tag.TagValue is 1 or 6)
        {
            return names.ReadCharacterString(UniversalTagNumber.IA5String, new Asn1Tag(TagClass.ContextSpecific, tag.TagValue));
        }
        var other = names.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true));
        if (other.ReadObjectIdentifier() != UserName)
        {
            throw new UnreadableException(RefusalReason.Unsupported, "has a subject alternative name of a kind that is not known");
        }
        return other.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true)).ReadCharacterString(UniversalTagNumber.UTF8String);
    }
}
