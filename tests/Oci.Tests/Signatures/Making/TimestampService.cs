using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Tapedeck.Oci.Tests.Signatures.Making;

/// <summary>A timestamp authority: <see href="https://www.rfc-editor.org/rfc/rfc3161#section-2.4.2"/>.</summary>
internal sealed class TimestampService
{
    private const string TstInfo = "1.2.840.113549.1.9.16.1.4";
    private const string SigningCertificateV2 = "1.2.840.113549.1.9.16.2.47";
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <param name="root">Null makes one.</param>
    /// <param name="hasIntermediate">An authority below the root certifies it.</param>
    /// <param name="hash">By which its certificate is signed.</param>
    internal TimestampService(
        DateTimeOffset from, DateTimeOffset to, string purpose = Authority.TimeStamping, Authority? root = null, bool hasIntermediate = false,
        X509KeyUsageFlags usage = X509KeyUsageFlags.DigitalSignature, HashAlgorithmName? hash = null)
    {
        Root = root ?? new Authority("CN=Test TSA root", from, to);
        var request = new CertificateRequest("CN=Test TSA", _key, hash ?? HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: true));
        if (!hasIntermediate)
        {
            Certificate = Root.Issue(request, from, to);
            return;
        }
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Intermediate = Root.Issue(Authority.Request($"CN=Test TSA intermediate {Guid.NewGuid()}", key, Authority.TimeStamping, X509KeyUsageFlags.KeyCertSign, isAuthority: true), from, to);
        Certificate = request.Create(Intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), from, to, Authority.Serial());
    }

    /// <summary>Null where the root certified it.</summary>
    internal X509Certificate2? Intermediate { get; }

    internal Authority Root { get; }

    internal X509Certificate2 Certificate { get; }

    /// <summary>Seconds that the authority says it may be wrong by; null says nothing.</summary>
    internal int? Accuracy { get; init; }

    /// <summary>A TimeStampResp over the bytes.</summary>
    internal byte[] Response(byte[] data, DateTimeOffset at, int status = 0)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteInteger(status);
            }
            writer.WriteEncodedValue(Token(data, at));
        }
        return writer.Encode();
    }

    /// <summary>A TimeStampToken over the bytes, with the certificates below the root in it.</summary>
    internal byte[] Token(byte[] data, DateTimeOffset at)
    {
        var cms = new SignedCms(new ContentInfo(new Oid(TstInfo), Info(data, at)));
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, Certificate.CopyWithPrivateKey(_key))
        {
            IncludeOption = X509IncludeOption.EndCertOnly,
            DigestAlgorithm = new Oid(Sha256),
        };
        if (Intermediate is not null)
        {
            signer.Certificates.Add(Intermediate);
        }
        signer.SignedAttributes.Add(new AsnEncodedData(new Oid(SigningCertificateV2), EssCertificate()));
        cms.ComputeSignature(signer);
        return cms.Encode();
    }

    private byte[] EssCertificate()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteOctetString(SHA256.HashData(Certificate.RawData));
        }
        return writer.Encode();
    }

    private byte[] Info(byte[] data, DateTimeOffset at)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteObjectIdentifier("1.2.3.4");
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Sha256);
                }
                writer.WriteOctetString(SHA256.HashData(data));
            }
            writer.WriteInteger(7);
            writer.WriteGeneralizedTime(at, omitFractionalSeconds: true);
            if (Accuracy is { } seconds)
            {
                using (writer.PushSequence())
                {
                    writer.WriteInteger(seconds);
                }
            }
        }
        return writer.Encode();
    }
}
