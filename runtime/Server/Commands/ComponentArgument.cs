using System.Collections.Immutable;
using System.CommandLine;
using System.Security.Cryptography;
using Tapedeck.Manifest;
using Tapedeck.Manifest.Specs;
using Tapedeck.Oci;

namespace Tapedeck.Server.Commands;

/// <summary>The COMPONENT of a command: a file of this machine, or a source.</summary>
internal static class ComponentArgument
{
    internal static readonly Argument<string> Component = new("COMPONENT") { Description = "A file, oci://REGISTRY/REPOSITORY:TAG, oci-layout:FOLDER[:TAG] or https://... with --sha256." };
    internal static readonly Option<string?> Sha256 = new("--sha256") { Description = "What the component's bytes have to hash to; required for https." };

    /// <summary>The source of what the user named, or null and what is wrong.</summary>
    internal static ComponentSource? Parse(ParseResult arguments, out string problem)
    {
        var text = arguments.GetValue(Component)!;
        var hash = arguments.GetValue(Sha256);
        problem = "";
        if (File.Exists(text))
        {
            // The user's own file is what the user says it is, unless a hash says more.
            using var stream = File.OpenRead(text);
            return new FileSource(Path.GetFullPath(text), hash ?? Convert.ToHexStringLower(SHA256.HashData(stream)));
        }
        Digest? digest = null;
        if (hash is not null && !Digest.TryParse("sha256:" + hash, out digest))
        {
            problem = "--sha256 expects 64 lower-case hex digits";
            return null;
        }
        var source = Source.Parse(text, digest);
        problem = source.IsOk ? "" : source.Error.ToString();
        return source.IsOk ? Of(source.Value, hash) : null;
    }

    /// <summary>A tool of that component, which policies select as they would one of the name <c>component</c> without labels.</summary>
    internal static WasmTool ToolOf(ComponentSource source) =>
        new("default", "component", 0, ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal), new WasmToolSpec { Component = source });

    private static ComponentSource? Of(Source source, string? hash) => source switch
    {
        Source.Registry { Reference: var reference } => new OciSource(
            reference.Name,
            reference.Digest is { } digest ? new ArtifactRef(ArtifactRefKind.Digest, digest.ToString()) : new ArtifactRef(ArtifactRefKind.Tag, reference.TagOrDigest)),
        Source.Layout layout => new LayoutSource(
            layout.Folder,
            layout.Digest is { } digest ? new ArtifactRef(ArtifactRefKind.Digest, digest.ToString()) : layout.Tag is { } tag ? new ArtifactRef(ArtifactRefKind.Tag, tag) : null),
        Source.File file => new FileSource(file.Path, hash!),
        Source.Https https => new HttpsSource(https.Address, hash!),
        _ => null,
    };
}
