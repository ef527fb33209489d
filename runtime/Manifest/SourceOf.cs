using Tapedeck.Manifest.Specs;
using Tapedeck.Oci;
using Tapedeck.Oci.Versions;

namespace Tapedeck.Manifest;

/// <summary>The source that a WasmTool names, as the puller wants it.</summary>
public static class SourceOf
{
    /// <param name="folder">Of the file that names it; what relative paths begin at.</param>
    public static Outcome<Source> Spec(ComponentSource spec, string folder) => spec switch
    {
        OciSource oci => Registry(oci),
        LayoutSource layout => new Source.Layout(
            Path.GetFullPath(layout.Path, folder),
            layout.Ref is { Kind: ArtifactRefKind.Tag } tag ? tag.Text : null,
            layout.Ref is { Kind: ArtifactRefKind.Digest } pinned && Digest.TryParse(pinned.Text, out var digest) ? digest : null),
        FileSource file when Digest.TryParse("sha256:" + file.Sha256, out var digest) => new Source.File(Path.GetFullPath(file.Path, folder), digest),
        HttpsSource https when Digest.TryParse("sha256:" + https.Sha256, out var digest) => new Source.Https(https.Url, digest),
        _ => new TerminalError(OciErrorKind.InvalidReference, "names no source", spec.ToString(), "see the documentation of spec.component"),
    };

    /// <summary>That of a registry.</summary>
    public static Outcome<Source> Registry(OciSource oci)
    {
        if (oci.Ref.Kind == ArtifactRefKind.Semver)
        {
            var name = Reference.Parse(oci.Repository);
            var range = VersionRange.Parse(oci.Ref.Text);
            return !name.IsOk ? name.Error : range.IsOk ? new Source.Registry(name.Value, range.Value) : range.Error;
        }
        var reference = Reference.Parse($"{oci.Repository}{oci.Ref}");
        return reference.IsOk ? new Source.Registry(reference.Value, null) : reference.Error;
    }
}
