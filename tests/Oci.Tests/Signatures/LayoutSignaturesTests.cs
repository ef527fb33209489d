using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tapedeck.Oci.Images;
using Tapedeck.Oci.Layouts;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Keys;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures;

/// <summary>Signatures under cosign's tag that lie in a folder beside what they are of.</summary>
public sealed class LayoutSignaturesTests : IDisposable
{
    private const string Upstream = "ghcr.io/acme/greet";
    private const string Kind = "dev.cosignproject.cosign";

    private readonly string _folder = Directory.CreateTempSubdirectory("oci-layout-").FullName;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public LayoutSignaturesTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "blobs", "sha256"));
        File.WriteAllText(Path.Combine(_folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
    }

    /// <summary>A folder is no repository, so what the signature names has to be said.</summary>
    [Theory]
    [InlineData(Upstream, true)]
    [InlineData("ghcr.io/acme/other", false)]
    [InlineData(null, false)]
    public async Task A_copy_with_tags_is_verified_as_what_it_was_signed(string? signedAs, bool isVerified)
    {
        var (component, signature) = Make();
        WriteIndex(Entry(component, ("org.opencontainers.image.ref.name", "1.0")), Entry(signature, ("org.opencontainers.image.ref.name", $"sha256-{component.Hex}.sig")));
        var verification = await Verify(component, signedAs);
        Assert.Equal(isVerified, verification.IsVerified);
        Assert.Equal(isVerified ? [] : [RefusalReason.WrongRepository], verification.Attempts.Select(each => each.Refusal.Reason));
    }

    [Fact]
    public async Task What_cosign_saved_is_verified_and_is_the_component()
    {
        var (component, signature) = Make();
        var other = Write(Documents.Manifest("a", null));
        WriteIndex(Entry(component, ("kind", $"{Kind}/image")), Entry(signature, ("kind", $"{Kind}/sigs")), Entry(other, ("kind", $"{Kind}/atts")), Entry(other, ("kind", $"{Kind}/sboms")));
        Assert.Equal(component, (await new LayoutFolder(_folder).GetOnlyManifest(default)).Required.Digest);
        Assert.True((await Verify(component, Upstream)).IsVerified);
        Assert.Equal(OciErrorKind.NotFound, (await new LayoutFolder(_folder).GetManifest("1.0", default)).Error!.Kind);
    }

    private (Digest Component, Digest Signature) Make()
    {
        var component = Write(Documents.Manifest("application/wasm", null));
        var payload = Encoding.UTF8.GetBytes(
            $$$"""{"critical":{"identity":{"docker-reference":"{{{Upstream}}}"},"image":{"docker-manifest-digest":"{{{component}}}"},"type":"cosign container image signature"},"optional":null}""");
        Write(payload);
        var signature = Convert.ToBase64String(_key.SignData(payload, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        return (component, Write(Documents.Manifest("", null, Documents.Layer("application/vnd.dev.cosign.simplesigning.v1+json", payload, ("dev.cosignproject.cosign/signature", signature)))));
    }

    private Task<Verification> Verify(Digest digest, string? signedAs)
    {
        var signer = new KeySigner(VerificationKey.Read(_key.ExportSubjectPublicKeyInfoPem(), out _)!);
        var rule = new VerificationRule(RepositoryPrefix.All, SignatureMode.Require, [signer]) { SignedAs = signedAs is null ? [] : [signedAs] };
        return new Verifier(TimeProvider.System).Verify(new LayoutFolder(_folder), digest, new VerificationPolicy([rule]), default);
    }

    private Digest Write(byte[] content)
    {
        var digest = Digest.Sha256(content);
        File.WriteAllBytes(Path.Combine(_folder, "blobs", "sha256", digest.Hex), content);
        return digest;
    }

    private JsonObject Entry(Digest digest, (string Name, string Value) annotation) => new()
    {
        ["mediaType"] = MediaTypes.ImageManifest,
        ["digest"] = digest.ToString(),
        ["size"] = new FileInfo(Path.Combine(_folder, "blobs", "sha256", digest.Hex)).Length,
        ["annotations"] = new JsonObject { [annotation.Name] = annotation.Value },
    };

    private void WriteIndex(params JsonObject[] entries) =>
        File.WriteAllBytes(Path.Combine(_folder, "index.json"), Documents.Utf8(new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray([.. entries]) }));

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
