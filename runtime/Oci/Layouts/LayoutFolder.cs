using System.Collections.Immutable;
using Tapedeck.Oci.Images;

namespace Tapedeck.Oci.Layouts;

/// <summary>
/// A repository in a folder, for places without a registry: <c>oci-layout</c>, <c>index.json</c> and <c>blobs</c>.
/// <see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md"/>
/// </summary>
/// <param name="folder">The folder with <c>index.json</c> in it.</param>
public sealed class LayoutFolder(string folder) : IRepository
{
    private const string Version = "1.0.0";
    private const string RefName = "org.opencontainers.image.ref.name";

    // By these "cosign save" tells its entries apart, which have no names.
    private const string Kind = "kind";
    private const string Signatures = "dev.cosignproject.cosign/sigs";
    private static readonly string[] KindsOfOthers = [Signatures, "dev.cosignproject.cosign/atts", "dev.cosignproject.cosign/sboms"];

    private const string Advice = "expected a folder as `oras copy --to-oci-layout` writes it";

    public string Name => folder;

    public async Task<Outcome<ManifestContent>> GetManifest(string tagOrDigest, CancellationToken cancellationToken)
    {
        var index = await ReadIndex(cancellationToken);
        if (!index.IsOk)
        {
            return index.Error;
        }
        // A digest may stand in an index inside, so it need not be listed; what counts is that the blob has it.
        if (Digest.TryParse(tagOrDigest, out var digest))
        {
            var listed = index.Value.Manifests.FirstOrDefault(entry => entry.Digest == digest);
            return await ReadManifest(digest, listed?.MediaType, cancellationToken);
        }
        var named = index.Value.Manifests.Where(entry => entry.Annotations.GetValueOrDefault(RefName) == tagOrDigest).ToArray();
        if (named.Length == 0 && tagOrDigest.EndsWith(".sig", StringComparison.Ordinal))
        {
            named = [.. index.Value.Manifests.Where(entry => entry.Annotations.GetValueOrDefault(Kind) == Signatures)];
        }
        return named.Length == 1 ? await ReadManifest(named[0].Digest, named[0].MediaType, cancellationToken)
            : named.Length == 0 ? new TerminalError(OciErrorKind.NotFound, $"index.json has no entry named {UntrustedText.Show(tagOrDigest)}", folder, Advice)
            : new TerminalError(OciErrorKind.Ambiguous, $"index.json has {named.Length} entries named {UntrustedText.Show(tagOrDigest)}", folder, "name one by its digest");
    }

    /// <summary>The manifest of a folder that holds just one, apart from those that are about another (signatures).</summary>
    public async Task<Outcome<ManifestContent>> GetOnlyManifest(CancellationToken cancellationToken)
    {
        var index = await ReadIndex(cancellationToken);
        if (!index.IsOk)
        {
            return index.Error;
        }
        var candidates = new List<ManifestContent>();
        foreach (var entry in index.Value.Manifests.Where(entry => !IsOfAnother(entry)).DistinctBy(entry => entry.Digest).Take(IRepository.MostReferrers))
        {
            var content = await ReadManifest(entry.Digest, entry.MediaType, cancellationToken);
            if (!content.IsOk)
            {
                return content.Error;
            }
            if (content.Value.Document.Subject is null)
            {
                candidates.Add(content.Value);
            }
        }
        return candidates.Count == 1
            ? candidates[0]
            : new TerminalError(candidates.Count == 0 ? OciErrorKind.NotFound : OciErrorKind.Ambiguous,
                $"index.json has {candidates.Count} manifests", folder, "name one by its tag or digest");
    }

    public async Task<OciError?> CopyBlob(Descriptor descriptor, Stream destination, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = Open(descriptor.Digest);
            if (file.Length != descriptor.Size)
            {
                return new TerminalError(OciErrorKind.DigestMismatch, $"the blob has {file.Length} bytes, its descriptor says {descriptor.Size}",
                    $"{folder}@{descriptor.Digest}", "copy the folder anew");
            }
            return await CheckedCopy.Copy(file, destination, descriptor, $"{folder}@{descriptor.Digest}", cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CannotRead(descriptor.Digest.ToString(), e);
        }
    }

    public async Task<Outcome<Referrers>> GetReferrers(Digest subject, CancellationToken cancellationToken)
    {
        var index = await ReadIndex(cancellationToken);
        if (!index.IsOk)
        {
            return index.Error;
        }
        var found = ImmutableArray.CreateBuilder<Descriptor>();
        foreach (var entry in index.Value.Manifests)
        {
            var content = await ReadManifest(entry.Digest, entry.MediaType, cancellationToken);
            if (!content.IsOk)
            {
                continue;
            }
            if (content.Value.Document.Subject?.Digest == subject)
            {
                found.Add(entry with { ArtifactType = content.Value.Document.ArtifactType ?? entry.ArtifactType });
            }
            else if (entry.Annotations.GetValueOrDefault(RefName) == FallbackTag.Of(subject) && content.Value.Document is ImageIndex fallback)
            {
                found.AddRange(fallback.Manifests);
            }
        }
        return Referrers.Of(found);
    }

    public async Task<Outcome<TagList>> GetTags(CancellationToken cancellationToken)
    {
        var index = await ReadIndex(cancellationToken);
        return index.IsOk
            ? new TagList([.. index.Value.Manifests.Select(entry => entry.Annotations.GetValueOrDefault(RefName)).OfType<string>().Where(Reference.IsTag).Distinct()])
            : index.Error;
    }

    private static bool IsOfAnother(Descriptor entry) =>
        KindsOfOthers.Contains(entry.Annotations.GetValueOrDefault(Kind))
        || entry.Annotations.GetValueOrDefault(RefName) is { } name && (name.StartsWith("sha256-", StringComparison.Ordinal) || name.StartsWith("sha512-", StringComparison.Ordinal));

    private async Task<Outcome<ImageIndex>> ReadIndex(CancellationToken cancellationToken)
    {
        try
        {
            var layout = await ReadSmall("oci-layout", cancellationToken);
            using (var json = JsonShape.Parse(layout))
            {
                if (json.RootElement.NeedText("imageLayoutVersion", 32) is var version and not Version)
                {
                    return new TerminalError(OciErrorKind.Unsupported, $"oci-layout has version {UntrustedText.Show(version)}, {Version} is known", folder, Advice);
                }
            }
            var index = DocumentReader.Read(await ReadSmall("index.json", cancellationToken), MediaTypes.ImageIndex, $"{folder}/index.json");
            return !index.IsOk ? index.Error
                : index.Value is ImageIndex list ? list
                : new TerminalError(OciErrorKind.Malformed, "index.json is no image index", folder, Advice);
        }
        catch (ShapeException e)
        {
            return new TerminalError(OciErrorKind.Malformed, $"oci-layout {e.Message}", folder, Advice);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CannotRead("index.json or oci-layout", e);
        }
    }

    private async Task<Outcome<ManifestContent>> ReadManifest(Digest digest, string? mediaType, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = Open(digest);
            var bytes = await ReadSmall(file, cancellationToken);
            return ManifestChecks.Accept(bytes, mediaType, digest, $"{folder}@{digest}");
        }
        catch (ShapeException e)
        {
            return new TerminalError(e.Kind, $"the manifest {e.Message}", $"{folder}@{digest}", Advice);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CannotRead(digest.ToString(), e);
        }
    }

    private async Task<byte[]> ReadSmall(string name, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(Path.Combine(folder, name));
        return await ReadSmall(file, cancellationToken);
    }

    private static async Task<byte[]> ReadSmall(FileStream file, CancellationToken cancellationToken)
    {
        if (file.Length > DocumentLimits.ManifestBytes)
        {
            throw new ShapeException($"has {file.Length} bytes, at most {DocumentLimits.ManifestBytes} are taken", OciErrorKind.TooLarge);
        }
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private FileStream Open(Digest digest) => File.OpenRead(Path.Combine(folder, "blobs", digest.Algorithm, digest.Hex));

    private TerminalError CannotRead(string what, Exception e) =>
        e is FileNotFoundException or DirectoryNotFoundException
            ? new TerminalError(OciErrorKind.NotFound, $"there is no {what}", folder, Advice)
            : new TerminalError(OciErrorKind.Storage, $"{what} cannot be read ({e.GetType().Name})", folder, "look at the rights of the folder and at the disk");
}
