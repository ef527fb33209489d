using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Notation;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures.Notation;

public sealed class CertificateRulesTests
{
    [Theory]
    [InlineData("PSS", "SHA256", true)]
    [InlineData("PSS", "SHA512", true)]
    [InlineData("PKCS1", "SHA384", true)]
    [InlineData("PSS of SHA-1", "SHA1", false)]
    public void What_signs_a_certificate_is_told_by_its_algorithm(string padding, string hash, bool isAccepted)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=release", key, new HashAlgorithmName(isAccepted ? hash : "SHA256"), padding == "PKCS1" ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        var (from, to) = (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        using var certificate = isAccepted
            ? request.CreateSelfSigned(from, to)
            : request.Create(new X500DistinguishedName("CN=release"), new PssOfDefaults(key), from, to, [1]);
        Assert.Equal(isAccepted ? null : RefusalReason.UntrustedCertificate, CertificateRules.Check([certificate])?.Reason);
    }

    /// <summary>Names no hash, which means SHA-1.</summary>
    private sealed class PssOfDefaults(RSA key) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => [0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10, 0x30, 0];

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SignData(data, hashAlgorithm, RSASignaturePadding.Pss);

        protected override PublicKey BuildPublicKey() => new(key);
    }
}
