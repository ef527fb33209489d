using Tapedeck.Server.Serving;
using Xunit;

namespace Tapedeck.Server.Tests.Serving;

public sealed class ManifestFolderTests : IDisposable
{
    private const string Tool = """
        apiVersion: tapedeck.dev/v1alpha1
        kind: WasmTool
        metadata: {name: NAME}
        spec: {component: {oci: {repository: ghcr.io/acme/x, ref: {tag: "1"}}}}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("manifests-").FullName;

    [Fact]
    public void Hidden_files_and_packages_of_others_are_not_read()
    {
        Write("tool.yaml", Tool.Replace("NAME", "one", StringComparison.Ordinal));
        Write("below/tool.yml", Tool.Replace("NAME", "two", StringComparison.Ordinal));
        Write("node_modules/events/.travis.yml", "language: node_js");
        Write("below/node_modules/x/docs.yaml", "a: b");
        Write(".github/workflows/ci.yml", "on: push");
        Write(".tool.yaml.swp.yaml", "half of");
        var desired = new ManifestFolder([_folder]).ReadIfChanged()!;
        Assert.Empty(desired.Problems);
        Assert.Equal(["default/two", "default/one"], desired.Tools.Select(tool => tool.Tool.QualifiedName));
    }

    [Fact]
    public void A_folder_that_is_named_is_read_wherever_it_lies()
    {
        Write(".hidden/node_modules/tool.yaml", Tool.Replace("NAME", "one", StringComparison.Ordinal));
        Assert.Single(new ManifestFolder([Path.Combine(_folder, ".hidden", "node_modules")]).ReadIfChanged()!.Tools);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(string path, string text)
    {
        var file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
