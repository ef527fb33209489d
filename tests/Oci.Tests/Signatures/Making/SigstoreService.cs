using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Tapedeck.Oci.Signatures.Sigstore;

namespace Tapedeck.Oci.Tests.Signatures.Making;

/// <summary>A whole Sigstore of its own: a certificate authority, a certificate log, a signature log and a timestamp authority.</summary>
/// <param name="timestamps">The timestamp authority; null makes one.</param>
/// <param name="fulcio">The certificate authority; null makes one.</param>
internal sealed class SigstoreService(TimestampService? timestamps = null, Authority? fulcio = null)
{
    internal static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    internal static readonly DateTimeOffset From = Now.AddYears(-1);
    internal static readonly DateTimeOffset To = Now.AddYears(5);
    private const string LogName = "log.example";

    private readonly Authority _fulcio = fulcio ?? new("CN=Test Fulcio", From, To);
    private readonly ECDsa _certificateLog = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _log = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TimestampService _timestamps = timestamps ?? new(From, To);

    /// <summary>When the signatures are made.</summary>
    internal static DateTimeOffset SignedAt => Now.AddDays(-1);

    internal TrustedRoot Root(DateTimeOffset? obtainedAt = null) =>
        TrustedRoot.Read(Documents.Utf8(RootJson()), obtainedAt ?? Now, out var problem) ?? throw new InvalidOperationException(problem);

    internal JsonObject RootJson() => new()
    {
        ["mediaType"] = "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
        ["tlogs"] = new JsonArray(LogJson(_log, $"https://{LogName}")),
        ["ctlogs"] = new JsonArray(LogJson(_certificateLog, "https://ct.example/2026")),
        ["certificateAuthorities"] = new JsonArray(AuthorityJson("https://fulcio.example", _fulcio.Certificate)),
        ["timestampAuthorities"] = new JsonArray(AuthorityJson("https://tsa.example", _timestamps.Certificate, _timestamps.Root.Certificate)),
    };

    /// <summary>The root with another chain of its timestamp authority.</summary>
    internal JsonObject RootJson(params X509Certificate2[] timestampChain)
    {
        var root = RootJson();
        root["timestampAuthorities"]![0] = AuthorityJson("https://tsa.example", timestampChain);
        return root;
    }

    internal JsonObject Sign(BundleRecipe recipe)
    {
        using var key = recipe.Key is null ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : null;
        var signer = recipe.Key ?? key!;
        var certificate = recipe.Key is null ? Certificate(recipe, signer) : null;
        var payload = Payload(recipe);
        var encoded = (byte[])[.. Encoding.UTF8.GetBytes($"DSSEv1 {Statement.PayloadType.Length} {Statement.PayloadType} {payload.Length} "), .. payload];
        using var another = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signature = (recipe.IsSignedByAnother ? another : signer).SignData(encoded, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var material = certificate is null
            ? new JsonObject { ["publicKey"] = new JsonObject { ["hint"] = "" } }
            : new JsonObject { ["certificate"] = Raw(certificate.RawData) };
        if (recipe.IsLogged)
        {
            material["tlogEntries"] = new JsonArray(Entry(recipe, signer, certificate, encoded, payload, signature));
        }
        if (recipe.HasTimestamp)
        {
            var response = _timestamps.Response(signature, SignedAt + recipe.LoggedAfter);
            material["timestampVerificationData"] = new JsonObject
            {
                ["rfc3161Timestamps"] = new JsonArray(new JsonObject { ["signedTimestamp"] = Convert.ToBase64String(response) }),
            };
        }
        return new JsonObject
        {
            ["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.3+json",
            ["verificationMaterial"] = material,
            ["dsseEnvelope"] = new JsonObject
            {
                ["payload"] = Convert.ToBase64String(payload),
                ["payloadType"] = Statement.PayloadType,
                ["signatures"] = new JsonArray(new JsonObject { ["sig"] = Convert.ToBase64String(signature) }),
            },
        };
    }

    /// <summary>The annotations of cosign's tag layout for a payload.</summary>
    internal (string Key, string Value)[] SignTag(byte[] payload, BundleRecipe recipe)
    {
        using var created = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = recipe.Key ?? created;
        var pem = recipe.Key is null ? Certificate(recipe, key).ExportCertificatePem() : key.ExportSubjectPublicKeyInfoPem();
        var signature = key.SignData(payload, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var body = Body("hashedrekord", "0.0.1", new JsonObject
        {
            ["data"] = new JsonObject { ["hash"] = Sha256Hex(payload) },
            ["signature"] = new JsonObject
            {
                ["content"] = Convert.ToBase64String(signature),
                ["publicKey"] = new JsonObject { ["content"] = Base64(pem) },
            },
        });
        var (seconds, id) = ((SignedAt + recipe.LoggedAfter).ToUnixTimeSeconds(), Id(_log));
        return
        [
            ("dev.cosignproject.cosign/signature", Convert.ToBase64String(signature)),
            ("dev.sigstore.cosign/certificate", recipe.Key is null ? pem : ""),
            ("dev.sigstore.cosign/bundle", new JsonObject
            {
                ["SignedEntryTimestamp"] = Convert.ToBase64String(Promise(Encoding.UTF8.GetBytes(body), seconds, id, 5)),
                ["Payload"] = new JsonObject
                {
                    ["body"] = Base64(body),
                    ["integratedTime"] = seconds,
                    ["logIndex"] = 5,
                    ["logID"] = Convert.ToHexStringLower(id),
                },
            }.ToJsonString()),
        ];
    }

    private static byte[] Payload(BundleRecipe recipe)
    {
        var subject = new JsonObject { ["digest"] = new JsonObject { [recipe.Artifact.Algorithm] = recipe.Artifact.Hex } };
        if (recipe.SubjectName is { } name)
        {
            subject["name"] = name;
        }
        return Documents.Utf8(new JsonObject
        {
            ["_type"] = "https://in-toto.io/Statement/v1",
            ["subject"] = new JsonArray(subject),
            ["predicateType"] = recipe.PredicateType,
            ["predicate"] = new JsonObject(),
        });
    }

    /// <summary>Issued twice alike: first without the log's timestamp, which is over just that, and then with it.</summary>
    private X509Certificate2 Certificate(BundleRecipe recipe, ECDsa key)
    {
        var request = Authority.Request("", key, Authority.CodeSigning);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(recipe.Identity));
        request.CertificateExtensions.Add(names.Build(critical: true));
        var issuer = new AsnWriter(AsnEncodingRules.DER);
        issuer.WriteCharacterString(UniversalTagNumber.UTF8String, recipe.Issuer);
        request.CertificateExtensions.Add(new X509Extension("1.3.6.1.4.1.57264.1.8", issuer.Encode(), critical: false));
        var (from, to, serial) = (SignedAt.AddMinutes(-5), SignedAt.AddMinutes(5), Authority.Serial());
        var certificate = _fulcio.Issue(request, from, to, serial);
        if (!recipe.HasCertificateProof)
        {
            return certificate;
        }
        var tbs = new AsnReader(certificate.RawData, AsnEncodingRules.DER).ReadSequence().ReadEncodedValue().ToArray();
        var list = new AsnWriter(AsnEncodingRules.DER);
        list.WriteOctetString(Vector(Vector(CertificateTimestamp(tbs))));
        request.CertificateExtensions.Add(new X509Extension("1.3.6.1.4.1.11129.2.4.2", list.Encode(), critical: false));
        return _fulcio.Issue(request, from, to, serial);
    }

    private byte[] CertificateTimestamp(byte[] tbs)
    {
        var at = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(at, SignedAt.ToUnixTimeMilliseconds());
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, tbs.Length);
        byte[] signed = [0, 0, .. at, 0, 1, .. SHA256.HashData(_fulcio.Key.ExportSubjectPublicKeyInfo()), .. length[1..], .. tbs, 0, 0];
        var signature = _certificateLog.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return [0, .. Id(_certificateLog), .. at, 0, 0, 4, 3, .. Vector(signature)];
    }

    private JsonObject Entry(BundleRecipe recipe, ECDsa signer, X509Certificate2? certificate, byte[] encoded, byte[] payload, byte[] signature)
    {
        var body = Encoding.UTF8.GetBytes(recipe.LogBody(recipe.IsNewLog
            ? NewBody(signer, certificate, encoded, signature)
            : OldBody(certificate?.ExportCertificatePem() ?? signer.ExportSubjectPublicKeyInfoPem(), payload, signature)));
        var leaves = new[] { "first"u8.ToArray(), "second"u8.ToArray(), body, "last"u8.ToArray(), "very last"u8.ToArray() };
        var (root, id, seconds) = (MerkleTree.Root(leaves), Id(_log), (SignedAt + recipe.LoggedAfter).ToUnixTimeSeconds());
        var entry = new JsonObject
        {
            ["logIndex"] = "2",
            ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(id) },
            ["kindVersion"] = new JsonObject { ["kind"] = recipe.IsNewLog ? "hashedrekord" : "dsse", ["version"] = recipe.IsNewLog ? "0.0.2" : "0.0.1" },
            ["inclusionProof"] = new JsonObject
            {
                ["logIndex"] = "2",
                ["rootHash"] = Convert.ToBase64String(root),
                ["treeSize"] = $"{leaves.Length}",
                ["hashes"] = new JsonArray([.. MerkleTree.Path(2, leaves).Select(each => (JsonNode)Convert.ToBase64String(each))]),
                ["checkpoint"] = new JsonObject { ["envelope"] = Checkpoint(root, leaves.Length) },
            },
            ["canonicalizedBody"] = Convert.ToBase64String(body),
        };
        if (recipe.HasPromise)
        {
            entry["integratedTime"] = $"{seconds}";
            entry["inclusionPromise"] = new JsonObject { ["signedEntryTimestamp"] = Convert.ToBase64String(Promise(body, seconds, id, 2)) };
        }
        return entry;
    }

    private static string OldBody(string pem, byte[] payload, byte[] signature) => Body("dsse", "0.0.1", new JsonObject
    {
        ["payloadHash"] = Sha256Hex(payload),
        ["signatures"] = new JsonArray(new JsonObject { ["signature"] = Convert.ToBase64String(signature), ["verifier"] = Base64(pem) }),
    });

    private static string NewBody(ECDsa signer, X509Certificate2? certificate, byte[] encoded, byte[] signature) => Body("hashedrekord", "0.0.2", new JsonObject
    {
        ["hashedRekordV002"] = new JsonObject
        {
            ["data"] = new JsonObject { ["algorithm"] = "SHA2_256", ["digest"] = Convert.ToBase64String(SHA256.HashData(encoded)) },
            ["signature"] = new JsonObject
            {
                ["content"] = Convert.ToBase64String(signature),
                ["verifier"] = certificate is null
                    ? new JsonObject { ["publicKey"] = Raw(signer.ExportSubjectPublicKeyInfo()) }
                    : new JsonObject { ["x509Certificate"] = Raw(certificate.RawData) },
            },
        },
    });

    private static string Body(string kind, string version, JsonObject spec) =>
        new JsonObject { ["apiVersion"] = version, ["kind"] = kind, ["spec"] = spec }.ToJsonString();

    private static JsonObject Sha256Hex(byte[] bytes) =>
        new() { ["algorithm"] = "sha256", ["value"] = Convert.ToHexStringLower(SHA256.HashData(bytes)) };

    private byte[] Promise(byte[] body, long seconds, byte[] id, int index) => _log.SignData(
        Documents.Utf8(new JsonObject
        {
            ["body"] = Convert.ToBase64String(body),
            ["integratedTime"] = seconds,
            ["logID"] = Convert.ToHexStringLower(id),
            ["logIndex"] = index,
        }),
        HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    private string Checkpoint(byte[] root, int size)
    {
        var text = $"{LogName}\n{size}\n{Convert.ToBase64String(root)}\n";
        var signature = _log.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return $"{text}\n\u2014 {LogName} {Convert.ToBase64String([.. Id(_log)[..4], .. signature])}\n";
    }

    private static JsonObject LogJson(ECDsa key, string url) => new()
    {
        ["baseUrl"] = url,
        ["hashAlgorithm"] = "SHA2_256",
        ["publicKey"] = new JsonObject
        {
            ["rawBytes"] = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()),
            ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256",
            ["validFor"] = new JsonObject { ["start"] = $"{From:yyyy-MM-dd'T'HH:mm:ss'Z'}" },
        },
        ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(Id(key)) },
    };

    private static JsonObject AuthorityJson(string url, params X509Certificate2[] chain) => new()
    {
        ["uri"] = url,
        ["certChain"] = new JsonObject { ["certificates"] = new JsonArray([.. chain.Select(each => Raw(each.RawData))]) },
        ["validFor"] = new JsonObject { ["start"] = $"{From:yyyy-MM-dd'T'HH:mm:ss'Z'}" },
    };

    private static byte[] Id(ECDsa key) => SHA256.HashData(key.ExportSubjectPublicKeyInfo());

    private static byte[] Vector(byte[] bytes) => [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];

    private static JsonObject Raw(byte[] bytes) => new() { ["rawBytes"] = Convert.ToBase64String(bytes) };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
