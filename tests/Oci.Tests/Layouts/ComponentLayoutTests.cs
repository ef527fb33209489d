using System.Text;
using Tapedeck.Oci.Images;
using Tapedeck.Oci.Layouts;
using Xunit;

namespace Tapedeck.Oci.Tests.Layouts;

public sealed class ComponentLayoutTests
{
    private const string OciImage = "application/vnd.oci.image.config.v1+json";
    private const string Wasm = "application/wasm";
    private const string Policy = "application/vnd.wasm.policy.v1+yaml";
    private const string TarGzip = "application/vnd.oci.image.layer.v1.tar+gzip";

    [Theory]
    [InlineData("cncf.json", LayoutKind.Cncf, false)]
    [InlineData("wassette-policy.json", LayoutKind.Cncf, true)]
    [InlineData("oras-artifacttype.json", LayoutKind.Artifact, false)]
    [InlineData("wasm-to-oci.json", LayoutKind.WasmToOci, false)]
    [InlineData("wasmcloud-old.json", LayoutKind.WasmCloud, false)]
    [InlineData("docker-image.json", LayoutKind.ContainerImage, false)]
    [InlineData("docker-image2.json", LayoutKind.ContainerImage, false)]
    public void A_layout_of_a_real_tool_is_known(string file, LayoutKind kind, bool policy)
    {
        var layout = ComponentLayout.Of((ImageManifest)DocumentReader.Read(GivenManifests.Read(file), null, file).Required, true, file).Required;
        Assert.Equal((kind, policy), (layout.Kind, layout.Policy is not null));
        Assert.Single(layout.Layers);
    }

    [Theory]
    [InlineData("Wassette's own type", OciImage, "application/vnd.wasm.component.v1", LayoutKind.WasmComponent)]
    [InlineData("the Bytecode Alliance's type", OciImage, "application/vnd.bytecodealliance.wasm.component.layer.v0+wasm", LayoutKind.WasmComponent)]
    [InlineData("wasm beside layers that nobody knows", "a/b", "a/b application/wasm c/d", LayoutKind.Artifact)]
    [InlineData("wasm beside a layer of an image", OciImage, Wasm + " " + TarGzip, LayoutKind.Artifact)]
    public void A_layer_is_known_by_its_type(string name, string config, string layers, LayoutKind kind) => Assert.Equal(kind, Of(config, layers).Required.Kind);

    [Theory]
    [InlineData("two layers of wasm", "application/vnd.wasm.config.v0+json", Wasm + " " + Wasm, OciErrorKind.Ambiguous, "2 layers")]
    [InlineData("two of different types", "a/b", Wasm + " application/vnd.wasm.component.v1", OciErrorKind.Ambiguous, "2 layers")]
    [InlineData("none", "a/b", "a/b", OciErrorKind.Unsupported, "no layer of WebAssembly")]
    [InlineData("no layer at all", OciImage, "", OciErrorKind.Unsupported, "no layer of WebAssembly")]
    [InlineData("a signature", OciImage, "application/vnd.dev.cosign.simplesigning.v1+json", OciErrorKind.Unsupported, "cosign")]
    [InlineData("a Spin application", "application/vnd.fermyon.spin.application.v1+config", "application/vnd.wasm.content.layer.v1+wasm", OciErrorKind.Unsupported, "Spin")]
    [InlineData("an image with zstd", OciImage, "application/vnd.oci.image.layer.v1.tar+zstd", OciErrorKind.Unsupported, "zstd")]
    [InlineData("an image with a foreign layer", OciImage, "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", OciErrorKind.Unsupported, "foreign")]
    [InlineData("tar without an image", "a/b", TarGzip, OciErrorKind.Unsupported, "no layer of WebAssembly")]
    public void What_is_not_one_component_is_refused_with_a_reason(string name, string config, string layers, OciErrorKind kind, string says)
    {
        var error = Assert.IsType<TerminalError>(Of(config, layers).Error);
        Assert.Equal(kind, error.Kind);
        Assert.Contains(says, error.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_image_is_taken_only_where_that_is_allowed() =>
        Assert.Contains("allow container images", Of(OciImage, TarGzip, containerImages: false).Error!.Advice, StringComparison.Ordinal);

    [Theory]
    [InlineData(Policy, true)]
    [InlineData("application/vnd.wassette.policy+yaml", true)]
    [InlineData("text/yaml", true)]
    [InlineData("text/yaml application/x-yaml", false)]
    [InlineData(Policy + " text/yaml", true)]
    [InlineData(Policy + " " + Policy, false)]
    [InlineData("text/plain", false)]
    public void A_policy_is_a_layer_of_its_type_if_there_is_one(string layers, bool policy) =>
        Assert.Equal(policy, Of("application/vnd.wasm.config.v0+json", $"{Wasm} {layers}").Required.Policy is not null);

    [Theory]
    [InlineData("wasm before one without a platform", "wasm/wasip2 -", 0)]
    [InlineData("the only one without a platform", "amd64/linux -", 1)]
    [InlineData("wasip2 before wasip1", "wasm/wasip1 wasm/wasip2", 1)]
    [InlineData("the only wasm", "amd64/linux wasm/wasip1", 1)]
    [InlineData("attestations are not asked for", "unknown/unknown wasm/wasi", 1)]
    [InlineData("two of wasip2", "wasm/wasip2 wasm/wasip2", -1)]
    [InlineData("two without a platform", "- -", -1)]
    [InlineData("others only", "amd64/linux arm64/linux", -2)]
    [InlineData("none", "", -2)]
    public void An_index_leads_to_one_manifest_or_to_an_error(string name, string platforms, int chosen)
    {
        var entries = platforms.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((platform, number) =>
            new Descriptor(MediaTypes.ImageManifest, Digest.Sha256([(byte)number]), 1)
            {
                Platform = platform == "-" ? null : new Platform(platform.Split('/')[0], platform.Split('/')[1]),
            }).ToArray();
        var outcome = IndexChoice.Of(new ImageIndex(MediaTypes.ImageIndex, [.. entries]), "here");
        if (chosen >= 0)
        {
            Assert.Equal(entries[chosen], outcome.Required);
        }
        else
        {
            Assert.Equal(chosen == -1 ? OciErrorKind.Ambiguous : OciErrorKind.NotFound, outcome.Error!.Kind);
        }
    }

    [Fact]
    public void An_index_in_an_index_is_refused() =>
        Assert.Equal(OciErrorKind.Unsupported, IndexChoice.Of(new ImageIndex(MediaTypes.ImageIndex, [new Descriptor(MediaTypes.ImageIndex, Digest.Sha256([]), 1)]), "here").Error!.Kind);

    private static Outcome<ComponentLayout> Of(string config, string layers, bool containerImages = true)
    {
        var digest = Digest.Sha256(Encoding.UTF8.GetBytes(layers));
        return ComponentLayout.Of(new ImageManifest(MediaTypes.ImageManifest, new Descriptor(config, digest, 1),
            [.. layers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(type => new Descriptor(type, digest, 1))]), containerImages, "here");
    }
}
