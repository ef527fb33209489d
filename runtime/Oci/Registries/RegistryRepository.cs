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
    private readonly ImmutableArray<RegistryConnection> _connections;
    private readonly UnreachableMirrors _unreachable;

    /// <param name="connections">In the order in which they are asked, the registry's own last.</param>
    internal RegistryRepository(string name, ImmutableArray<RegistryConnection> connections, UnreachableMirrors unreachable) =>
        (Name, _connections, _unreachable) = (name, connections, unreachable);

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
        OciError? last = null;
        foreach (var connection in _connections.Where(connection => !_unreachable.Contains(connection)))
        {
            using var download = new BlobDownload(connection, descriptor, destination);
            try
            {
                last = await download.Run(cancellationToken);
            }
            catch (StorageException e)
            {
                return new RetryableError(OciErrorKind.Storage, $"the content cannot be written ({e.InnerException!.GetType().Name})", $"{Name}@{descriptor.Digest}", "look at the free space");
            }
            if (last is null)
            {
                return null;
            }
            _unreachable.Look(connection, last);
        }
        return last;
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

    /// <summary>Asks one host after the other, and gives the last one's error: the registry's own.</summary>
    private async Task<Outcome<T>> Ask<T>(bool byTag, Func<RegistryConnection, Task<Outcome<T>>> ask)
        where T : class
    {
        Outcome<T> last = default;
        foreach (var connection in _connections.Where(connection => (!byTag || connection.ResolvesTags) && !_unreachable.Contains(connection)))
        {
            last = await ask(connection);
            if (last.IsOk)
            {
                return last;
            }
            _unreachable.Look(connection, last.Error);
        }
        return last;
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
