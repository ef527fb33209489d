using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Keys;

/// <summary>
/// A key that signatures are checked with: ECDSA on P-256, P-384 or P-521, RSA of 2048 to 8192 bits, or Ed25519. Immutable and safe for several
/// threads.
/// </summary>
public sealed class VerificationKey
{
    private const int MostBytes = 8 * 1024;
    private const int LeastRsaBits = 2048;
    private const int MostRsaBits = 8192;

    private readonly byte[] _spki;
    private readonly byte[] _ed25519;

    private VerificationKey(byte[] spki, KeyFamily family, int bits, byte[] ed25519)
    {
        _spki = spki;
        _ed25519 = ed25519;
        Family = family;
        Bits = bits;
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(spki));
    }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo, in lower-case hex.</summary>
    public string Fingerprint { get; }

    internal KeyFamily Family { get; }

    /// <summary>The size of the curve or of the modulus.</summary>
    internal int Bits { get; }

    /// <summary>The SubjectPublicKeyInfo, DER.</summary>
    internal ReadOnlySpan<byte> Spki => _spki;

    /// <summary>The key's 32 bytes, where it is an Ed25519 key.</summary>
    internal ReadOnlySpan<byte> Ed25519Bytes => _ed25519;

    /// <summary>Reads a PEM text with one <c>PUBLIC KEY</c>, as <c>cosign generate-key-pair</c> writes it.</summary>
    /// <param name="problem">Why there is no key; empty otherwise.</param>
    public static VerificationKey? Read(string pem, out string problem)
    {
        var read = Readings.Of("the key", () => OfPem(pem));
        problem = read.Is(out var key, out var refusal) ? "" : $"{refusal.Message}; expected is a PEM text that begins with -----BEGIN PUBLIC KEY-----";
        return key;
    }

    public override string ToString() => $"key {Fingerprint}";

    internal static VerificationKey OfPem(string pem)
    {
        if (pem.Length > MostBytes)
        {
            throw new UnreadableException(RefusalReason.TooLarge, $"is longer than {MostBytes} characters");
        }
        if (!PemEncoding.TryFind(pem, out var fields))
        {
            throw new UnreadableException("is not PEM");
        }
        var der = Convert.FromBase64String(pem[fields.Base64Data]);
        return pem[fields.Label] switch
        {
            "PUBLIC KEY" => OfSpki(der),
            "RSA PUBLIC KEY" => OfPkcs1(der),
            var label => throw new UnreadableException(RefusalReason.Unsupported, $"holds a {UntrustedText.Show(label)}, not a PUBLIC KEY"),
        };
    }

    internal static VerificationKey Of(X509Certificate2 certificate) => OfSpki(certificate.PublicKey.ExportSubjectPublicKeyInfo());

    /// <summary>A SubjectPublicKeyInfo, or, as some old logs have it, the RSAPublicKey of PKCS #1.</summary>
    internal static VerificationKey OfSpkiOrPkcs1(byte[] der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        return outer.PeekTag() == Asn1Tag.Integer ? OfPkcs1(der) : OfSpki(der);
    }

    /// <summary><see href="https://www.rfc-editor.org/rfc/rfc5280#section-4.1"/>.</summary>
    internal static VerificationKey OfSpki(byte[] der)
    {
        if (der.Length > MostBytes)
        {
            throw new UnreadableException(RefusalReason.TooLarge, $"is a key of more than {MostBytes} bytes");
        }
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var spki = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var identifier = spki.ReadSequence();
        var algorithm = identifier.ReadObjectIdentifier();
        var bits = spki.ReadBitString(out _);
        spki.ThrowIfNotEmpty();
        return algorithm switch
        {
            "1.2.840.10045.2.1" => OfEcdsa(der, identifier.ReadObjectIdentifier()),
            "1.2.840.113549.1.1.1" => OfRsa(der),
            "1.3.101.112" when bits.Length == Ed25519.KeyLength => new VerificationKey(der, KeyFamily.Ed25519, 256, bits),
            _ => throw new UnreadableException(RefusalReason.Unsupported, $"is a key of the algorithm {algorithm}, which is not known"),
        };
    }

    /// <summary>Whether one of the algorithms that fit this key made the signature.</summary>
    internal bool Verifies(SignedMessage message, ReadOnlySpan<byte> signature, IEnumerable<SignatureAlgorithm> algorithms)
    {
        foreach (var algorithm in algorithms)
        {
            if (algorithm.Fits(this) && Verifies(message, signature, algorithm))
            {
                return true;
            }
        }
        return false;
    }

    private bool Verifies(SignedMessage message, ReadOnlySpan<byte> signature, SignatureAlgorithm algorithm)
    {
        if (Family == KeyFamily.Ed25519)
        {
            return message.Bytes is { } bytes && Ed25519.Verify(_ed25519, bytes.Span, signature);
        }
        if (message.Hash(algorithm.Hash) is not { } hash)
        {
            return false;
        }
        if (Family == KeyFamily.Rsa)
        {
            using var rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(_spki, out _);
            return rsa.VerifyHash(hash, signature, algorithm.Hash, algorithm.Padding!);
        }
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(_spki, out _);
        return ecdsa.VerifyHash(hash, signature,
            algorithm.IsRaw ? DSASignatureFormat.IeeeP1363FixedFieldConcatenation : DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>The curve is named; parameters written out could be those of a curve on which keys are weak.</summary>
    private static VerificationKey OfEcdsa(byte[] der, string curve)
    {
        if (curve is not ("1.2.840.10045.3.1.7" or "1.3.132.0.34" or "1.3.132.0.35"))
        {
            throw new UnreadableException(RefusalReason.Unsupported, $"is a key on the curve {curve}, not on P-256, P-384 or P-521");
        }
        using var ecdsa = ECDsa.Create();
        ecdsa.ImportSubjectPublicKeyInfo(der, out _);
        return new VerificationKey(der, KeyFamily.Ecdsa, ecdsa.KeySize, []);
    }

    private static VerificationKey OfRsa(byte[] der)
    {
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(der, out _);
        return rsa.KeySize is >= LeastRsaBits and <= MostRsaBits
            ? new VerificationKey(der, KeyFamily.Rsa, rsa.KeySize, [])
            : throw new UnreadableException(RefusalReason.Unsupported, $"is an RSA key of {rsa.KeySize} bits, not of {LeastRsaBits} to {MostRsaBits}");
    }

    private static VerificationKey OfPkcs1(byte[] der)
    {
        using var rsa = RSA.Create();
        rsa.ImportRSAPublicKey(der, out var read);
        return read == der.Length ? OfRsa(rsa.ExportSubjectPublicKeyInfo()) : throw new UnreadableException("is followed by other bytes");
    }
}
