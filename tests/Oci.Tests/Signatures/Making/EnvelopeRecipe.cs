using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Tapedeck.Oci.Tests.Signatures.Making;

/// <summary>What an envelope of notation is to be like. As it stands it is a good one.</summary>
internal sealed record EnvelopeRecipe(Digest Artifact)
{
    internal string Algorithm { get; init; } = "ES256";
    internal string Scheme { get; init; } = "notary.x509";
    internal string ContentType { get; init; } = "application/vnd.cncf.notary.payload.v1+json";
    internal string[] Critical { get; init; } = ["io.cncf.notary.signingScheme"];
    internal DateTimeOffset? SigningTime { get; init; } = EnvelopeService.Now.AddMonths(-1);
    internal DateTimeOffset? Expiry { get; init; }
    internal DateTimeOffset? AuthenticSigningTime { get; init; }
    internal DateTimeOffset? Timestamp { get; init; }

    /// <summary>A header more, signed.</summary>
    internal string? Extra { get; init; }

    /// <summary>What is signed in place of the right payload.</summary>
    internal byte[]? Payload { get; init; }

    /// <summary>From the signer's certificate and its root to what the envelope holds.</summary>
    internal Func<byte[][], byte[][]> Chain { get; init; } = chain => chain;

    /// <summary>The signer's certificate.</summary>
    internal string Subject { get; init; } = "C=US, ST=WA, O=Acme, CN=release";
    internal string[] Purposes { get; init; } = [Authority.CodeSigning];
    internal X509KeyUsageFlags Usage { get; init; } = X509KeyUsageFlags.DigitalSignature;
    internal bool IsUsageCritical { get; init; } = true;

    /// <summary>Of an RSA key; 0 is the one that the algorithm is for.</summary>
    internal int KeyBits { get; init; }

    /// <summary>By which the authority signs the certificate.</summary>
    internal HashAlgorithmName IssuedBy { get; init; } = HashAlgorithmName.SHA256;
    internal bool IsAuthority { get; init; }

    /// <summary>The certificate is about another key than the one that signs.</summary>
    internal bool IsSignedByAnother { get; init; }

    /// <summary>The certificate has a critical extension that nobody knows.</summary>
    internal bool HasUnknownExtension { get; init; }

    internal AsymmetricAlgorithm NewKey() => Algorithm switch
    {
        "ES256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        "ES384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        "ES512" => ECDsa.Create(ECCurve.NamedCurves.nistP521),
        "PS384" => RSA.Create(KeyBits > 0 ? KeyBits : 3072),
        "PS512" => RSA.Create(KeyBits > 0 ? KeyBits : 4096),
        _ => RSA.Create(KeyBits > 0 ? KeyBits : 2048),
    };
}
