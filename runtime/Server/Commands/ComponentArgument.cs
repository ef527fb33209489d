using System.CommandLine;
using System.Security.Cryptography;
using Tapedeck.Manifest.Specs;
using Tapedeck.Oci;

namespace Tapedeck.Server.Commands;

/// <summary>The COMPONENT of a command: a file of this machine, or a source.</summary>
internal static class ComponentArgument
{
    private const string Expected = "expected is a file, oci://REGISTRY/REPOSITORY:TAG, oci-layout:FOLDER[:TAG], or https://... with --sha256";

    internal static readonly Argument<string> Component = new("COMPONENT") { Description = "A file, oci://REGISTRY/REPOSITORY:TAG, oci-layout:FOLDER[:TAG] or https://... with --sha256." };
    internal static readonly Option<string?> Sha256 = new("--sha256") { Description = "What the component's bytes have to hash to; required for https." };

    /// <summary>The source of what the user named, or null and what is wrong.</summary>
    internal static ComponentSource? Parse(ParseResult arguments, out string problem)
    {
        var text = arguments.GetValue<string>(Component.Name)!;
        var hash = arguments.GetValue(Sha256);
        Digest? digest = null;
        if (hash is not null && !Digest.TryParse("sha256:" + hash, out digest))
        {
            problem = $"--sha256 expects 64 lower-case hex digits, and not '{hash}'";
            return null;
        }
        if (File.Exists(text))
        {
            return OwnFile(text, hash, out problem);
        }
        problem = Mistaken(text);
        if (problem.Length > 0)
        {
            return null;
        }
        var source = Source.Parse(text, digest);
        problem = source.IsOk ? "" : source.Error.ToString();
        return source.IsOk ? Of(source.Value, hash) : null;
    }

    /// <summary>The user's own file is what the user says it is, unless a hash says more.</summary>
    private static FileSource? OwnFile(string path, string? hash, out string problem)
    {
        try
        {
            problem = "";
            using var stream = File.OpenRead(path);
            return new FileSource(Path.GetFullPath(path), hash ?? Convert.ToHexStringLower(SHA256.HashData(stream)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"{path} cannot be read ({StartException.Reason(exception)}); name a file that this user may read";
            return null;
        }
    }

    /// <summary>
    /// A misspelt file would be asked for at Docker Hub, where every word is a repository: without a scheme a reference has to begin with a registry's host.
    /// </summary>
    private static string Mistaken(string text) =>
        Directory.Exists(text) ? $"{text} is a folder; name a component in it, or oci-layout:{text} if it is an image layout"
        : text.Contains(':', StringComparison.Ordinal) && !text.StartsWith('.') && !text.StartsWith('/') ? ""
        : text.Split('/') is [var host, _, ..] && !text.EndsWith(".wasm", StringComparison.OrdinalIgnoreCase) && host.TrimStart('.').Contains('.', StringComparison.Ordinal) ? ""
        : $"there is no file {text}; {Expected}";

    private static ComponentSource? Of(Source source, string? hash) => source switch
    {
        Source.Registry { Reference: var reference } => new OciSource(
            reference.Location,
            reference.Digest is { } digest ? new ArtifactRef(ArtifactRefKind.Digest, digest.ToString()) : new ArtifactRef(ArtifactRefKind.Tag, reference.TagOrDigest)),
        Source.Layout layout => new LayoutSource(
            layout.Folder,
            layout.Digest is { } digest ? new ArtifactRef(ArtifactRefKind.Digest, digest.ToString()) : layout.Tag is { } tag ? new ArtifactRef(ArtifactRefKind.Tag, tag) : null),
        Source.File file => new FileSource(file.Path, hash!),
        Source.Https https => new HttpsSource(https.Address, hash!),
        _ => null,
    };
}
