using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Config;
using Tapedeck.Kube.Discovery;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Client;

/// <summary>Talks to an API server. Safe for all threads. <see href="https://kubernetes.io/docs/reference/using-api/api-concepts/"/></summary>
/// <remarks>Every method throws an <see cref="ApiException"/> of the type that fits when a request is not done, and
/// <see cref="OperationCanceledException"/> when its token is cancelled. Requests wait for the client's rate limit, and for the server where it
/// answers 429 or 503 with a Retry-After of up to 30 s, three times.</remarks>
public sealed class KubeClient(KubeConnection connection, KubeClientOptions options, TimeProvider time) : IDisposable
{
    private const int ChunkSize = 500;
    private const string PartialMetadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    private const string PartialMetadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    private readonly Transport _transport = new(connection, options, time);

    /// <summary>Of which the server cannot create an object on condition that there is none.</summary>
    private readonly ConcurrentDictionary<Resource, bool> _looksFirst = [];

    /// <summary>The namespace to work in where none is named.</summary>
    public string Namespace => connection.Namespace;

    /// <summary>Reads an object; null where there is none.</summary>
    public async Task<KubeObject?> GetAsync(Resource resource, ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await ObjectAsync(ApiRequest.ForObject(HttpMethod.Get, "get", resource, key, Subresource.None), resource, cancellationToken);
        }
        catch (NotFoundException)
        {
            return null;
        }
    }

    /// <summary>Lists all selected objects of one moment, in chunks. Where the moment is lost on the way (410), it begins again.</summary>
    public async Task<KubeList> ListAsync(Resource resource, Selection selection, CancellationToken cancellationToken)
    {
        try
        {
            return await ListAsync(resource, selection, ChunkSize, cancellationToken);
        }
        catch (GoneException)
        {
            // The server forgets faster than we read. One answer with everything in it cannot be too late for itself.
            return await ListAsync(resource, selection, 0, cancellationToken);
        }
    }

    /// <summary>Watches the selected objects from a moment on, until the server ends the watch.</summary>
    /// <param name="resourceVersion">The moment: of a list, or of an earlier event. Not empty.</param>
    /// <param name="length">After which time the server ends the watch; whole seconds. What is silent for longer, and a minute, is broken.</param>
    /// <exception cref="GoneException">The server no longer knows that moment: list anew.</exception>
    /// <exception cref="UnavailableException">The stream broke: watch again, from the last event.</exception>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        Resource resource, Selection selection, string resourceVersion, TimeSpan length, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(resourceVersion);
        var request = new ApiRequest(HttpMethod.Get, resource.Path(selection.Namespace), $"watch {resource}")
        {
            Resource = resource.ToString(),
            Accept = selection.MetadataOnly ? PartialMetadata : "application/json",
        };
        request.With("watch", "true").With("allowWatchBookmarks", "true").With("resourceVersion", resourceVersion)
            .With("timeoutSeconds", ((long)length.TotalSeconds).ToString()).With(selection);
        using var response = await _transport.OpenAsync(request, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var events = new WatchStream(request, resource, length + TimeSpan.FromMinutes(1), time);
        await foreach (var change in events.ReadAsync(stream, cancellationToken))
        {
            yield return change;
        }
    }

    /// <summary>Creates an object.</summary>
    /// <exception cref="AlreadyExistsException">One of this name is there.</exception>
    public Task<KubeObject> CreateAsync(Resource resource, KubeObject @object, string fieldManager, CancellationToken cancellationToken)
    {
        var request = new ApiRequest(HttpMethod.Post, resource.Path(@object.Metadata.Namespace), $"create {resource} {@object.Key}")
        {
            Resource = resource.ToString(),
            Body = ApiRequest.Bytes(@object.Json),
        };
        return ObjectAsync(request.With("fieldManager", fieldManager), resource, cancellationToken);
    }

    /// <summary>Puts an object in the place of what is there.</summary>
    /// <param name="object">With the resource version that it was read with, so that nobody's change in between is lost.</param>
    /// <exception cref="ConflictException">It has changed since.</exception>
    /// <exception cref="NotFoundException">It is gone.</exception>
    public Task<KubeObject> ReplaceAsync(Resource resource, KubeObject @object, string fieldManager, CancellationToken cancellationToken)
    {
        var request = ApiRequest.ForObject(HttpMethod.Put, "update", resource, @object.Key, Subresource.None);
        request.Body = ApiRequest.Bytes(@object.Json);
        return ObjectAsync(request.With("fieldManager", fieldManager), resource, cancellationToken);
    }

    /// <summary>Server-side apply: makes the fields that <paramref name="desired"/> has what it says, removes those that this manager had applied
    /// before and no longer does, and leaves all others alone.
    /// <see href="https://kubernetes.io/docs/reference/using-api/server-side-apply/"/></summary>
    /// <returns>The object as it is now; its resource version is the old one if nothing changed.</returns>
    /// <exception cref="ApplyConflictException">Others own fields that it would change, and force is off.</exception>
    /// <exception cref="ConflictException">What is there is not what the options suppose.</exception>
    public async Task<KubeObject> ApplyAsync(Resource resource, KubeObject desired, ApplyOptions options, CancellationToken cancellationToken)
    {
        if (options.OnlyNew && _looksFirst.ContainsKey(resource))
        {
            return await LookAndApplyAsync(resource, desired, options, cancellationToken);
        }
        var request = ApiRequest.ForObject(HttpMethod.Patch, "apply", resource, desired.Key, options.Subresource);
        // JSON is YAML.
        request.ContentType = "application/apply-patch+yaml";
        request.Body = Preconditions.With(desired, options);
        request.With("fieldManager", options.FieldManager).With("force", options.Force ? "true" : "").With("dryRun", options.DryRun ? "All" : "");
        try
        {
            return await ObjectAsync(request, resource, cancellationToken);
        }
        catch (InvalidException error) when (options.Uid.Length > 0 && Preconditions.IsOfAnother(error))
        {
            throw new ConflictException(request.What, error.Status);
        }
        catch (UnavailableException error) when (options.OnlyNew && Preconditions.IsNotUnderstood(error))
        {
            _looksFirst[resource] = true;
            return await LookAndApplyAsync(resource, desired, options, cancellationToken);
        }
    }

    private async Task<KubeObject> LookAndApplyAsync(Resource resource, KubeObject desired, ApplyOptions options, CancellationToken cancellationToken) =>
        await GetAsync(resource, desired.Key, cancellationToken) is null
            ? await ApplyAsync(resource, desired, options with { OnlyNew = false }, cancellationToken)
            : throw new ConflictException($"apply {resource} {desired.Key}", ApiStatus.Silent("there is one already"));

    /// <summary>Changes parts of an object, of its status, or of its scale.</summary>
    public Task<KubeObject> PatchAsync(
        Resource resource, ObjectKey key, PatchKind kind, JsonNode patch, string fieldManager, Subresource subresource, CancellationToken cancellationToken)
    {
        var request = ApiRequest.ForObject(HttpMethod.Patch, "patch", resource, key, subresource);
        request.ContentType = kind == PatchKind.Json ? "application/json-patch+json" : "application/merge-patch+json";
        request.Body = ApiRequest.Bytes(patch);
        return ObjectAsync(request.With("fieldManager", fieldManager), resource, cancellationToken);
    }

    /// <summary>Deletes an object.</summary>
    /// <returns>Whether there was one. It may still be there for a while, held by finalizers.</returns>
    /// <exception cref="ConflictException">It is not the one that the options ask for.</exception>
    public async Task<bool> DeleteAsync(Resource resource, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken)
    {
        var request = ApiRequest.ForObject(HttpMethod.Delete, "delete", resource, key, Subresource.None);
        request.Body = ApiRequest.Bytes(options.ToJson());
        try
        {
            using var answer = await _transport.JsonAsync(request, cancellationToken);
            return true;
        }
        catch (NotFoundException)
        {
            return false;
        }
    }

    /// <summary>The lines that a container of a pod has written, and with <see cref="LogSelection.Follow"/> those that it goes on to write. One that is
    /// longer than <see cref="LogLines.MostCharacters"/> is cut, and ends in three dots.</summary>
    /// <exception cref="NotFoundException">There is no such pod.</exception>
    /// <exception cref="UnavailableException">The stream broke.</exception>
    public async IAsyncEnumerable<string> LogsAsync(ObjectKey pod, LogSelection selection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ApiRequest(HttpMethod.Get, $"{Resource.Pods.Path(pod)}/log", $"get pods/log {pod}") { Resource = "pods/log", Accept = "*/*" };
        request.With("container", selection.Container).With("follow", selection.Follow ? "true" : "").With("timestamps", selection.Timestamps ? "true" : "")
            .With("tailLines", selection.Tail?.ToString(CultureInfo.InvariantCulture) ?? "");
        using var response = await _transport.OpenAsync(request, cancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        var lines = new LogLines(reader);
        while (await LineAsync(lines, request, cancellationToken) is { } line)
        {
            yield return line;
        }
    }

    /// <summary>What the server serves.</summary>
    public Task<ApiSurface> DiscoverAsync(CancellationToken cancellationToken) => new ApiDiscovery(_transport).ReadAsync(cancellationToken);

    public void Dispose() => _transport.Dispose();

    private static async Task<string?> LineAsync(LogLines lines, ApiRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.NextAsync(cancellationToken);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new UnavailableException(request.What, ApiStatus.Silent($"the log broke off: {error.GetBaseException().Message}"), error);
        }
    }

    private async Task<KubeList> ListAsync(Resource resource, Selection selection, int limit, CancellationToken cancellationToken)
    {
        var items = new List<KubeObject>();
        var (version, next) = ("", "");
        do
        {
            try
            {
                (version, next) = await ChunkAsync(resource, selection, limit, next, items, cancellationToken);
            }
            catch (UnavailableException error) when (error.InnerException is InvalidDataException && limit != 1)
            {
                // Large objects, or everything at once: the same again in smaller chunks.
                limit = limit == 0 ? ChunkSize : limit / 2;
                version = "";
            }
        }
        while (next.Length > 0 || version.Length == 0);
        return new(version, items);
    }

    /// <returns>The moment of the list, and where it goes on; empty for nowhere.</returns>
    private async Task<(string Version, string Next)> ChunkAsync(Resource resource, Selection selection, int limit, string from, List<KubeObject> items, CancellationToken cancellationToken)
    {
        var request = ApiRequest.ForCollection(HttpMethod.Get, "list", resource, selection.Namespace);
        request.Accept = selection.MetadataOnly ? PartialMetadataList : "application/json";
        request.With("limit", limit > 0 ? limit.ToString() : "").With("continue", from).With(selection);
        using var answer = await _transport.JsonAsync(request, cancellationToken);
        try
        {
            items.AddRange(answer.RootElement.Items("items").Select(item => KubeObject.Read(item, resource)));
        }
        catch (JsonException error)
        {
            throw new UnavailableException(request.What, ApiStatus.Silent(error.Message), error);
        }
        var metadata = answer.RootElement.Field("metadata");
        return metadata.Text("resourceVersion") is { Length: > 0 } version
            ? (version, metadata.Text("continue") ?? "")
            : throw new UnavailableException(request.What, ApiStatus.Silent("the list has no resourceVersion: is this an API server?"));
    }

    private async Task<KubeObject> ObjectAsync(ApiRequest request, Resource resource, CancellationToken cancellationToken)
    {
        using var answer = await _transport.JsonAsync(request, cancellationToken);
        try
        {
            return KubeObject.Read(answer.RootElement, resource);
        }
        catch (JsonException error)
        {
            throw new UnavailableException(request.What, ApiStatus.Silent(error.Message), error);
        }
    }
}
