using System.Text;
using FsCheck;
using Tapedeck.Oci.Images;
using Xunit;

namespace Tapedeck.Oci.Tests.Images;

public sealed class DocumentReaderTests
{
    private const string Blob = """{"mediaType":"application/wasm","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":3}""";
    private const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    private const string Index = "application/vnd.oci.image.index.v1+json";

    [Fact]
    public void A_manifest_says_what_it_holds()
    {
        var manifest = Assert.IsType<ImageManifest>(Read($$$"""
            {"schemaVersion":2,"mediaType":"{{{Manifest}}}","artifactType":"a/b","config":{{{Blob}}},"layers":[{{{Blob}}},{{{Blob}}}],
             "subject":{{{Blob}}},"annotations":{"k":"v"},"unknown":{"is":["ignored"]}}
            """).Required);
        Assert.Equal(2, manifest.Layers.Length);
        Assert.Equal(("application/wasm", 3L), (manifest.Config.MediaType, manifest.Config.Size));
        Assert.Equal("a/b", manifest.ArtifactType);
        Assert.Equal("v", manifest.Annotations["k"]);
        Assert.NotNull(manifest.Subject);
        Assert.Null(manifest.Config.Data);
    }

    [Theory]
    [InlineData("no JSON", "hello", null, OciErrorKind.Malformed)]
    [InlineData("nothing", "", null, OciErrorKind.Malformed)]
    [InlineData("a list", "[]", null, OciErrorKind.Malformed)]
    [InlineData("something behind", "{} {}", null, OciErrorKind.Malformed)]
    [InlineData("a name twice", """{"schemaVersion":2,"config":BLOB,"layers":[],"layers":[BLOB]}""", Manifest, OciErrorKind.Malformed)]
    [InlineData("no version", """{"config":BLOB,"layers":[]}""", Manifest, OciErrorKind.Malformed)]
    [InlineData("another version", """{"schemaVersion":1,"config":BLOB,"layers":[]}""", Manifest, OciErrorKind.Unsupported)]
    [InlineData("another type", """{"schemaVersion":2,"mediaType":"a/b"}""", null, OciErrorKind.Unsupported)]
    [InlineData("two types", """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""", Manifest, OciErrorKind.Malformed)]
    [InlineData("both kinds, as a manifest", """{"schemaVersion":2,"config":BLOB,"layers":[BLOB],"manifests":[]}""", Manifest, OciErrorKind.Ambiguous)]
    [InlineData("both kinds, as an index", """{"schemaVersion":2,"config":BLOB,"layers":[BLOB],"manifests":[]}""", Index, OciErrorKind.Ambiguous)]
    [InlineData("no config", """{"schemaVersion":2,"layers":[]}""", Manifest, OciErrorKind.Malformed)]
    [InlineData("no layers", """{"schemaVersion":2,"config":BLOB}""", Manifest, OciErrorKind.Malformed)]
    [InlineData("layers that are none", """{"schemaVersion":2,"config":BLOB,"layers":{}}""", Manifest, OciErrorKind.Malformed)]
    [InlineData("a layer that is a text", """{"schemaVersion":2,"config":BLOB,"layers":["a"]}""", Manifest, OciErrorKind.Malformed)]
    [InlineData("a digest that is a path", """{"schemaVersion":2,"config":{"mediaType":"a","size":1,"digest":"sha256:../../x"},"layers":[]}""", Manifest, OciErrorKind.Malformed)]
    [InlineData("a size below zero", """{"schemaVersion":2,"config":{"mediaType":"a","size":-1,"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},"layers":[]}""", Manifest, OciErrorKind.Malformed)]
    [InlineData("a size beyond numbers", """{"schemaVersion":2,"config":{"mediaType":"a","size":1e30,"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},"layers":[]}""", Manifest, OciErrorKind.Malformed)]
    [InlineData("an annotation that is a number", """{"schemaVersion":2,"config":BLOB,"layers":[],"annotations":{"a":1}}""", Manifest, OciErrorKind.Malformed)]
    [InlineData("half a character", """{"schemaVersion":2,"config":BLOB,"layers":[],"artifactType":"\ud800"}""", Manifest, OciErrorKind.Malformed)]
    [InlineData("data that is no base64", """{"schemaVersion":2,"config":{"mediaType":"a","size":1,"data":"!","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},"layers":[]}""", Manifest, OciErrorKind.Malformed)]
    public void What_breaks_the_specification_is_refused(string name, string json, string? type, OciErrorKind kind) =>
        Assert.Equal(kind, Assert.IsType<TerminalError>(Read(json.Replace("BLOB", Blob, StringComparison.Ordinal), type).Error).Kind);

    [Theory]
    [InlineData("layers", 512, true)]
    [InlineData("layers", 513, false)]
    [InlineData("annotations", 128, true)]
    [InlineData("annotations", 129, false)]
    [InlineData("depth", 12, true)]
    [InlineData("depth", 17, false)]
    [InlineData("bytes", 1, true)]
    [InlineData("bytes", 5 << 20, false)]
    public void Counts_and_depths_are_capped(string what, int count, bool isOk)
    {
        var layers = what == "layers" ? string.Join(',', Enumerable.Repeat(Blob, count)) : "";
        var annotations = what == "annotations" ? string.Join(',', Enumerable.Range(0, count).Select(number => $"\"a{number}\":\"b\"")) : "";
        var deep = what == "depth" ? $"{new string('[', count)}{new string(']', count)}" : "0";
        var padding = what == "bytes" ? new string(' ', count) : "";
        Assert.Equal(isOk, Read($$$"""{"schemaVersion":2,"config":{{{Blob}}},"layers":[{{{layers}}}],"annotations":{ {{{annotations}}} },"x":{{{deep}}}{{{padding}}} }""", Manifest).IsOk);
    }

    [Theory]
    [InlineData("cncf.json")]
    [InlineData("cosign25-sig.json")]
    [InlineData("cosign3-bundle-manifest.json")]
    [InlineData("cosign3-fallback-index.json")]
    [InlineData("docker-image.json")]
    [InlineData("docker-image2.json")]
    [InlineData("fallback-index-both.json")]
    [InlineData("index.json")]
    [InlineData("notation-jws-manifest.json")]
    [InlineData("oras-artifacttype.json")]
    [InlineData("wasm-to-oci.json")]
    [InlineData("wasmcloud-old.json")]
    [InlineData("wassette-policy.json")]
    public void Manifests_of_real_tools_are_read(string file)
    {
        var bytes = GivenManifests.Read(file);
        var document = DocumentReader.Read(bytes, null, file).Required;
        Assert.True(document is ImageManifest { Layers.Length: > 0 } or ImageIndex { Manifests.Length: > 0 });
    }

    [Fact]
    public void Whatever_the_bytes_are_the_answer_is_a_value() =>
        Prop.ForAll<byte[]>(bytes => DocumentReader.Read(bytes ?? [], null, "here").Error is TerminalError).QuickCheckThrowOnFailure();

    [Fact]
    public void A_byte_that_is_changed_is_no_exception() =>
        Prop.ForAll<PositiveInt, byte>((at, to) =>
        {
            var bytes = GivenManifests.Read("wassette-policy.json");
            bytes[at.Get * 31 % bytes.Length] = to;
            return DocumentReader.Read(bytes, Manifest, "here") is { IsOk: true } or { Error: TerminalError };
        }).Check(new Configuration { MaxNbOfTest = 1000, QuietOnSuccess = true, Runner = Config.QuickThrowOnFailure.Runner });

    private static Outcome<OciDocument> Read(string json, string? type = null) => DocumentReader.Read(Encoding.UTF8.GetBytes(json), type, "here");
}
