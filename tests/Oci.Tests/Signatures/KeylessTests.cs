using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tapedeck.Oci.Images;
using Tapedeck.Oci.Registries;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Cosign;
using Tapedeck.Oci.Signatures.Keys;
using Tapedeck.Oci.Signatures.Sigstore;
using Tapedeck.Oci.Tests.Signatures.Making;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures;

public sealed class KeylessTests
{
    private const string BundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private const string Name = "registry.example/acme/greet";
    private static readonly Digest Artifact = Digest.Sha256("an artifact"u8);
    private static readonly SigstoreService Sigstore = new();
    private static readonly BundleRecipe Good = new(Artifact);

    public static readonly TheoryData<string> GoodOnes = ["promise", "timestamp", "both", "new log", "named for this repository", "no certificate log"];

    [Theory]
    [MemberData(nameof(GoodOnes))]
    public async Task A_signature_with_a_trusted_time_is_verified(string what)
    {
        var recipe = what switch
        {
            "timestamp" => Good with { HasPromise = false, HasTimestamp = true },
            "both" => Good with { HasTimestamp = true },
            "new log" => Good with { IsNewLog = true, HasPromise = false, HasTimestamp = true },
            "named for this repository" => Good with { SubjectName = Name },
            "no certificate log" => Good with { HasCertificateProof = false },
            _ => Good,
        };
        var root = Sigstore.RootJson();
        if (what == "no certificate log")
        {
            root.Remove("ctlogs");
        }
        var signer = Signer(Root(root));
        var verification = await Verify(Repository(Sigstore.Sign(recipe)), Artifact, signer);
        Assert.Empty(verification.Attempts);
        var signature = Assert.Single(verification.Signatures);
        Assert.Equal(new SignerIdentity("", Good.Issuer, Good.Identity), signature.Signer);
        Assert.Equal(SigstoreService.SignedAt, signature.SignedAt);
    }

    /// <summary>What is done to a good bundle, and why it is refused then.</summary>
    public static readonly TheoryData<string, RefusalReason> BadOnes = new()
    {
        { "another artifact", RefusalReason.WrongDigest },
        { "another repository", RefusalReason.WrongRepository },
        { "an attestation", RefusalReason.WrongStatement },
        { "a signature of another key", RefusalReason.WrongSignature },
        { "another issuer", RefusalReason.WrongSigner },
        { "another identity", RefusalReason.WrongSigner },
        { "a longer identity", RefusalReason.WrongSigner },
        { "not logged", RefusalReason.NotLogged },
        { "no time", RefusalReason.NoTrustedTime },
        { "no certificate proof", RefusalReason.NoCertificateProof },
        { "logged after the certificate ran out", RefusalReason.UntrustedCertificate },
        { "timestamped after the certificate ran out", RefusalReason.UntrustedCertificate },
        { "logged in the future", RefusalReason.NoTrustedTime },
        { "timestamped in the future", RefusalReason.NoTrustedTime },
        { "the log holds another kind", RefusalReason.WrongLogEntry },
        { "another Sigstore", RefusalReason.WrongLogEntry },
        { "a promise of nobody", RefusalReason.WrongLogEntry },
        { "a path of another entry", RefusalReason.WrongLogEntry },
        { "a checkpoint about another tree", RefusalReason.WrongLogEntry },
        { "a checkpoint that another signature stands under", RefusalReason.WrongLogEntry },
        { "no checkpoint", RefusalReason.WrongLogEntry },
        { "an authority of its own", RefusalReason.Malformed },
        { "a timestamp of nobody", RefusalReason.WrongTimestamp },
        { "a timestamp over another signature", RefusalReason.WrongTimestamp },
        { "a chain in version 0.3", RefusalReason.Malformed },
        { "an unknown property", RefusalReason.Unsupported },
        { "an unknown version", RefusalReason.Unsupported },
        { "two signatures", RefusalReason.Malformed },
        { "a signature by a key", RefusalReason.WrongSigner },
    };

    [Theory]
    [MemberData(nameof(BadOnes))]
    public async Task A_signature_is_refused_for(string what, RefusalReason reason)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var later = TimeSpan.FromMinutes(6);
        var recipe = what switch
        {
            "another artifact" => new BundleRecipe(Digest.Sha256("another artifact"u8)),
            "another repository" => Good with { SubjectName = "registry.example/acme/greet2" },
            "an attestation" => Good with { PredicateType = "https://spdx.dev/Document" },
            "a signature of another key" => Good with { IsSignedByAnother = true },
            "another issuer" => Good with { Issuer = "https://issuer.example.org" },
            "another identity" => Good with { Identity = "https://builder.example/other/release" },
            "a longer identity" => Good with { Identity = $"{Good.Identity}/more" },
            "not logged" => Good with { IsLogged = false },
            "no time" => Good with { HasPromise = false },
            "no certificate proof" => Good with { HasCertificateProof = false },
            "logged after the certificate ran out" => Good with { LoggedAfter = later },
            "timestamped after the certificate ran out" => Good with { HasPromise = false, HasTimestamp = true, LoggedAfter = later },
            "logged in the future" => Good with { LoggedAfter = TimeSpan.FromDays(2) },
            "timestamped in the future" => Good with { HasPromise = false, HasTimestamp = true, LoggedAfter = TimeSpan.FromDays(2) },
            "the log holds another kind" => Good with { LogBody = body => body.Replace("\"dsse\"", "\"intoto\"", StringComparison.Ordinal) },
            "a timestamp of nobody" => Good with { HasTimestamp = true },
            "a signature by a key" => Good with { Key = key },
            _ => Good,
        };
        var bundle = (what == "another Sigstore" ? new SigstoreService() : Sigstore).Sign(recipe);
        Change(bundle, what);
        var verification = await Verify(Repository(bundle), Artifact, Signer());
        Assert.False(verification.IsAllowed);
        var attempt = Assert.Single(verification.Attempts);
        Assert.True(reason == attempt.Refusal.Reason, attempt.ToString());
    }

    [Fact]
    public async Task The_tag_layout_is_verified_without_a_key_too()
    {
        var payload = Payload(Name);
        var verification = await Verify(TagRepository(payload, Sigstore.SignTag(payload, Good)), Artifact, Signer());
        Assert.Empty(verification.Attempts);
        Assert.Equal(("cosign tag", SigstoreService.SignedAt), (verification.Signatures.Single().Form, verification.Signatures.Single().SignedAt));
    }

    [Theory]
    [InlineData("\n", true)]
    [InlineData("\r\n", true)]
    [InlineData(" ", false)]
    [InlineData("=", false)]
    public async Task A_signature_under_the_tag_may_end_a_line_as_base64_writes_it(string end, bool isVerified)
    {
        var payload = Payload(Name);
        var annotations = Sigstore.SignTag(payload, Good);
        annotations[0].Value = $"{annotations[0].Value[..40]}{end}{annotations[0].Value[40..]}{end}";
        var verification = await Verify(TagRepository(payload, annotations), Artifact, Signer());
        Assert.Equal(isVerified ? [] : [RefusalReason.Malformed], verification.Attempts.Select(each => each.Refusal.Reason));
        Assert.Equal(isVerified, verification.IsVerified);
    }

    [Fact]
    public async Task The_tag_layout_with_a_key_is_verified_with_its_log_entry()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = VerificationKey.Read(pair.ExportSubjectPublicKeyInfoPem(), out _)!;
        var payload = Payload(Name);
        var annotations = Sigstore.SignTag(payload, Good with { Key = pair });
        var verification = await Verify(TagRepository(payload, annotations), Artifact, new KeySigner(key, Sigstore.Root()));
        Assert.Equal(SigstoreService.SignedAt, Assert.Single(verification.Signatures).SignedAt);
        annotations[2].Value = "";
        verification = await Verify(TagRepository(payload, annotations), Artifact, new KeySigner(key, Sigstore.Root()));
        Assert.Equal(RefusalReason.NotLogged, Assert.Single(verification.Attempts).Refusal.Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_bundle_is_found_at_a_registry_with_and_without_the_referrers_API(bool hasApi)
    {
        await using var registry = await FaultyRegistry.Start();
        registry.HasReferrersApi = hasApi;
        var json = Documents.Utf8(Sigstore.Sign(Good));
        registry.AddBlob(json);
        registry.AddReferrer(Artifact, Encoding.UTF8.GetString(Documents.Manifest(BundleType, Artifact, Documents.Layer(BundleType, json))), viaTag: !hasApi);
        using var client = new RegistryClient(registry.Options());
        var policy = new VerificationPolicy([new VerificationRule(Rules.Prefix(registry.Host), SignatureMode.Require, [Signer()])]);
        var verification = await new Verifier(new FixedTime(SigstoreService.Now)).Verify(client.Open(registry.Reference()), Artifact, policy, default);
        Assert.Empty(verification.Attempts);
        Assert.Equal(Good.Identity, Assert.Single(verification.Signatures).Signer.Identity);
    }

    [Fact]
    public async Task A_bundle_is_found_among_many_other_referrers()
    {
        await using var registry = await FaultyRegistry.Start();
        registry.HasReferrersApi = true;
        var json = Documents.Utf8(Sigstore.Sign(Good));
        registry.AddBlob(json);
        var bundle = registry.AddManifest(Encoding.UTF8.GetString(Documents.Manifest(BundleType, Artifact, Documents.Layer(BundleType, json))));
        var sbom = registry.AddManifest(Encoding.UTF8.GetString(Documents.Manifest("application/spdx+json", Artifact)));
        var boms = Enumerable.Range(0, 65).Select(number => Entry(number == 0 ? sbom : Digest.Sha256(BitConverter.GetBytes(number)), "application/spdx+json"));
        var index = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.ImageIndex}}","manifests":[{{string.Join(',', boms.Append(Entry(bundle, BundleType)))}}]}""";
        registry.AddManifest(index, MediaTypes.ImageIndex, $"api-{Artifact.Hex}");
        using var client = new RegistryClient(registry.Options());
        var policy = new VerificationPolicy([new VerificationRule(RepositoryPrefix.All, SignatureMode.Require, [Signer()])]);
        Assert.True((await new Verifier(new FixedTime(SigstoreService.Now)).Verify(client.Open(registry.Reference()), Artifact, policy, default)).IsVerified);

        static string Entry(Digest digest, string type) => $$"""{"mediaType":"{{MediaTypes.ImageManifest}}","digest":"{{digest}}","size":1,"artifactType":"{{type}}"}""";
    }

    [Fact]
    public async Task The_tag_layout_without_a_log_entry_verifies_nothing()
    {
        var payload = Payload(Name);
        var annotations = Sigstore.SignTag(payload, Good).Where(each => each.Key != "dev.sigstore.cosign/bundle").ToArray();
        var verification = await Verify(TagRepository(payload, annotations), Artifact, Signer());
        Assert.Equal(RefusalReason.NotLogged, Assert.Single(verification.Attempts).Refusal.Reason);
    }

    [Theory]
    [InlineData("another payload")]
    [InlineData("another time")]
    public async Task The_tag_layout_with_a_log_entry_of_something_else_verifies_nothing(string what)
    {
        var payload = Payload(Name);
        var annotations = Sigstore.SignTag(payload, Good);
        var other = Sigstore.SignTag([.. payload, (byte)' '], Good with { LoggedAfter = TimeSpan.FromMinutes(1) });
        annotations[2].Value = what == "another payload"
            ? other[2].Value
            : annotations[2].Value.Replace(
                $"{SigstoreService.SignedAt.ToUnixTimeSeconds()}", $"{SigstoreService.SignedAt.AddSeconds(1).ToUnixTimeSeconds()}", StringComparison.Ordinal);
        var verification = await Verify(TagRepository(payload, annotations), Artifact, Signer());
        Assert.Equal(RefusalReason.WrongLogEntry, Assert.Single(verification.Attempts).Refusal.Reason);
    }

    [Fact]
    public async Task A_key_with_a_root_needs_a_log_entry_and_one_without_does_not()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = VerificationKey.Read(pair.ExportSubjectPublicKeyInfoPem(), out _)!;
        var logged = Repository(Sigstore.Sign(Good with { Key = pair }));
        var unlogged = Repository(Sigstore.Sign(Good with { Key = pair, IsLogged = false }));
        Assert.True((await Verify(logged, Artifact, new KeySigner(key, Sigstore.Root()))).IsVerified);
        Assert.True((await Verify(logged, Artifact, new KeySigner(key))).IsVerified);
        Assert.True((await Verify(unlogged, Artifact, new KeySigner(key))).IsVerified);
        var verification = await Verify(unlogged, Artifact, new KeySigner(key, Sigstore.Root()));
        Assert.Equal(RefusalReason.NotLogged, Assert.Single(verification.Attempts).Refusal.Reason);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(6, false)]
    public async Task A_clock_that_is_minutes_behind_is_no_reason_and_one_that_is_more_is(int minutes, bool isVerified)
    {
        var now = new FixedTime(SigstoreService.SignedAt.AddMinutes(-minutes));
        var policy = new VerificationPolicy([new VerificationRule(RepositoryPrefix.All, SignatureMode.Require, [Signer()])]);
        Assert.Equal(isVerified, (await new Verifier(now).Verify(Repository(Sigstore.Sign(Good)), Artifact, policy, default)).IsVerified);
    }

    [Theory]
    [InlineData(89, true, 0)]
    [InlineData(91, true, 1)]
    [InlineData(180, true, 1)]
    [InlineData(181, false, 1)]
    public async Task A_trusted_root_that_was_not_renewed_is_named_and_then_not_believed(int days, bool isVerified, int notices)
    {
        var root = Sigstore.Root(obtainedAt: SigstoreService.Now.AddDays(-days));
        var verification = await Verify(Repository(Sigstore.Sign(Good)), Artifact, Signer(root));
        Assert.Equal(isVerified, verification.IsVerified);
        Assert.Equal(notices, verification.Notices.Length);
        Assert.Equal(isVerified ? [] : [RefusalReason.StaleTrustedRoot], verification.Attempts.Select(each => each.Refusal.Reason));
    }

    [Theory]
    [InlineData(false, 0, true)]
    [InlineData(false, -1, false)]
    [InlineData(true, 0, true)]
    [InlineData(true, -1, false)]
    public async Task A_log_that_the_root_no_longer_trusts_proves_what_it_did_before_and_nothing_since(bool isNewLog, int seconds, bool isVerified)
    {
        var recipe = isNewLog ? Good with { IsNewLog = true, HasPromise = false, HasTimestamp = true } : Good;
        var signer = Signer(Root(EndOfLog(seconds)));
        var verification = await Verify(Repository(Sigstore.Sign(recipe)), Artifact, signer);
        Assert.Equal(isVerified, verification.IsVerified);
        Assert.Equal(isVerified ? [] : [RefusalReason.WrongLogEntry], verification.Attempts.Select(each => each.Refusal.Reason));
    }

    [Fact]
    public async Task A_key_that_the_root_lists_twice_is_trusted_for_both_spans()
    {
        var root = EndOfLog(-60);
        var again = root["tlogs"]![0]!.DeepClone();
        again["publicKey"]!["validFor"] = new JsonObject { ["start"] = $"{SigstoreService.SignedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}" };
        root["tlogs"]!.AsArray().Add(again);
        Assert.True((await Verify(Repository(Sigstore.Sign(Good)), Artifact, Signer(Root(root)))).IsVerified);
    }

    [Fact]
    public async Task Without_any_time_a_log_has_to_be_trusted_still()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = VerificationKey.Read(pair.ExportSubjectPublicKeyInfoPem(), out _)!;
        var repository = Repository(Sigstore.Sign(Good with { Key = pair, IsNewLog = true, HasPromise = false }));
        Assert.True((await Verify(repository, Artifact, new KeySigner(key, Sigstore.Root()))).IsVerified);
        var verification = await Verify(repository, Artifact, new KeySigner(key, Root(EndOfLog(60))));
        Assert.Equal(RefusalReason.WrongLogEntry, Assert.Single(verification.Attempts).Refusal.Reason);
    }

    [Theory]
    [InlineData("ctlogs", RefusalReason.NoCertificateProof)]
    [InlineData("tlogs", RefusalReason.WrongLogEntry)]
    public async Task A_log_of_the_same_name_with_another_key_proves_nothing(string logs, RefusalReason reason)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = Sigstore.RootJson();
        root[logs]![0]!["publicKey"]!["rawBytes"] = Convert.ToBase64String(pair.ExportSubjectPublicKeyInfo());
        var verification = await Verify(Repository(Sigstore.Sign(Good)), Artifact, Signer(Root(root)));
        Assert.Equal(reason, Assert.Single(verification.Attempts).Refusal.Reason);
    }

    [Fact]
    public async Task Another_authority_of_the_same_name_vouches_for_nobody()
    {
        var root = Sigstore.RootJson();
        root["certificateAuthorities"] = new SigstoreService().RootJson()["certificateAuthorities"]!.DeepClone();
        var verification = await Verify(Repository(Sigstore.Sign(Good)), Artifact, Signer(Root(root)));
        Assert.Equal(RefusalReason.UntrustedCertificate, Assert.Single(verification.Attempts).Refusal.Reason);
    }

    [Fact]
    public async Task A_certificate_authority_that_the_root_no_longer_trusts_vouches_for_nobody_since()
    {
        var root = Sigstore.RootJson();
        root["certificateAuthorities"]![0]!["validFor"]!["end"] = $"{SigstoreService.SignedAt.AddSeconds(-1):yyyy-MM-dd'T'HH:mm:ss'Z'}";
        var verification = await Verify(Repository(Sigstore.Sign(Good)), Artifact, Signer(Root(root)));
        Assert.Equal(RefusalReason.UntrustedCertificate, Assert.Single(verification.Attempts).Refusal.Reason);
    }

    [Fact]
    public async Task A_certificate_authority_without_a_root_of_its_own_is_refused_with_what_is_missing()
    {
        var top = new Authority("CN=Top", SigstoreService.From, SigstoreService.To);
        var sigstore = new SigstoreService(fulcio: new Authority("CN=Below", SigstoreService.From, SigstoreService.To, issuer: top));
        var json = sigstore.RootJson();
        var bundle = sigstore.Sign(Good);
        var attempt = Assert.Single((await Verify(Repository(bundle), Artifact, Signer(Root(json)))).Attempts);
        Assert.Equal(RefusalReason.UntrustedCertificate, attempt.Refusal.Reason);
        Assert.Contains("https://fulcio.example without a self-signed certificate", attempt.Refusal.Message, StringComparison.Ordinal);
        json["certificateAuthorities"]![0]!["certChain"]!["certificates"]!.AsArray()
            .Add(new JsonObject { ["rawBytes"] = Convert.ToBase64String(top.Certificate.RawData) });
        Assert.True((await Verify(Repository(bundle), Artifact, Signer(Root(json)))).IsVerified);
    }

    /// <summary>The root's chain is the whole of an authority: what a token brings, under the same root or not, was never listed, or is listed for another time.</summary>
    [Theory]
    [InlineData("another certificate", false, false)]
    [InlineData("the certificate", false, true)]
    [InlineData("another intermediate", true, false)]
    [InlineData("the intermediate", true, true)]
    [InlineData("another certificate and another intermediate", true, false)]
    [InlineData("the certificate and the intermediate", true, true)]
    [InlineData("nothing below the root, so that all is", true, true)]
    [InlineData("the certificate and the intermediate, and no root", true, false)]
    [InlineData("the intermediate alone, and no root", true, false)]
    public async Task A_timestamp_is_of_the_chain_that_the_root_lists(string listed, bool hasIntermediate, bool isVerified)
    {
        var (from, to) = (SigstoreService.From, SigstoreService.To);
        var signing = new TimestampService(from, to, hasIntermediate: hasIntermediate);
        var other = new TimestampService(from, to, root: signing.Root, hasIntermediate: hasIntermediate);
        var (sigstore, authority) = (new SigstoreService(signing), signing.Root.Certificate);
        var root = Root(listed switch
        {
            "another certificate" => sigstore.RootJson(other.Certificate, authority),
            "the certificate" => sigstore.RootJson(signing.Certificate, authority),
            "another intermediate" => sigstore.RootJson(other.Intermediate!, authority),
            "the intermediate" => sigstore.RootJson(signing.Intermediate!, authority),
            "the certificate and the intermediate" => sigstore.RootJson(signing.Certificate, signing.Intermediate!, authority),
            "the certificate and the intermediate, and no root" => sigstore.RootJson(signing.Certificate, signing.Intermediate!),
            "the intermediate alone, and no root" => sigstore.RootJson(signing.Intermediate!),
            "another certificate and another intermediate" => sigstore.RootJson(other.Certificate, other.Intermediate!, authority),
            _ => sigstore.RootJson(authority),
        });
        var verification = await Verify(Repository(sigstore.Sign(Good with { HasPromise = false, HasTimestamp = true })), Artifact, Signer(root));
        Assert.Equal(isVerified ? [] : [RefusalReason.WrongTimestamp], verification.Attempts.Select(each => each.Refusal.Reason));
        Assert.Equal(isVerified, verification.IsVerified);
    }

    private static JsonObject EndOfLog(int seconds)
    {
        var root = Sigstore.RootJson();
        root["tlogs"]![0]!["publicKey"]!["validFor"]!["end"] = $"{SigstoreService.SignedAt.AddSeconds(seconds):yyyy-MM-dd'T'HH:mm:ss'Z'}";
        return root;
    }

    private static TrustedRoot Root(JsonObject json) =>
        TrustedRoot.Read(Documents.Utf8(json), SigstoreService.Now, out var problem) ?? throw new InvalidOperationException(problem);

    private static void Change(JsonObject bundle, string what)
    {
        var material = bundle["verificationMaterial"]!;
        switch (what)
        {
            case "a promise of nobody":
                material["tlogEntries"]![0]!["inclusionPromise"]!["signedEntryTimestamp"] = bundle["dsseEnvelope"]!["signatures"]![0]!["sig"]!.GetValue<string>();
                break;
            case "a path of another entry":
                material["tlogEntries"]![0]!["inclusionProof"]!["hashes"]![0] = Convert.ToBase64String(new byte[32]);
                break;
            case "a checkpoint about another tree":
                SetCheckpoint(material, (_, other) => other);
                break;
            case "a checkpoint that another signature stands under":
                SetCheckpoint(material, (own, other) => own[..own.IndexOf('\u2014', StringComparison.Ordinal)] + other[other.IndexOf('\u2014', StringComparison.Ordinal)..]);
                break;
            case "no checkpoint":
                material["tlogEntries"]![0]!["inclusionProof"]!.AsObject().Remove("checkpoint");
                break;
            case "an authority of its own":
                bundle["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.2";
                var own = new Authority("CN=Own", SigstoreService.Now.AddYears(-1), SigstoreService.Now.AddYears(1));
                var chain = new JsonArray(material["certificate"]!.DeepClone(), new JsonObject { ["rawBytes"] = Convert.ToBase64String(own.Certificate.RawData) });
                material.AsObject().Remove("certificate");
                material["x509CertificateChain"] = new JsonObject { ["certificates"] = chain };
                break;
            case "a chain in version 0.3":
                SetChain(material);
                break;
            case "a timestamp over another signature":
                material["timestampVerificationData"] =
                    Sigstore.Sign(Good with { HasTimestamp = true })["verificationMaterial"]!["timestampVerificationData"]!.DeepClone();
                break;
            case "a timestamp of nobody":
                var service = new TimestampService(SigstoreService.Now.AddYears(-1), SigstoreService.Now.AddYears(1));
                var signature = Convert.FromBase64String(bundle["dsseEnvelope"]!["signatures"]![0]!["sig"]!.GetValue<string>());
                material["timestampVerificationData"]!["rfc3161Timestamps"]![0]!["signedTimestamp"] =
                    Convert.ToBase64String(service.Response(signature, SigstoreService.SignedAt));
                break;
            case "an unknown property":
                material["more"] = true;
                break;
            case "an unknown version":
                bundle["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.4+json";
                break;
            case "two signatures":
                bundle["dsseEnvelope"]!["signatures"]!.AsArray().Add(bundle["dsseEnvelope"]!["signatures"]![0]!.DeepClone());
                break;
            default:
                break;
        }
    }

    private static void SetChain(JsonNode material)
    {
        var certificate = material["certificate"]!.DeepClone();
        material.AsObject().Remove("certificate");
        material["x509CertificateChain"] = new JsonObject { ["certificates"] = new JsonArray(certificate) };
    }

    [Theory]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.1", true)]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.2", true)]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.3", false)]
    public async Task A_chain_is_for_the_versions_before_a_certificate_stands_alone(string mediaType, bool isVerified)
    {
        var bundle = Sigstore.Sign(Good);
        bundle["mediaType"] = mediaType;
        SetChain(bundle["verificationMaterial"]!);
        Assert.Equal(isVerified, (await Verify(Repository(bundle), Artifact, Signer())).IsVerified);
    }

    /// <param name="change">From the bundle's checkpoint and one of another bundle in the same log.</param>
    private static void SetCheckpoint(JsonNode material, Func<string, string, string> change)
    {
        var checkpoint = material["tlogEntries"]![0]!["inclusionProof"]!["checkpoint"]!;
        var other = Sigstore.Sign(Good)["verificationMaterial"]!["tlogEntries"]![0]!["inclusionProof"]!["checkpoint"]!;
        checkpoint["envelope"] = change(checkpoint["envelope"]!.GetValue<string>(), other["envelope"]!.GetValue<string>());
    }

    private static byte[] Payload(string repository) => Encoding.UTF8.GetBytes(
        $$$"""{"critical":{"identity":{"docker-reference":"{{{repository}}}"},"image":{"docker-manifest-digest":"{{{Artifact}}}"},"type":"cosign container image signature"},"optional":null}""");

    private static MemoryRepository TagRepository(byte[] payload, (string Key, string Value)[] annotations)
    {
        var repository = new MemoryRepository(Name);
        repository.Push(payload);
        repository.Push(Documents.Manifest("", null, Documents.Layer(SimpleSigning.MediaType, payload, annotations)), $"sha256-{Artifact.Hex}.sig");
        return repository;
    }

    private static MemoryRepository Repository(JsonObject bundle)
    {
        var repository = new MemoryRepository(Name);
        var json = Documents.Utf8(bundle);
        repository.Push(json);
        var manifest = repository.Push(Documents.Manifest(BundleType, Artifact, Documents.Layer(BundleType, json)));
        repository.Push(Documents.Index(manifest), FallbackTag.Of(Artifact));
        return repository;
    }

    private static KeylessSigner Signer(TrustedRoot? root = null) =>
        new(IdentityPattern.Exactly(Good.Issuer), IdentityPattern.Exactly(Good.Identity), root ?? Sigstore.Root());

    private static Task<Verification> Verify(MemoryRepository repository, Digest digest, TrustedSigner signer) =>
        new Verifier(new FixedTime(SigstoreService.Now)).Verify(
            repository, digest, new VerificationPolicy([new VerificationRule(Rules.Prefix("registry.example"), SignatureMode.Require, [signer])]), default);
}
