using System.Text;
using Tapedeck.Oci.Images;
using Tapedeck.Oci.Layouts;
using Xunit;

namespace Tapedeck.Oci.Tests.Layouts;

public sealed class LayoutFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("oci-layout-").FullName;

    public LayoutFolderTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "blobs", "sha256"));
        File.WriteAllText(Path.Combine(_folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
    }

    [Theory]
    [InlineData("by its tag", ":1.0", true)]
    [InlineData("as the only one", "", true)]
    [InlineData("by its digest", "@DIGEST", true)]
    [InlineData("by another tag", ":2.0", false)]
    public async Task A_component_is_pulled_from_a_folder(string name, string suffix, bool isOk)
    {
        var manifest = Write(Manifest(Write(Samples.Component())));
        WriteIndex(Entry(manifest, "1.0"));
        using var puller = new Puller(new PullOptions(), null);
        var pulled = await puller.Pull(Source.Parse($"oci-layout:{_folder}{suffix.Replace("DIGEST", manifest.Digest.ToString(), StringComparison.Ordinal)}").Required, default);
        Assert.Equal(isOk, pulled.IsOk);
        Assert.Equal(isOk ? null : OciErrorKind.NotFound, pulled.Error?.Kind);
        Assert.Equal(isOk ? manifest.Digest : null, pulled.Value?.Digest);
    }

    [Fact]
    public async Task Signatures_in_the_folder_are_found_and_are_not_the_component()
    {
        var manifest = Write(Manifest(Write(Samples.Component())));
        var byList = Write(Signature(manifest, "listed"));
        var byTag = Write(Signature(manifest, "tagged"));
        var fallback = Write($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.ImageIndex}}","manifests":[{{Entry(byTag, null)}}]}""");
        WriteIndex(Entry(manifest, "1.0"), Entry(byList, null), Entry(fallback, $"sha256-{manifest.Digest.Hex}", MediaTypes.ImageIndex));
        var folder = new LayoutFolder(_folder);
        Assert.Equal(manifest.Digest, (await folder.GetOnlyManifest(default)).Required.Digest);
        Assert.Equal([byTag.Digest, byList.Digest], (await folder.GetReferrers(manifest.Digest, default)).Required.Manifests.Select(entry => entry.Digest).ToArray());
        Assert.Equal(["1.0", $"sha256-{manifest.Digest.Hex}"], (await folder.GetTags(default)).Required.Tags.ToArray());
    }

    [Fact]
    public async Task Two_entries_of_one_tag_are_ambiguous()
    {
        var first = Write(Manifest(Write(Samples.Component(seed: 1))));
        var second = Write(Manifest(Write(Samples.Component(seed: 2))));
        WriteIndex(Entry(first, "1.0"), Entry(second, "1.0"));
        Assert.Equal(OciErrorKind.Ambiguous, (await new LayoutFolder(_folder).GetManifest("1.0", default)).Error!.Kind);
        Assert.Equal(OciErrorKind.Ambiguous, (await new LayoutFolder(_folder).GetOnlyManifest(default)).Error!.Kind);
    }

    [Theory]
    [InlineData("the manifest is changed", "manifest", "{}", OciErrorKind.DigestMismatch)]
    [InlineData("the layer is changed", "layer", "other", OciErrorKind.DigestMismatch)]
    [InlineData("the layer is missing", "layer", null, OciErrorKind.NotFound)]
    [InlineData("the index is missing", "index", null, OciErrorKind.NotFound)]
    [InlineData("the index is no index", "index", "[]", OciErrorKind.Malformed)]
    [InlineData("the version is unknown", "version", """{"imageLayoutVersion":"2.0.0"}""", OciErrorKind.Unsupported)]
    [InlineData("the folder is none", "version", null, OciErrorKind.NotFound)]
    public async Task A_folder_that_is_broken_is_an_error(string name, string what, string? content, OciErrorKind kind)
    {
        var layer = Write(Samples.Component());
        var manifest = Write(Manifest(layer));
        WriteIndex(Entry(manifest, "1.0"));
        var path = what switch
        {
            "manifest" => PathOf(manifest.Digest),
            "layer" => PathOf(layer.Digest),
            "index" => Path.Combine(_folder, "index.json"),
            _ => Path.Combine(_folder, "oci-layout"),
        };
        File.Delete(path);
        if (content is not null)
        {
            await File.WriteAllTextAsync(path, content.PadRight(what == "layer" ? (int)layer.Size : 0));
        }
        using var puller = new Puller(new PullOptions(), null);
        Assert.Equal(kind, (await puller.Pull(Source.Parse($"oci-layout:{_folder}:1.0").Required, default)).Error!.Kind);
    }

    private Descriptor Write(byte[] content)
    {
        var digest = Digest.Sha256(content);
        File.WriteAllBytes(PathOf(digest), content);
        return new Descriptor(MediaTypes.ImageManifest, digest, content.Length);
    }

    private Descriptor Write(string content) => Write(Encoding.UTF8.GetBytes(content));

    private string PathOf(Digest digest) => Path.Combine(_folder, "blobs", "sha256", digest.Hex);

    private void WriteIndex(params string[] entries) =>
        File.WriteAllText(Path.Combine(_folder, "index.json"), $$"""{"schemaVersion":2,"manifests":[{{string.Join(',', entries)}}]}""");

    private static string Entry(Descriptor manifest, string? tag, string type = MediaTypes.ImageManifest) =>
        $$$"""{"mediaType":"{{{type}}}","digest":"{{{manifest.Digest}}}","size":{{{manifest.Size}}},"annotations":{ {{{(tag is null ? "" : $"\"org.opencontainers.image.ref.name\":\"{tag}\"")}}} } }""";

    private string Manifest(Descriptor layer)
    {
        var config = Write("{}");
        return $$$"""
            {"schemaVersion":2,"mediaType":"{{{MediaTypes.ImageManifest}}}","config":{"mediaType":"application/vnd.wasm.config.v0+json","digest":"{{{config.Digest}}}","size":2},
             "layers":[{"mediaType":"application/wasm","digest":"{{{layer.Digest}}}","size":{{{layer.Size}}}}]}
            """;
    }

    private static string Signature(Descriptor subject, string text) => $$$"""
        {"schemaVersion":2,"mediaType":"{{{MediaTypes.ImageManifest}}}","artifactType":"a/{{{text}}}",
         "config":{"mediaType":"{{{MediaTypes.EmptyJson}}}","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[],
         "subject":{"mediaType":"{{{MediaTypes.ImageManifest}}}","digest":"{{{subject.Digest}}}","size":{{{subject.Size}}}}}
        """;

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
