using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Tapedeck.Node.Tests;

/// <summary>The node's registry, and a publisher who pushes to it and signs with a key of cosign's kind.</summary>
internal sealed class Registry : IDisposable
{
    /// <summary>As pods name it; this process asks the same by its address.</summary>
    internal const string Host = "registry.test:5000";

    // https://github.com/opencontainers/image-spec/blob/main/manifest.md
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    private readonly HttpClient _http = new() { BaseAddress = new Uri("http://10.200.0.2:5000/v2/") };
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal string PublicKey => _key.ExportSubjectPublicKeyInfoPem();

    /// <summary>Pushes a component in the layout of wkg, and signs it where asked to.</summary>
    /// <returns>The digest of its manifest.</returns>
    internal async Task<string> PushAsync(string repository, string tag, byte[] component, bool isSigned)
    {
        var config = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["created"] = "2026-01-01T00:00:00Z",
            ["architecture"] = "wasm",
            ["os"] = "wasip2",
            ["layerDigests"] = new JsonArray(DigestOf(component)),
            ["component"] = new JsonObject { ["exports"] = new JsonArray(), ["imports"] = new JsonArray(), ["target"] = null },
        }.ToJsonString());
        var layer = await DescriptorAsync(repository, "application/wasm", component);
        var manifest = Manifest(await DescriptorAsync(repository, "application/vnd.wasm.config.v0+json", config), layer);
        var digest = DigestOf(manifest);
        // The signature is there before the tag is, so that nobody sees the one without the other.
        if (isSigned)
        {
            await SignAsync(repository, digest);
        }
        await PutManifestAsync(repository, tag, manifest);
        return digest;
    }

    public void Dispose()
    {
        _http.Dispose();
        _key.Dispose();
    }

    // https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
    private async Task SignAsync(string repository, string digest)
    {
        var payload = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["critical"] = new JsonObject
            {
                ["identity"] = new JsonObject { ["docker-reference"] = $"{Host}/{repository}" },
                ["image"] = new JsonObject { ["docker-manifest-digest"] = digest },
                ["type"] = "cosign container image signature",
            },
            ["optional"] = null,
        }.ToJsonString());
        var layer = await DescriptorAsync(repository, "application/vnd.dev.cosign.simplesigning.v1+json", payload);
        layer["annotations"] = new JsonObject
        {
            ["dev.cosignproject.cosign/signature"] = Convert.ToBase64String(_key.SignData(payload, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
        };
        var config = await DescriptorAsync(repository, "application/vnd.oci.image.config.v1+json", "{}"u8.ToArray());
        await PutManifestAsync(repository, $"{digest.Replace(':', '-')}.sig", Manifest(config, layer));
    }

    private async Task<JsonObject> DescriptorAsync(string repository, string mediaType, byte[] blob)
    {
        using var begun = await _http.PostAsync(new Uri($"{repository}/blobs/uploads/", UriKind.Relative), null);
        begun.EnsureSuccessStatusCode();
        using var content = new ByteArrayContent(blob);
        var place = new Uri(_http.BaseAddress!, begun.Headers.Location!);
        using var done = await _http.PutAsync(new Uri($"{place}{(place.Query.Length > 0 ? '&' : '?')}digest={DigestOf(blob)}"), content);
        done.EnsureSuccessStatusCode();
        return new JsonObject { ["mediaType"] = mediaType, ["digest"] = DigestOf(blob), ["size"] = blob.Length };
    }

    private async Task PutManifestAsync(string repository, string tag, byte[] manifest)
    {
        using var content = new ByteArrayContent(manifest);
        content.Headers.ContentType = new MediaTypeHeaderValue(ManifestType);
        using var done = await _http.PutAsync(new Uri($"{repository}/manifests/{tag}", UriKind.Relative), content);
        done.EnsureSuccessStatusCode();
    }

    private static byte[] Manifest(JsonObject config, JsonObject layer) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = ManifestType,
        ["config"] = config,
        ["layers"] = new JsonArray(layer),
    }.ToJsonString());

    private static string DigestOf(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
}
