using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Tapedeck.Oci.Images;
using Tapedeck.Oci.Network;

namespace Tapedeck.Oci.Registries;

/// <summary>
/// A repository of a registry, through its mirrors where there are some.
/// <see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md"/>
/// </summary>
public sealed class RegistryRepository : IRepository
{
    private const int PageBytes = 4 << 20;
    private const int MostPages = 1000;

    /// <summary>Referrers of which the first <see cref="IRepository.MostReferrers"/> are taken.</summary>
    private const int MostListed = 4096;

    /// <summary>The specification says 404; registries that are older than it answer a path that they do not know in other ways too.</summary>
    private static readonly HttpStatusCode[] NoReferrersApi =
        [HttpStatusCode.NotFound, HttpStatusCode.BadRequest, HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotAcceptable];

    private readonly ImmutableArray<RegistryConnection> _mirrors;
    private readonly RegistryConnection _registry;
    private readonly UnreachableMirrors _unreachable;

    /// <param name="mirrors">In the order in which they are asked.</param>
    internal RegistryRepository(string name, ImmutableArray<RegistryConnection> mirrors, RegistryConnection registry, UnreachableMirrors unreachable) =>
        (Name, _mirrors, _registry, _unreachable) = (name, mirrors, registry, unreachable);

    public string Name { get; }

    public Task<Outcome<ManifestContent>> GetManifest(string tagOrDigest, CancellationToken cancellationToken)
    {
        var digest = Digest.TryParse(tagOrDigest, out var parsed) ? parsed : null;
        return Ask(byTag: digest is null, connection => GetManifest(connection, tagOrDigest, digest, cancellationToken));
    }

    /// <summary>
    /// The digest that a tag has now, by a HEAD request, which registries do not count as a pull. It is what the registry claims: content is
    /// checked against it when it is pulled.
    /// </summary>
    public Task<Outcome<Digest>> ResolveTag(string tag, CancellationToken cancellationToken) =>
        Ask(byTag: true, connection => ResolveTag(connection, tag, cancellationToken));

    public async Task<OciError?> CopyBlob(Descriptor descriptor, Stream destination, CancellationToken cancellationToken)
    {
        try
        {
            return await AskEach(byTag: false, async connection =>
            {
                using var download = new BlobDownload(connection, descriptor, destination);
                return await download.Run(cancellationToken);
            });
        }
        catch (StorageException e)
        {
            return new RetryableError(OciErrorKind.Storage, $"the content cannot be written ({e.InnerException!.GetType().Name})", $"{Name}@{descriptor.Digest}", "look at the free space");
        }
    }

    public Task<Outcome<Referrers>> GetReferrers(Digest subject, CancellationToken cancellationToken) =>
        Ask(byTag: true, connection => GetReferrers(connection, subject, cancellationToken));

    public Task<Outcome<TagList>> GetTags(CancellationToken cancellationToken) =>
        Ask<TagList>(byTag: true, async connection =>
        {
            var tags = ImmutableArray.CreateBuilder<string>();
            var error = await ReadPages(connection, "/tags/list?n=1000", "list of tags", page => AddTags(page, tags), [], cancellationToken);
            return error is null ? new TagList(tags.ToImmutable()) : error;
        });

    private async Task<Outcome<T>> Ask<T>(bool byTag, Func<RegistryConnection, Task<Outcome<T>>> ask)
        where T : class
    {
        Outcome<T> last = default;
        var error = await AskEach(byTag, async connection => (last = await ask(connection)).Error);
        return error is null ? last : error;
    }

    /// <summary>
    /// Asks the mirrors once, then the registry, and where that does not answer either, once more and patiently the mirrors whose failure may pass: some clusters reach
    /// nothing else.
    /// </summary>
    /// <returns>Null where one gave what it was asked for; else the registry's error, with those of its mirrors where it did not answer.</returns>
    private async Task<OciError?> AskEach(bool byTag, Func<RegistryConnection, Task<OciError?>> ask)
    {
        var left = new List<RegistryConnection>();
        var failures = new List<string>();
        foreach (var mirror in _mirrors.Where(mirror => mirror.ResolvesTags || !byTag))
        {
            if (_unreachable.Contains(mirror))
            {
                left.Add(mirror);
                continue;
            }
            var failure = await ask(mirror);
            _unreachable.Look(mirror, failure);
            switch (failure)
            {
                case null:
                    return null;
                case RetryableError:
                    left.Add(mirror);
                    break;
                default:
                    failures.Add(failure.What);
                    break;
            }
        }
        var error = await ask(_registry);
        if (error is not RetryableError)
        {
            return error;
        }
        foreach (var mirror in left)
        {
            var failure = await ask(mirror.Patiently());
            _unreachable.Look(mirror, failure);
            if (failure is null)
            {
                return null;
            }
            failures.Add(failure.What);
        }
        return failures.Count == 0 ? error : error with { What = $"{error.What}; its mirrors: {string.Join("; ", failures)}" };
    }

    private static async Task<Outcome<ManifestContent>> GetManifest(
        RegistryConnection connection, string tagOrDigest, Digest? digest, CancellationToken cancellationToken)
    {
        var answer = await connection.Send(HttpMethod.Get, $"/manifests/{tagOrDigest}", "such a manifest", AcceptManifests, [], cancellationToken);
        if (!answer.IsOk)
        {
            return answer.Error;
        }
        using var response = answer.Value;
        var body = await ResponseBody.ReadAll(response, DocumentLimits.ManifestBytes, connection.Place, connection.Options, cancellationToken);
        // What the header claims is held against the bytes, also where a tag was asked for.
        return body.IsOk
            ? ManifestChecks.Accept(body.Value, response.Content.Headers.ContentType?.MediaType, digest ?? ClaimedDigest(response), connection.Place.Name)
            : body.Error;
    }

    private static async Task<Outcome<Digest>> ResolveTag(RegistryConnection connection, string tag, CancellationToken cancellationToken)
    {
        var head = await connection.Send(HttpMethod.Head, $"/manifests/{tag}", "such a manifest", AcceptManifests, [HttpStatusCode.MethodNotAllowed], cancellationToken);
        if (!head.IsOk)
        {
            return head.Error;
        }
        using (head.Value)
        {
            if (head.Value.IsSuccessStatusCode && ClaimedDigest(head.Value) is { } claimed)
            {
                return claimed;
            }
        }
        var whole = await GetManifest(connection, tag, null, cancellationToken);
        return whole.IsOk ? whole.Value.Digest : whole.Error;
    }

    private static async Task<Outcome<Referrers>> GetReferrers(RegistryConnection connection, Digest subject, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<Descriptor>();
        var error = await ReadPages(connection, $"/referrers/{subject}", "list of referrers", page => AddReferrers(page, found),
            NoReferrersApi, cancellationToken);
        if (error is not null)
        {
            return error;
        }
        // Some clients write the tag also where there is an API, and a registry may have got its API later than its content.
        var fallback = await GetManifest(connection, FallbackTag.Of(subject), null, cancellationToken);
        var missing = fallback.Error is { Kind: not OciErrorKind.NotFound } failure ? failure : null;
        if (missing is not null && found.Count == 0)
        {
            return missing;
        }
        return Referrers.Of([.. found, .. fallback.Value?.Document is ImageIndex index ? index.Manifests : []]) with { Missing = missing };
    }

    /// <summary>Follows <c>Link: &lt;...&gt;; rel="next"</c> while <paramref name="add"/> wants more. One of <paramref name="absent"/> ends it with nothing.</summary>
    private static async Task<OciError?> ReadPages(
        RegistryConnection connection, string path, string what, Func<JsonElement, bool> add, HttpStatusCode[] absent, CancellationToken cancellationToken)
    {
        string? next = path;
        for (var pages = 0; next is not null; pages++)
        {
            if (pages == MostPages)
            {
                return new TerminalError(OciErrorKind.TooLarge, $"the {what} has more than {MostPages} pages", connection.Place.Name, "look at the registry");
            }
            var answer = await connection.Send(HttpMethod.Get, next, what, Accept, absent, cancellationToken);
            if (!answer.IsOk)
            {
                return answer.Error;
            }
            using var response = answer.Value;
            if (absent.Contains(response.StatusCode) || (absent.Length > 0 && !IsJson(response)))
            {
                return null;
            }
            var body = await ResponseBody.ReadAll(response, PageBytes, connection.Place, connection.Options, cancellationToken);
            if (!body.IsOk)
            {
                return body.Error;
            }
            try
            {
                using var json = JsonShape.Parse(body.Value);
                next = add(json.RootElement) ? NextLink.Of(response, next) : null;
            }
            catch (ShapeException e)
            {
                return new TerminalError(e.Kind, $"the {what} {e.Message}", connection.Place.Name, "look at the registry");
            }
        }
        return null;
    }

    /// <summary>False for the page of a web site, which some hosts answer each unknown path with.</summary>
    private static bool IsJson(HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true;

    private static bool AddTags(JsonElement page, ImmutableArray<string>.Builder tags)
    {
        foreach (var tag in page.Find("tags")?.AsArray("tags", IRepository.MostTags).EnumerateArray() ?? default)
        {
            // A name that is no tag cannot be asked for.
            if (tag.AsText("tags", 1024) is var text && Reference.IsTag(text))
            {
                tags.Add(text);
            }
        }
        return tags.Count <= IRepository.MostTags
            ? true
            : throw new ShapeException($"has more than {IRepository.MostTags} tags", OciErrorKind.TooLarge);
    }

    private static bool AddReferrers(JsonElement page, ImmutableArray<Descriptor>.Builder found)
    {
        found.AddRange(DocumentReader.ReadDescriptors(page, "manifests", MostListed));
        return found.Count < MostListed;
    }

    private static Digest? ClaimedDigest(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Docker-Content-Digest", out var values) && Digest.TryParse(values.FirstOrDefault(), out var digest) ? digest : null;

    private static void AcceptManifests(HttpRequestHeaders headers) => headers.TryAddWithoutValidation("Accept", MediaTypes.AcceptManifests);

    private static void Accept(HttpRequestHeaders headers) => headers.TryAddWithoutValidation("Accept", $"{MediaTypes.ImageIndex}, application/json");
}
