using System.Security.Cryptography;
using Tapedeck.Oci.Signatures.Keys;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures.Keys;

public sealed class VerificationKeyTests
{
    private static readonly byte[] Message = "a message"u8.ToArray();

    public static readonly TheoryData<string, string, string> Ecdsas = new()
    {
        { "nistP256", "SHA256", "good" },
        { "nistP256", "SHA384", "bad" },
        { "nistP384", "SHA384", "good" },
        { "nistP384", "SHA256", "good" },
        { "nistP384", "SHA512", "bad" },
        { "nistP521", "SHA512", "good" },
        { "nistP521", "SHA256", "good" },
    };

    [Theory]
    [MemberData(nameof(Ecdsas))]
    public void An_ECDSA_signature_is_judged_by_curve_and_hash(string curve, string hash, string verdict)
    {
        using var pair = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        var signature = pair.SignData(Message, new HashAlgorithmName(hash), DSASignatureFormat.Rfc3279DerSequence);
        Assert.Equal(verdict == "good", Verifies(pair.ExportSubjectPublicKeyInfoPem(), signature));
    }

    public static readonly TheoryData<int, string, string, string> Rsas = new()
    {
        { 2048, "Pkcs1", "SHA256", "good" },
        { 2048, "Pss", "SHA256", "good" },
        { 3072, "Pkcs1", "SHA256", "good" },
        { 2048, "Pkcs1", "SHA1", "bad" },
        { 2048, "Pkcs1", "SHA512", "bad" },
    };

    [Theory]
    [MemberData(nameof(Rsas))]
    public void An_RSA_signature_is_judged_by_padding_and_hash(int bits, string padding, string hash, string verdict)
    {
        using var pair = RSA.Create(bits);
        var signature = pair.SignData(Message, new HashAlgorithmName(hash), padding == "Pss" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        Assert.Equal(verdict == "good", Verifies(pair.ExportSubjectPublicKeyInfoPem(), signature));
        Assert.Equal(verdict == "good", Verifies(pair.ExportRSAPublicKeyPem(), signature));
    }

    [Fact]
    public void An_Ed25519_key_is_read_and_verifies()
    {
        var (key, signature) = ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
        var pem = PemEncoding.WriteString("PUBLIC KEY", [.. Convert.FromHexString("302a300506032b6570032100"), .. Convert.FromHexString(key)]);
        var read = VerificationKey.Read(pem, out _)!;
        Assert.True(read.Verifies(SignedMessage.Of(Array.Empty<byte>()), Convert.FromHexString(signature), SignatureAlgorithm.Sigstore));
        Assert.False(read.Verifies(SignedMessage.Of(Message), Convert.FromHexString(signature), SignatureAlgorithm.Sigstore));
        Assert.False(read.Verifies(SignedMessage.OfSha256(SHA256.HashData([])), Convert.FromHexString(signature), SignatureAlgorithm.Sigstore));
    }

    [Fact]
    public void A_signature_of_which_only_the_digest_is_known_is_verified_over_it()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = VerificationKey.Read(pair.ExportSubjectPublicKeyInfoPem(), out _)!;
        var signature = pair.SignData(Message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        Assert.True(key.Verifies(SignedMessage.OfSha256(SHA256.HashData(Message)), signature, SignatureAlgorithm.Sigstore));
        Assert.False(key.Verifies(SignedMessage.OfSha256(SHA256.HashData([])), signature, SignatureAlgorithm.Sigstore));
    }

    public static readonly TheoryData<string, string> Refused = new()
    {
        { "no PEM", "is not PEM" },
        { "a private key", "PRIVATE KEY" },
        { "a weak RSA key", "1024 bits" },
        { "a curve that is not accepted", "1.3.132.0.10" },
        { "a curve written out", "" },
        { "bytes behind it", "" },
        { "a long text", "longer than" },
        { "an X25519 key", "1.3.101.110" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_key_is_refused_for(string what, string problem)
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var weak = RSA.Create(1024);
        var pem = what switch
        {
            "a private key" => p256.ExportPkcs8PrivateKeyPem(),
            "a weak RSA key" => weak.ExportSubjectPublicKeyInfoPem(),
            "a curve that is not accepted" => Pem([0x30, 0x16, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x0a, 0x03, 0x02, 0x00, 0x04]),
            "a curve written out" => Pem(Explicit(p256)),
            "bytes behind it" => Pem([.. p256.ExportSubjectPublicKeyInfo(), 0]),
            "a long text" => new string('a', 10_000),
            "an X25519 key" => Pem([.. Convert.FromHexString("302a300506032b656e032100"), .. new byte[32]]),
            _ => "ssh-ed25519 AAAA",
        };
        Assert.Null(VerificationKey.Read(pem, out var why));
        Assert.Contains(problem, why, StringComparison.Ordinal);
        Assert.Contains("BEGIN PUBLIC KEY", why, StringComparison.Ordinal);
    }

    private static byte[] Explicit(ECDsa pair)
    {
        using var written = ECDsa.Create(pair.ExportExplicitParameters(includePrivateParameters: false));
        return written.ExportSubjectPublicKeyInfo();
    }

    private static string Pem(byte[] spki) => PemEncoding.WriteString("PUBLIC KEY", spki);

    private static bool Verifies(string pem, byte[] signature) =>
        VerificationKey.Read(pem, out _)!.Verifies(SignedMessage.Of(Message), signature, SignatureAlgorithm.Sigstore);
}
