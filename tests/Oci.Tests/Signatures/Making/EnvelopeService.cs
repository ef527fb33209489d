using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Tapedeck.Oci.Tests.Signatures.Making;

/// <summary>Signs as notation does, in both forms.</summary>
internal sealed class EnvelopeService
{
    internal static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    internal Authority Authority { get; init; } = new("C=US, ST=WA, O=Acme, CN=Acme root", Now.AddYears(-2), Now.AddYears(5));

    internal TimestampService Timestamps { get; init; } = new(Now.AddYears(-2), Now.AddYears(5));

    /// <summary>Certificates of signers are valid from a year ago to a month ago, unless it is said otherwise.</summary>
    internal byte[] Sign(string form, EnvelopeRecipe recipe, DateTimeOffset? to = null)
    {
        using var key = recipe.NewKey();
        var request = Request(recipe, key);
        if (recipe.HasUnknownExtension)
        {
            request.CertificateExtensions.Add(new X509Extension("1.2.3.4.5", [5, 0], critical: true));
        }
        using var certificate = Authority.Issue(request, Now.AddYears(-1), to ?? Now.AddMonths(1));
        using var another = recipe.NewKey();
        var signer = recipe.IsSignedByAnother ? another : key;
        return form == "jws" ? Jws(recipe, signer, certificate) : Cose(recipe, signer, certificate);
    }

    private static CertificateRequest Request(EnvelopeRecipe recipe, AsymmetricAlgorithm key)
    {
        var request = key is RSA rsa
            ? new CertificateRequest(recipe.Subject, rsa, recipe.IssuedBy, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(recipe.Subject, (ECDsa)key, recipe.IssuedBy);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(recipe.IsAuthority, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(recipe.Usage, recipe.IsUsageCritical));
        if (recipe.Purposes.Length > 0)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. recipe.Purposes.Select(each => new Oid(each))], critical: true));
        }
        return request;
    }

    private static byte[] Payload(EnvelopeRecipe recipe) => recipe.Payload ?? Documents.Utf8(new JsonObject
    {
        ["targetArtifact"] = new JsonObject { ["mediaType"] = "application/vnd.oci.image.manifest.v1+json", ["digest"] = recipe.Artifact.ToString(), ["size"] = 1 },
    });

    private byte[] Jws(EnvelopeRecipe recipe, AsymmetricAlgorithm key, X509Certificate2 certificate)
    {
        var header = new JsonObject
        {
            ["alg"] = recipe.Algorithm,
            ["crit"] = new JsonArray([.. recipe.Critical.Select(each => (JsonNode)each)]),
            ["cty"] = recipe.ContentType,
            ["io.cncf.notary.signingScheme"] = recipe.Scheme,
        };
        Add(header, "io.cncf.notary.signingTime", recipe.SigningTime);
        Add(header, "io.cncf.notary.expiry", recipe.Expiry);
        Add(header, "io.cncf.notary.authenticSigningTime", recipe.AuthenticSigningTime);
        if (recipe.Extra is { } extra)
        {
            header[extra] = "something";
        }
        var (protectedText, payload) = (Base64Url.EncodeToString(Documents.Utf8(header)), Base64Url.EncodeToString(Payload(recipe)));
        var signature = Sign(recipe, key, Encoding.ASCII.GetBytes($"{protectedText}.{payload}"));
        var unprotected = new JsonObject
        {
            ["x5c"] = new JsonArray([.. Chain(recipe, certificate).Select(each => (JsonNode)Convert.ToBase64String(each))]),
        };
        if (recipe.Timestamp is { } at)
        {
            unprotected["io.cncf.notary.timestampSignature"] = Convert.ToBase64String(Timestamps.Token(signature, at));
        }
        return Documents.Utf8(new JsonObject
        {
            ["payload"] = payload,
            ["protected"] = protectedText,
            ["header"] = unprotected,
            ["signature"] = Base64Url.EncodeToString(signature),
        });
    }

    private byte[] Cose(EnvelopeRecipe recipe, AsymmetricAlgorithm key, X509Certificate2 certificate)
    {
        var algorithm = recipe.Algorithm switch { "ES256" => -7, "ES384" => -35, "ES512" => -36, "PS256" => -37, "PS384" => -38, "PS512" => -39, _ => -257 };
        List<byte[]> entries =
        [
            [.. Integer(1), .. Integer(algorithm)],
            [.. Integer(2), .. Head(4, recipe.Critical.Length), .. recipe.Critical.SelectMany(Text)],
            [.. Integer(3), .. Text(recipe.ContentType)],
            [.. Text("io.cncf.notary.signingScheme"), .. Text(recipe.Scheme)],
        ];
        Add(entries, "io.cncf.notary.signingTime", recipe.SigningTime);
        Add(entries, "io.cncf.notary.expiry", recipe.Expiry);
        Add(entries, "io.cncf.notary.authenticSigningTime", recipe.AuthenticSigningTime);
        if (recipe.Extra is { } extra)
        {
            entries.Add([.. Text(extra), .. Text("something")]);
        }
        byte[] header = [.. Head(5, entries.Count), .. entries.SelectMany(each => each)];
        var payload = Payload(recipe);
        var signature = Sign(recipe, key, [0x84, .. Text("Signature1"), .. Bytes(header), .. Bytes([]), .. Bytes(payload)]);
        var chain = Chain(recipe, certificate);
        List<byte[]> unprotected = [[.. Integer(33), .. chain.Length == 1 ? Bytes(chain[0]) : [.. Head(4, chain.Length), .. chain.SelectMany(Bytes)]]];
        if (recipe.Timestamp is { } at)
        {
            unprotected.Add([.. Text("io.cncf.notary.timestampSignature"), .. Bytes(Timestamps.Token(signature, at))]);
        }
        return [0xd2, 0x84, .. Bytes(header), .. Head(5, unprotected.Count), .. unprotected.SelectMany(each => each), .. Bytes(payload), .. Bytes(signature)];
    }

    private byte[][] Chain(EnvelopeRecipe recipe, X509Certificate2 certificate) => recipe.Chain([certificate.RawData, Authority.Certificate.RawData]);

    private static byte[] Sign(EnvelopeRecipe recipe, AsymmetricAlgorithm key, byte[] bytes)
    {
        var hash = recipe.Algorithm[^3..] switch { "384" => HashAlgorithmName.SHA384, "512" => HashAlgorithmName.SHA512, _ => HashAlgorithmName.SHA256 };
        return key is ECDsa ecdsa
            ? ecdsa.SignData(bytes, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
            : ((RSA)key).SignData(bytes, hash, recipe.Algorithm.StartsWith("PS", StringComparison.Ordinal) ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }

    private static void Add(JsonObject header, string name, DateTimeOffset? at)
    {
        if (at is { } moment)
        {
            header[name] = $"{moment:yyyy-MM-dd'T'HH:mm:ss'Z'}";
        }
    }

    private static void Add(List<byte[]> entries, string name, DateTimeOffset? at)
    {
        if (at is { } moment)
        {
            entries.Add([.. Text(name), 0xc1, .. Integer(moment.ToUnixTimeSeconds())]);
        }
    }

    private static byte[] Integer(long value) => value < 0 ? Head(1, -1 - value) : Head(0, value);

    private static byte[] Text(string text) => [.. Head(3, text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Bytes(byte[] bytes) => [.. Head(2, bytes.Length), .. bytes];

    private static byte[] Head(int major, long argument)
    {
        var wide = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(wide, argument);
        return argument switch
        {
            < 24 => [(byte)((major << 5) | (int)argument)],
            < 1 << 8 => [(byte)((major << 5) | 24), wide[7]],
            < 1 << 16 => [(byte)((major << 5) | 25), .. wide[6..]],
            _ => [(byte)((major << 5) | 26), .. wide[4..]],
        };
    }
}
