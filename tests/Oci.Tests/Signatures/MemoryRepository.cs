using System.Collections.Immutable;
using Tapedeck.Oci.Images;

namespace Tapedeck.Oci.Tests.Signatures;

/// <summary>A repository in memory, with the fallback tag and no referrers API, into which anything may be pushed.</summary>
internal sealed class MemoryRepository(string name) : IRepository
{
    private readonly Dictionary<string, byte[]> _content = [];
    private readonly Dictionary<string, byte[]> _tags = [];

    public string Name => name;

    /// <summary>What the next requests for this tag or digest get instead.</summary>
    internal Dictionary<string, OciError> Faults { get; } = [];

    internal int Requests { get; private set; }

    internal Digest Push(byte[] bytes)
    {
        var digest = Digest.Sha256(bytes);
        _content[digest.ToString()] = bytes;
        return digest;
    }

    internal Digest Push(byte[] bytes, string tag)
    {
        _tags[tag] = bytes;
        return Push(bytes);
    }

    public Task<Outcome<ManifestContent>> GetManifest(string tagOrDigest, CancellationToken cancellationToken)
    {
        Requests++;
        if (Faults.TryGetValue(tagOrDigest, out var error))
        {
            return Task.FromResult<Outcome<ManifestContent>>(error);
        }
        Outcome<ManifestContent> outcome = Find(tagOrDigest) is { } bytes
            ? ManifestChecks.Accept(bytes, null, Digest.TryParse(tagOrDigest, out var digest) ? digest : null, $"{name}:{tagOrDigest}")
            : Missing(tagOrDigest);
        return Task.FromResult(outcome);
    }

    public async Task<OciError?> CopyBlob(Descriptor descriptor, Stream destination, CancellationToken cancellationToken)
    {
        Requests++;
        if (Faults.TryGetValue(descriptor.Digest.ToString(), out var error) || Find(descriptor.Digest.ToString()) is not { } bytes)
        {
            return error ?? Missing(descriptor.Digest.ToString());
        }
        await destination.WriteAsync(bytes, cancellationToken);
        return null;
    }

    public async Task<Outcome<Referrers>> GetReferrers(Digest subject, CancellationToken cancellationToken)
    {
        var index = await GetManifest(FallbackTag.Of(subject), cancellationToken);
        return index.IsOk ? new Referrers(((ImageIndex)index.Value.Document).Manifests, Truncated: false)
            : index.Error.Kind == OciErrorKind.NotFound ? new Referrers(ImmutableArray<Descriptor>.Empty, Truncated: false)
            : index.Error;
    }

    public Task<Outcome<TagList>> GetTags(CancellationToken cancellationToken) => throw new NotSupportedException();

    private byte[]? Find(string tagOrDigest) => _tags.GetValueOrDefault(tagOrDigest) ?? _content.GetValueOrDefault(tagOrDigest);

    private TerminalError Missing(string what) => new(OciErrorKind.NotFound, "is not there", $"{name}:{what}", "push it");
}
