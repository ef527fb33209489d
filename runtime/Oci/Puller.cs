using System.Net;
using Tapedeck.Oci.Layouts;
using Tapedeck.Oci.Network;
using Tapedeck.Oci.Registries;
using Tapedeck.Oci.Storage;

namespace Tapedeck.Oci;

/// <summary>
/// From a source to a component's bytes. One for a process: it keeps connections and tokens. A caller that verifies signatures resolves, verifies
/// the digest by <see cref="Open"/>, and then pulls what was resolved.
/// </summary>
public sealed class Puller : IDisposable
{
    private readonly PullOptions _options;
    private readonly ContentStore? _store;
    private readonly RegistryClient _registries;

    /// <param name="store">Where content is kept; null keeps nothing.</param>
    public Puller(PullOptions options, ContentStore? store)
        : this(options, store, new RegistryClient(options))
    {
    }

    internal Puller(PullOptions options, ContentStore? store, RegistryClient registries) => (_options, _store, _registries) = (options, store, registries);

    /// <summary>What <paramref name="source"/> means now. Pulls no component.</summary>
    public Task<Outcome<ResolvedSource>> Resolve(Source source, CancellationToken cancellationToken) =>
        InTime(source, deadline => ResolveNow(source, deadline), cancellationToken);

    /// <summary>Resolves <paramref name="source"/>, gets what is missing, and checks it all. A component that the store has by its digest needs no network.</summary>
    public Task<Outcome<PulledComponent>> Pull(Source source, CancellationToken cancellationToken) => Pull(source, null, cancellationToken);

    /// <inheritdoc cref="Pull(Source, CancellationToken)"/>
    /// <param name="progress">Told of the larger blobs that come over the network.</param>
    public Task<Outcome<PulledComponent>> Pull(Source source, IProgress<PullProgress>? progress, CancellationToken cancellationToken) =>
        InTime(source, async deadline =>
        {
            var resolved = await ResolveNow(source, deadline);
            return resolved.IsOk ? await PullNow(resolved.Value, progress, deadline) : resolved.Error;
        }, cancellationToken);

    /// <summary>The manifest whose component <see cref="Pull(Source, CancellationToken)"/> would give: of an index the one that is chosen from it. Pulls no component.</summary>
    public Task<Outcome<Digest>> Choose(ResolvedSource resolved, CancellationToken cancellationToken) =>
        InTime(resolved.Pinned, async deadline =>
        {
            if (Open(resolved.Pinned) is not { } repository)
            {
                return resolved.Digest;
            }
            var manifest = await new ComponentPull(_options, _store, repository, resolved.Pinned.ToString()!, null).Choose(resolved.Digest, deadline);
            return manifest.IsOk ? manifest.Value.Digest : (Outcome<Digest>)manifest.Error;
        }, cancellationToken);

    /// <summary>The repository of a source, for its signatures; null for a file, which has none.</summary>
    public IRepository? Open(Source source) => source switch
    {
        Source.Registry registry => _registries.Open(registry.Reference),
        Source.Layout layout => new LayoutFolder(layout.Folder),
        _ => null,
    };

    private Task<Outcome<ResolvedSource>> ResolveNow(Source source, CancellationToken cancellationToken) => source switch
    {
        Source.Registry registry => ResolveRegistry(registry, cancellationToken),
        Source.Layout layout => ResolveLayout(layout, cancellationToken),
        Source.File file => Task.FromResult<Outcome<ResolvedSource>>(new ResolvedSource(file.Digest, file, null)),
        Source.Https https => Task.FromResult<Outcome<ResolvedSource>>(new ResolvedSource(https.Digest, https, null)),
        _ => throw new InvalidOperationException("a source of an unknown kind"),
    };

    private async Task<Outcome<ResolvedSource>> ResolveRegistry(Source.Registry source, CancellationToken cancellationToken)
    {
        if (source.Reference.Digest is { } digest)
        {
            return new ResolvedSource(digest, source with { Range = null }, null);
        }
        var repository = _registries.Open(source.Reference);
        var tag = source.Reference.TagOrDigest;
        if (source.Range is { } range)
        {
            var tags = await repository.GetTags(cancellationToken);
            if (!tags.IsOk)
            {
                return tags.Error;
            }
            if (range.Highest(tags.Value.Tags) is not { } highest)
            {
                return new TerminalError(OciErrorKind.NotFound, $"none of {tags.Value.Tags.Length} tags is a version in the range {range}", source.Reference.Name,
                    "look at the tags; versions have three numbers, and prereleases need a range that names one");
            }
            tag = highest;
        }
        var resolved = await repository.ResolveTag(tag, cancellationToken);
        return resolved.IsOk
            ? new ResolvedSource(resolved.Value, new Source.Registry(source.Reference.WithTag(tag).With(resolved.Value), null), tag)
            : resolved.Error;
    }

    private static async Task<Outcome<ResolvedSource>> ResolveLayout(Source.Layout source, CancellationToken cancellationToken)
    {
        if (source.Digest is { } digest)
        {
            return new ResolvedSource(digest, source, null);
        }
        var folder = new LayoutFolder(source.Folder);
        var manifest = source.Tag is { } tag ? await folder.GetManifest(tag, cancellationToken) : await folder.GetOnlyManifest(cancellationToken);
        return manifest.IsOk
            ? new ResolvedSource(manifest.Value.Digest, source with { Digest = manifest.Value.Digest }, source.Tag)
            : manifest.Error;
    }

    private async Task<Outcome<PulledComponent>> PullNow(ResolvedSource resolved, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        if (Open(resolved.Pinned) is { } repository)
        {
            return await new ComponentPull(_options, _store, repository, resolved.Pinned.ToString()!, progress).Run(resolved.Digest, cancellationToken);
        }
        var content = await ReadFile(resolved.Pinned, cancellationToken);
        return content.IsOk ? OfFile(content.Value, resolved) : content.Error;
    }

    private Outcome<PulledComponent> OfFile(byte[] content, ResolvedSource resolved)
    {
        var where = resolved.Pinned.ToString()!;
        if (!resolved.Digest.Matches(content))
        {
            return new TerminalError(OciErrorKind.DigestMismatch, $"the content does not have the digest {resolved.Digest}", where,
                "look at the file; if it was changed on purpose, give the new digest");
        }
        return ComponentBytes.Problem(content, where) is { } problem ? problem : new PulledComponent
        {
            Bytes = content,
            ContentDigest = Digest.Sha256(content),
            Digest = resolved.Digest,
            Manifest = null,
            Layout = LayoutKind.File,
            Blobs = _store is null || resolved.Pinned is Source.File ? [] : [resolved.Digest],
            Claims = PublisherClaims.None,
        };
    }

    private async Task<Outcome<byte[]>> ReadFile(Source source, CancellationToken cancellationToken)
    {
        if (source is Source.File file)
        {
            return await LocalFile.Read(file.Path, _options.MostComponentBytes, cancellationToken);
        }
        var https = (Source.Https)source;
        if (_store is not null && await _store.Read(https.Digest, _options.MostComponentBytes, cancellationToken) is { } stored)
        {
            return stored;
        }
        var place = new Place(https.Address.Authority, https.ToString());
        var answer = await _registries.Transport.Send(() => new HttpRequestMessage(HttpMethod.Get, https.Address), place, cancellationToken);
        if (!answer.IsOk)
        {
            return answer.Error;
        }
        using var response = answer.Value;
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return await RegistryErrors.Of(response, "such a file", place, null, _options, cancellationToken);
        }
        var content = await ResponseBody.ReadAll(response, _options.MostComponentBytes, place, _options, cancellationToken);
        return content.IsOk && _store is not null && https.Digest.Matches(content.Value) && await _store.Add(https.Digest, content.Value, cancellationToken) is { } error
            ? error
            : content;
    }

    private async Task<Outcome<T>> InTime<T>(Source source, Func<CancellationToken, Task<Outcome<T>>> work, CancellationToken cancellationToken)
        where T : class
    {
        using var deadline = new CancellationTokenSource(_options.Deadline, _options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await work(both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new RetryableError(OciErrorKind.Unreachable, $"took longer than {_options.Deadline.TotalSeconds} s", source.ToString()!, TransportErrors.TryLater);
        }
    }

    public void Dispose() => _registries.Dispose();
}
