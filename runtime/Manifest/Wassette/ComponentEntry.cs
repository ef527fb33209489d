using Tapedeck.Manifest.Specs;
using Tapedeck.Oci;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Wassette;

namespace Tapedeck.Manifest.Wassette;

/// <summary>An entry of <c>components</c>: what it is called, and where it is from.</summary>
internal static class ComponentEntry
{
    private const string Schemes = "oci://..., file:///... or https://...";
    private const string InWassette = "checked for its form alone";

    /// <summary>The source; null, and a problem, where there is none that could be meant.</summary>
    internal static ComponentSource? Source(MappingNode component, string field, Func<string, string?> hashOf, ProblemList problems, List<WassetteNote> notes)
    {
        if (component.Find("uri") is not ScalarNode { IsNull: false } uri)
        {
            problems.Expected(component.Find("uri") ?? component, $"{field}.uri", Schemes);
            return null;
        }
        Digest? digest = null;
        if (component.Find("digest") is ScalarNode { IsNull: false } given && !Digest.TryParse(given.Value, out digest))
        {
            problems.Expected(given, $"{field}.digest", "sha256: and 64 lower-case hex digits");
            return null;
        }
        var isFile = uri.Value.StartsWith("file:", StringComparison.Ordinal);
        if (digest is not null)
        {
            notes.Add(new WassetteNote(
                component.Find("digest")!.Line, $"{field}.digest", InWassette, isFile || !IsRegistry(uri.Value) ? "the bytes have to have it" : "the manifest of this digest is pulled, whatever the tag says"));
        }
        else if (isFile && hashOf(PathOf(uri.Value)) is { } hash)
        {
            notes.Add(new WassetteNote(uri.Line, $"{field}.uri: {uri.Value}", "read without a check", "its bytes have to be those of now"));
            digest = Digest.Parse($"sha256:{hash}");
        }
        var source = Oci.Source.Parse(uri.Value, digest);
        if (!source.IsOk)
        {
            problems.Add(uri, $"{field}.uri", isFile && digest is null ? "the file cannot be read; give its digest" : source.Error.ToString()!);
            return null;
        }
        if (Of(source.Value) is { } known)
        {
            return known;
        }
        // An image layout, which is a source, and none of a provisioning manifest.
        problems.Expected(uri, $"{field}.uri", Schemes);
        return null;
    }

    /// <summary>A name that an object may have: of <c>name</c>, else of the last part of <c>uri</c>.</summary>
    internal static string NameOf(MappingNode component)
    {
        var text = component.Find("name") is ScalarNode { IsNull: false } name ? name.Value : Last((component.Find("uri") as ScalarNode)?.Value ?? "");
        var label = string.Join('-', string.Concat(text.Select(character => char.IsAsciiLetterOrDigit(character) ? char.ToLowerInvariant(character) : '-')).Split('-', StringSplitOptions.RemoveEmptyEntries));
        label = label.Length > 0 && char.IsAsciiLetterLower(label[0]) ? label : $"tool-{label}";
        return label[..Math.Min(label.Length, WasmTool.MostCharactersOfName)].TrimEnd('-');
    }

    /// <summary>Without tag, digest and ending.</summary>
    private static string Last(string uri) => uri.Split('@')[0].TrimEnd('/').Split('/')[^1].Split(':')[0].Split('.')[0];

    private static bool IsRegistry(string uri) => !uri.StartsWith("https:", StringComparison.Ordinal);

    private static string PathOf(string uri) => uri["file:".Length..] is var rest && rest.StartsWith("//", StringComparison.Ordinal) ? rest[2..] : rest;

    private static ComponentSource? Of(Source source) => source switch
    {
        Source.Registry { Reference: var reference } => new OciSource(
            reference.Location,
            reference.Digest is { } digest ? new ArtifactRef(ArtifactRefKind.Digest, digest.ToString()) : new ArtifactRef(ArtifactRefKind.Tag, reference.TagOrDigest)),
        Source.File file => new FileSource(file.Path, file.Digest.Hex),
        Source.Https https => new HttpsSource(https.Address, https.Digest.Hex),
        _ => null,
    };
}
