using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tapedeck.Oci.Tests.Signatures.Making;

/// <summary>A certificate authority, and certificates of it.</summary>
internal sealed class Authority
{
    internal const string CodeSigning = "1.3.6.1.5.5.7.3.3";
    internal const string TimeStamping = "1.3.6.1.5.5.7.3.8";

    private static int _serial;

    /// <param name="usage">Null leaves it out.</param>
    /// <param name="issuer">Who certifies it; null is itself.</param>
    internal Authority(string name, DateTimeOffset from, DateTimeOffset to, X509KeyUsageFlags? usage = X509KeyUsageFlags.KeyCertSign, Authority? issuer = null)
    {
        var request = new CertificateRequest(name, Key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        if (usage is { } flags)
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(flags, critical: true));
        }
        Certificate = issuer?.Issue(request, from, to) ?? request.CreateSelfSigned(from, to);
    }

    internal ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal X509Certificate2 Certificate { get; }

    /// <summary>A certificate for <paramref name="request"/>, with the given serial number where two have to be alike.</summary>
    internal X509Certificate2 Issue(CertificateRequest request, DateTimeOffset from, DateTimeOffset to, byte[]? serial = null) =>
        request.Create(Certificate.SubjectName, request.HashAlgorithm == HashAlgorithmName.SHA1 ? new Sha1Generator(Key) : X509SignatureGenerator.CreateForECDsa(Key), from, to, serial ?? Serial());

    internal static CertificateRequest Request(string name, AsymmetricAlgorithm key, string purpose,
        X509KeyUsageFlags usage = X509KeyUsageFlags.DigitalSignature, bool isAuthority = false)
    {
        var request = key is RSA rsa
            ? new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(name, (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: true));
        return request;
    }

    /// <summary>As authorities signed long ago. The platform's own generator has it no more.</summary>
    private sealed class Sha1Generator(ECDsa key) : X509SignatureGenerator
    {
        /// <summary>ecdsa-with-SHA1.</summary>
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => [0x30, 9, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1];

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SignData(data, hashAlgorithm, DSASignatureFormat.Rfc3279DerSequence);

        protected override PublicKey BuildPublicKey() => new(key);
    }

    internal static byte[] Serial() => [1, .. BitConverter.GetBytes(Interlocked.Increment(ref _serial))];
}
