using Tapedeck.Oci.Images;

namespace Tapedeck.Oci.Layouts;

/// <summary>Which manifest of an index is the component.</summary>
public static class IndexChoice
{
    private const string Advice = "name the manifest by its digest, or publish an index with one entry for the platform wasm";

    /// <summary>
    /// The one entry for the architecture <c>wasm</c>, of several the one for <c>wasip2</c>; without any, the one entry without a platform. What
    /// stays several, or none, is an error.
    /// </summary>
    public static Outcome<Descriptor> Of(ImageIndex index, string where)
    {
        var wasm = index.Manifests.Where(entry => entry.Platform?.Architecture == "wasm").ToArray();
        var wasip2 = wasm.Where(entry => entry.Platform?.Os == "wasip2").ToArray();
        var open = index.Manifests.Where(entry => entry.Platform is null).ToArray();
        var candidates = wasm.Length > 1 && wasip2.Length > 0 ? wasip2 : wasm.Length > 0 ? wasm : open;
        if (candidates.Length != 1)
        {
            return candidates.Length == 0
                ? new TerminalError(OciErrorKind.NotFound, $"none of the {index.Manifests.Length} manifests of the index is for wasm", where, Advice)
                : new TerminalError(OciErrorKind.Ambiguous, $"{candidates.Length} manifests of the index could be the component", where, Advice);
        }
        return MediaTypes.IsManifest(candidates[0].MediaType)
            ? candidates[0]
            : new TerminalError(OciErrorKind.Unsupported, $"the index leads to a {UntrustedText.Show(candidates[0].MediaType)}, not to a manifest", where, Advice);
    }
}
