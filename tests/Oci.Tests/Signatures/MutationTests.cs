using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Keys;
using Tapedeck.Oci.Signatures.Sigstore;
using Tapedeck.Oci.Tests.Signatures.Making;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures;

/// <summary>
/// A good signature with any one byte changed either still is the same signature or is refused with a reason. It never is another signer's, and no
/// exception comes out.
/// </summary>
public sealed class MutationTests
{
    private const int MostMutations = 400;
    private const string Repository = "registry.example/greet";
    private static readonly Digest Artifact = Digest.Sha256("an artifact"u8);
    private static readonly SigstoreService Sigstore = new();
    private static readonly BundleRecipe Recipe = new(Artifact) { HasTimestamp = true };

    public static readonly TheoryData<string> Forms =
    [
        "bundle", "bundle of a new log", "bundle with a key", "tag payload", "dev.cosignproject.cosign/signature", "dev.sigstore.cosign/certificate",
        "dev.sigstore.cosign/bundle", "jws", "cose",
    ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_changed_byte_changes_the_verdict_or_nothing(string form)
    {
        var sample = Make(form);
        Assert.True(sample.Judge(sample.Bytes).Is(out var expected, out var refusal), refusal?.Message);
        var random = new Random(20260601);
        var stride = Math.Max(1, sample.Bytes.Length / MostMutations);
        for (var index = random.Next(stride); index < sample.Bytes.Length; index += stride)
        {
            var changed = (byte[])sample.Bytes.Clone();
            changed[index] = random.Next(4) switch
            {
                0 => (byte)(changed[index] ^ (1 << random.Next(8))),
                1 => (byte)"{}[]\",:\\0e-/ "[random.Next(13)],
                2 => (byte)random.Next(256),
                _ => (byte)(changed[index] + 1),
            };
            Check(changed, $"byte {index} is {changed[index]}");
        }
        for (var length = 0; length < sample.Bytes.Length; length += 7 * stride)
        {
            Check(sample.Bytes[..length], $"cut to {length}");
        }

        void Check(byte[] changed, string what) =>
            Assert.True(sample.Judge(changed).Is(out var verified, out var why) ? verified == expected : why.Message.Length > 0, what);
    }

    /// <summary>The bytes of a signature, and how it is judged with others in their place.</summary>
    private sealed record Sample(byte[] Bytes, Func<byte[], FoundSignature> Found, TrustedSigner Signer, Digest Artifact, DateTimeOffset Now)
    {
        internal Checked<VerifiedSignature> Judge(byte[] bytes) =>
            SignatureCheck.Check(Found(bytes), Signer, new SignedSubject(Artifact, [Repository], Statement.CosignSign), TimeSpan.FromDays(180), Now)!.Value;
    }

    private static Sample Make(string form)
    {
        switch (form)
        {
            case "bundle":
                return Bundle(Recipe, Keyless);
            case "bundle of a new log":
                return Bundle(Recipe with { IsNewLog = true, HasPromise = false }, Keyless);
            case "bundle with a key":
                using (var pair = ECDsa.Create(ECCurve.NamedCurves.nistP384))
                {
                    var key = VerificationKey.Read(pair.ExportSubjectPublicKeyInfoPem(), out _)!;
                    return Bundle(Recipe with { Key = pair }, new KeySigner(key, Sigstore.Root()));
                }
            case "jws":
                return Envelope("application/jose+json", "notation-jws.json", Given.Artifact);
            case "cose":
                return Envelope("application/cose", "notation-cose.cbor", Given.CoseArtifact);
            default:
                return Tag(form);
        }
    }

    private static KeylessSigner Keyless => new(IdentityPattern.Exactly(Recipe.Issuer), IdentityPattern.Exactly(Recipe.Identity), Sigstore.Root());

    private static Sample Bundle(BundleRecipe recipe, TrustedSigner signer) =>
        new(Documents.Utf8(Sigstore.Sign(recipe)), bytes => new BundleSignature("here", bytes), signer, Artifact, SigstoreService.Now);

    private static Sample Envelope(string mediaType, string file, Digest artifact) =>
        new(Given.Bytes(file), bytes => new EnvelopeSignature("here", mediaType, bytes), Given.NotationSigner(), artifact, Given.Now);

    private static Sample Tag(string part)
    {
        var payload = Encoding.UTF8.GetBytes(
            $$$"""{"critical":{"identity":{"docker-reference":"{{{Repository}}}"},"image":{"docker-manifest-digest":"{{{Artifact}}}"},"type":"cosign container image signature"},"optional":{"a":"b"}}""");
        var annotations = ImmutableDictionary.CreateRange(Sigstore.SignTag(payload, Recipe).Select(each => KeyValuePair.Create(each.Key, each.Value)));
        return annotations.TryGetValue(part, out var value)
            ? new Sample(Encoding.Latin1.GetBytes(value),
                bytes => new TagSignature("here", payload, annotations.SetItem(part, Encoding.Latin1.GetString(bytes))), Keyless, Artifact, SigstoreService.Now)
            : new Sample(payload, bytes => new TagSignature("here", bytes, annotations), Keyless, Artifact, SigstoreService.Now);
    }
}
