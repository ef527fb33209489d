using Tapedeck.Server.Serving;
using Xunit;

namespace Tapedeck.Server.Tests.Serving;

/// <summary>Which files of a folder are read.</summary>
public sealed class ManifestFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("manifests-");

    [Theory]
    [InlineData("tool.yaml", true)]
    [InlineData("deep/below/tool.YML", true)]
    [InlineData("tool.json", false)]
    [InlineData(".tool.yaml", false)]
    [InlineData(".github/tool.yaml", false)]
    [InlineData("toolchain/node_modules/package/tool.yaml", false)]
    public void What_is_hidden_or_installed_by_npm_is_passed_over(string file, bool isRead)
    {
        Write(file);
        Assert.Equal(isRead ? ["default/tool"] : [], Read());
    }

    [Fact]
    public void A_folder_that_is_named_is_read_wherever_it_lies()
    {
        Write(".hidden/node_modules/tool.yaml");
        Assert.Equal(["default/tool"], Read(".hidden/node_modules"));
    }

    /// <summary>kubelet writes a ConfigMap into a hidden folder, and makes what is seen of links.</summary>
    [Fact]
    public void The_volume_of_a_ConfigMap_has_each_file_once()
    {
        Write("..2026_11_21/tool.yaml");
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "..data"), "..2026_11_21");
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "tool.yaml"), "..data/tool.yaml");
        Assert.Equal(["default/tool"], Read());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string[] Read(string below = "")
    {
        var desired = new ManifestFolder([Path.Combine(_folder.FullName, below)]).ReadIfChanged()!;
        Assert.Empty(desired.Problems);
        return [.. desired.Tools.Select(tool => tool.Tool.QualifiedName)];
    }

    private void Write(string file)
    {
        var path = Path.Combine(_folder.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $$"""
            apiVersion: tapedeck.dev/v1alpha1
            kind: WasmTool
            metadata: {name: tool}
            spec: {component: {file: {path: tool.wasm, sha256: "{{new string('0', 64)}}"} } }
            """);
    }
}
