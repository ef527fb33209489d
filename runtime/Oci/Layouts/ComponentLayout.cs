using System.Collections.Immutable;
using Tapedeck.Oci.Images;

namespace Tapedeck.Oci.Layouts;

/// <summary>Where the component is in a manifest.</summary>
/// <param name="Layers">The one wasm layer; for a container image, all its layers in order.</param>
/// <param name="Policy">The layer in which the publisher asks for capabilities.</param>
public sealed record ComponentLayout(LayoutKind Kind, ImmutableArray<Descriptor> Layers, Descriptor? Policy)
{
    private const string SpinApplication = "application/vnd.fermyon.spin.application.v1+config";
    private const string Publish = "publish it with `wkg oci push`, or as one application/wasm layer";

    private static readonly ImmutableDictionary<string, LayoutKind> WasmLayers = new Dictionary<string, LayoutKind>
    {
        [MediaTypes.Wasm] = LayoutKind.Artifact,
        ["application/vnd.wasm.component.v1"] = LayoutKind.WasmComponent,
        ["application/vnd.bytecodealliance.wasm.component.layer.v0+wasm"] = LayoutKind.WasmComponent,
        ["application/vnd.wasm.content.layer.v1+wasm"] = LayoutKind.WasmToOci,
        ["application/vnd.module.wasm.content.layer.v1+wasm"] = LayoutKind.WasmCloud,
    }.ToImmutableDictionary();

    /// <summary>The types that mean a policy, and the two that only may.</summary>
    private static readonly string[][] PolicyLayers =
    [
        ["application/vnd.wasm.policy.v1+yaml"],
        ["application/vnd.wassette.policy+yaml"],
        ["application/x-yaml", "text/yaml"],
    ];

    /// <summary>Finds the component, or says why there is none, or not one.</summary>
    /// <param name="containerImages">True where a container image may be taken.</param>
    public static Outcome<ComponentLayout> Of(ImageManifest manifest, bool containerImages, string where)
    {
        if (manifest.Config.MediaType == SpinApplication)
        {
            return Unsupported("is a whole Spin application, not a component", where, "publish the component of the application by itself");
        }
        var wasm = manifest.Layers.Where(layer => WasmLayers.ContainsKey(layer.MediaType)).ToArray();
        if (wasm.Length > 1)
        {
            return new TerminalError(OciErrorKind.Ambiguous, $"has {wasm.Length} layers of WebAssembly, and nothing says which is meant", where, Publish);
        }
        if (wasm.Length == 1)
        {
            var kind = manifest.Config.MediaType == MediaTypes.WasmConfig ? LayoutKind.Cncf : WasmLayers[wasm[0].MediaType];
            return new ComponentLayout(kind, [wasm[0]], PolicyOf(manifest));
        }
        return manifest.Config.MediaType is MediaTypes.ImageConfig or MediaTypes.DockerImageConfig && manifest.Layers.Length > 0
            ? OfImage(manifest, containerImages, where)
            : Unsupported($"has no layer of WebAssembly ({Types(manifest)})", where, Publish);
    }

    private static Outcome<ComponentLayout> OfImage(ImageManifest manifest, bool containerImages, string where)
    {
        foreach (var layer in manifest.Layers)
        {
            if (layer.MediaType.EndsWith("zstd", StringComparison.Ordinal))
            {
                return Unsupported("has a layer compressed with zstd, which is not unpacked here", where, "publish it with gzip, or as one application/wasm layer");
            }
            if (!ImageLayer.IsKnown(layer.MediaType))
            {
                return Unsupported($"has a layer of the type {UntrustedText.Show(layer.MediaType)}", where, Publish);
            }
        }
        return containerImages
            ? new ComponentLayout(LayoutKind.ContainerImage, manifest.Layers, null)
            : Unsupported("is a container image", where, "publish the component itself, or allow container images for pulls");
    }

    /// <summary>A policy is a request only, so where several could be it there is none.</summary>
    private static Descriptor? PolicyOf(ImageManifest manifest) =>
        PolicyLayers
            .Select(types => manifest.Layers.Where(layer => types.Contains(layer.MediaType)).ToArray())
            .FirstOrDefault(layers => layers.Length > 0) is [var policy]
            ? policy
            : null;

    private static string Types(ImageManifest manifest) =>
        UntrustedText.Show($"config {manifest.Config.MediaType}, layers {string.Join(", ", manifest.Layers.Select(layer => layer.MediaType))}");

    private static TerminalError Unsupported(string what, string where, string advice) => new(OciErrorKind.Unsupported, what, where, advice);
}
