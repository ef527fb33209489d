using System.Text.Json.Nodes;
using Xunit;

namespace Tapedeck.Images.Tests;

public sealed class SbomTests
{
    [Fact]
    public void It_names_packages_of_Debian_frameworks_of_dotnet_and_packages_of_NuGet_each_once()
    {
        using var debian = new Folder()
            .Add("var/lib/dpkg/status.d/libc6", "Package: libc6\nVersion: 2.36-9+deb12u14\nArchitecture: amd64\nMaintainer: a <b@c>\n")
            .Add("usr/share/dotnet/shared/Microsoft.NETCore.App/10.0.1/x.dll", "");
        using var program = new Folder()
            .Add("app/tool.deps.json", """{"libraries":{"tool/1.0.0":{"type":"project"},"YamlDotNet/16.3.0":{"type":"package"}}}""")
            .Add("app/other.deps.json", """{"libraries":{"YamlDotNet/16.3.0":{"type":"package"}}}""");
        var sbom = JsonNode.Parse(Sbom.Of("acme/tool:1", [debian.Path, program.Path]))!;
        Assert.Equal("SPDX-2.3", sbom["spdxVersion"]!.GetValue<string>());
        Assert.Equal(
            ["pkg:deb/debian/libc6@2.36-9%2Bdeb12u14?arch=amd64", "pkg:nuget/Microsoft.NETCore.App@10.0.1", "pkg:nuget/YamlDotNet@16.3.0"],
            sbom["packages"]!.AsArray().Skip(1).Select(package => package!["externalRefs"]![0]!["referenceLocator"]!.GetValue<string>()));
        Assert.Equal(4, sbom["relationships"]!.AsArray().Count);
        Assert.Equal(sbom.ToJsonString(), JsonNode.Parse(Sbom.Of("acme/tool:1", [debian.Path, program.Path]))!.ToJsonString());
    }
}
