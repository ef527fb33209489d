using System.Formats.Tar;
using System.Text.Json.Nodes;
using Xunit;

namespace Tapedeck.Images.Tests;

public sealed class ImageTests
{
    private static readonly ImageFacts Facts = new("docker.io/acme/tool:1.2", "arm64", "65532:65532", ["/app/tool", "serve"], ["A=1"], ["org.opencontainers.image.title=tool"]);

    [Fact]
    public void The_layout_leads_from_its_index_to_every_layer()
    {
        using var below = new Folder().Add("etc/passwd", "root:x:0:0");
        using var above = new Folder().Add("app/tool", "x", isExecutable: true);
        Layer[] layers = [Layer.Of(below.Path), Layer.Of(above.Path)];
        var files = Write(Image.Of(Facts, layers));
        Assert.Equal("""{"imageLayoutVersion":"1.0.0"}""", Text(files, "oci-layout"));
        var named = Assert.Single(Node(files, "index.json")["manifests"]!.AsArray())!;
        Assert.Equal("""{"io.containerd.image.name":"docker.io/acme/tool:1.2","org.opencontainers.image.ref.name":"1.2"}""", named["annotations"]!.ToJsonString());
        Assert.Equal("""{"architecture":"arm64","os":"linux"}""", named["platform"]!.ToJsonString());
        var manifest = Node(files, FileOf(named));
        Assert.Equal(layers.Select(layer => layer.Blob.Digest), manifest["layers"]!.AsArray().Select(layer => layer!["digest"]!.GetValue<string>()));
        Assert.All(manifest["layers"]!.AsArray(), layer => Assert.Equal(layer!["size"]!.GetValue<int>(), files[FileOf(layer)].Length));
        var config = Node(files, FileOf(manifest["config"]!));
        Assert.Equal("""{"User":"65532:65532","Env":["A=1"],"Entrypoint":["/app/tool","serve"],"WorkingDir":"/","Labels":{"org.opencontainers.image.title":"tool"}}""", config["config"]!.ToJsonString());
        Assert.Equal(layers.Select(layer => layer.DiffId), config["rootfs"]!["diff_ids"]!.AsArray().Select(id => id!.GetValue<string>()));
        Assert.Equal(6, files.Count);
    }

    [Fact]
    public void Every_blob_is_named_by_its_digest()
    {
        using var folder = new Folder().Add("a", "1");
        foreach (var (name, bytes) in Write(Image.Of(Facts, [Layer.Of(folder.Path)])).Where(file => file.Key.StartsWith("blobs/", StringComparison.Ordinal)))
        {
            Assert.Equal(name, $"blobs/{Blob.DigestOf(bytes).Replace(':', '/')}");
        }
    }

    [Fact]
    public void A_new_program_moves_the_last_layer_only()
    {
        using var below = new Folder().Add("etc/passwd", "root:x:0:0");
        using var before = new Folder().Add("app/tool", "1");
        using var after = new Folder().Add("app/tool", "2");
        var old = Image.Of(Facts, [Layer.Of(below.Path), Layer.Of(before.Path)]).Blobs.Select(blob => blob.Digest).ToHashSet();
        var changed = Image.Of(Facts, [Layer.Of(below.Path), Layer.Of(after.Path)]).Blobs.Where(blob => !old.Contains(blob.Digest));
        Assert.Equal(["config.v1+json", "manifest.v1+json", "layer.v1.tar+gzip"], changed.Select(blob => blob.MediaType["application/vnd.oci.image.".Length..]));
    }

    [Theory]
    [InlineData("docker.io/acme/tool:1.2", "1.2")]
    [InlineData("registry.test:5000/tool", "latest")]
    [InlineData("registry.test:5000/tool:3", "3")]
    public void The_tag_of_a_name_is_no_port(string name, string tag) => Assert.Equal(tag, (Facts with { Name = name }).Tag);

    private static Dictionary<string, byte[]> Write(Image image)
    {
        using var tar = new MemoryStream();
        Layout.Write(tar, image);
        tar.Position = 0;
        using var reader = new TarReader(tar);
        Dictionary<string, byte[]> files = [];
        while (reader.GetNextEntry() is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            files.Add(entry.Name, content.ToArray());
        }
        return files;
    }

    private static string FileOf(JsonNode descriptor) => $"blobs/{descriptor["digest"]!.GetValue<string>().Replace(':', '/')}";

    private static string Text(Dictionary<string, byte[]> files, string name) => System.Text.Encoding.UTF8.GetString(files[name]);

    private static JsonNode Node(Dictionary<string, byte[]> files, string name) => JsonNode.Parse(files[name])!;
}
