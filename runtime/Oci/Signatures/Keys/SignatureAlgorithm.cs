using System.Security.Cryptography;

namespace Tapedeck.Oci.Signatures.Keys;

internal enum KeyFamily
{
    Ecdsa,
    Rsa,
    Ed25519,
}

/// <summary>One way to sign.</summary>
/// <param name="Bits">The key's size: of the curve, or of the modulus.</param>
/// <param name="Padding">For RSA.</param>
/// <param name="IsLeast">For RSA: a larger modulus will do.</param>
/// <param name="IsRaw">For ECDSA: r and s side by side (JWS, COSE), not DER (all others).</param>
internal sealed record SignatureAlgorithm(KeyFamily Family, int Bits, HashAlgorithmName Hash, RSASignaturePadding? Padding = null, bool IsLeast = false, bool IsRaw = false)
{
    private static readonly HashAlgorithmName Sha256 = HashAlgorithmName.SHA256;
    private static readonly HashAlgorithmName Sha384 = HashAlgorithmName.SHA384;
    private static readonly HashAlgorithmName Sha512 = HashAlgorithmName.SHA512;

    /// <summary>
    /// What cosign and the services of Sigstore sign with. A signature does not name its algorithm, so each that fits the key is tried: the larger
    /// curves with their own hash and, as older versions of cosign did, with SHA-256.
    /// <see href="https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_common.proto"/> (PublicKeyDetails)
    /// </summary>
    internal static readonly SignatureAlgorithm[] Sigstore =
    [
        new(KeyFamily.Ecdsa, 256, Sha256),
        new(KeyFamily.Ecdsa, 384, Sha384),
        new(KeyFamily.Ecdsa, 384, Sha256),
        new(KeyFamily.Ecdsa, 521, Sha512),
        new(KeyFamily.Ecdsa, 521, Sha256),
        new(KeyFamily.Rsa, 2048, Sha256, RSASignaturePadding.Pkcs1, IsLeast: true),
        new(KeyFamily.Rsa, 2048, Sha256, RSASignaturePadding.Pss, IsLeast: true),
        new(KeyFamily.Ed25519, 256, default),
    ];

    /// <summary>
    /// What a notation envelope may name, by its JWS name. Which one it is follows from the key, so that nobody can choose a weaker one.
    /// <see href="https://github.com/notaryproject/specifications/blob/main/specs/signature-specification.md#signature-algorithm-requirements"/>
    /// </summary>
    internal static readonly IReadOnlyDictionary<string, SignatureAlgorithm> Notation = new Dictionary<string, SignatureAlgorithm>
    {
        ["ES256"] = new(KeyFamily.Ecdsa, 256, Sha256, IsRaw: true),
        ["ES384"] = new(KeyFamily.Ecdsa, 384, Sha384, IsRaw: true),
        ["ES512"] = new(KeyFamily.Ecdsa, 521, Sha512, IsRaw: true),
        ["PS256"] = new(KeyFamily.Rsa, 2048, Sha256, RSASignaturePadding.Pss),
        ["PS384"] = new(KeyFamily.Rsa, 3072, Sha384, RSASignaturePadding.Pss),
        ["PS512"] = new(KeyFamily.Rsa, 4096, Sha512, RSASignaturePadding.Pss),
    };

    /// <summary>By the hash and signature numbers of TLS 1.2, which a certificate transparency log writes. Null: not one to accept.</summary>
    /// <param name="key">ECDSA is done with the key's own curve.</param>
    internal static SignatureAlgorithm? OfTls(byte hash, byte signature, VerificationKey key) => (hash, signature) switch
    {
        (4, 3) => new(KeyFamily.Ecdsa, key.Bits, Sha256),
        (4, 1) => new(KeyFamily.Rsa, 2048, Sha256, RSASignaturePadding.Pkcs1, IsLeast: true),
        _ => null,
    };

    internal bool Fits(VerificationKey key) => key.Family == Family && (IsLeast ? key.Bits >= Bits : key.Bits == Bits);
}
