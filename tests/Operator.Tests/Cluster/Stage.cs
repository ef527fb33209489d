using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Tapedeck.Kube;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Children;
using Tapedeck.Operator.Hosting;
using Tapedeck.Operator.Reports;
using Tapedeck.Operator.Tools;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Writing;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>A namespace of a real server with the operator at work in it. Registries are what the test says.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly KubeClient _client;
    private readonly KubeClient _operator;
    private readonly ConcurrentQueue<Notice> _notices = [];
    private CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;

    private Stage(ApiServer server, string @namespace, KubeClient? @as, Func<Settings, Settings>? settings)
    {
        _client = server.Client;
        _operator = @as ?? server.Operator;
        Namespace = @namespace;
        var usual = Given.Settings with { WatchedNamespace = @namespace };
        Settings = settings?.Invoke(usual) ?? usual;
    }

    /// <summary>Another operator's view of this namespace, which nothing follows yet.</summary>
    internal async Task<Caches> CachesAsync() => Watching.Make(_operator, Settings, await Watching.SurfaceAsync(_operator, null, default), Time, () => new Random(7), _notices.Enqueue).Caches;

    internal static string NewNamespace() => $"stage-{Guid.NewGuid():n}"[..20];

    internal string Namespace { get; }

    /// <summary>What the installer says; of the next start where it is changed.</summary>
    internal Settings Settings { get; set; }

    /// <summary>What the registry answers at present.</summary>
    internal Func<ResolveRequest, Resolution> Registry { get; set; } = request => Given.Found(request.Inputs);

    /// <summary>What a pod says of the tool of this name; by default that it serves what it is to serve, under the policies that it was handed.</summary>
    internal Func<KubeObject, RuntimeReport?> Pods { get; set; } = Obedient;

    /// <summary>Which snapshot of policies a pod enforces that has the file of this one; by default that one.</summary>
    internal Func<SnapshotName, SnapshotName> Enforces { get; set; } = file => file;

    /// <summary>What the pods serve that do; by default what they are to.</summary>
    internal string? Serving { get; set; }

    /// <summary>How long pods take to answer.</summary>
    internal TimeSpan Silence { get; set; }

    /// <summary>Why a new pod does not serve, which was to serve the ConfigMap of that name; by default none says so.</summary>
    internal Func<string, PodFailure?>? Failure { get; set; }

    internal OperatorTelemetry Telemetry { get; } = new(() => true, 2, _ => null);

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal static RuntimeReport Obedient(KubeObject tool) => new(
        Artifact.Read(tool)?.Digest ?? "", 1_234, [], [], [], ["forecast"], "hash-1", new(0, ""));

    /// <summary>Registries that do not answer; by default all do, at once.</summary>
    internal Func<ResolveRequest, CancellationToken, Task>? Delay { get; set; }

    /// <param name="time">The operator's clock; the machine's by default.</param>
    /// <param name="as">Whom the operator acts as; by default somebody with its own rights in the whole cluster.</param>
    internal static async Task<Stage> OpenAsync(ApiServer server, TimeProvider? time = null, KubeClient? @as = null, Func<Settings, Settings>? settings = null, string? @namespace = null)
    {
        var name = @namespace ?? NewNamespace();
        if (@namespace is null)
        {
            await server.Client.CreateAsync(Kinds.Namespaces, KubeObject.From(Json.Object(("apiVersion", "v1"), ("kind", "Namespace"), ("metadata", Json.Object(("name", name), ("labels", Json.Object(("stage", name))))))), "tests", default);
        }
        var stage = new Stage(server, name, @as, settings) { Time = time ?? TimeProvider.System };
        stage.Start();
        return stage;
    }

    internal void Start()
    {
        _stop = new CancellationTokenSource();
        var leading = new Leading(_operator, Settings, new HostOptions(2, 2, 0), new Outside(AskRegistryAsync, AskPodsAsync), Telemetry, "test", Time, () => new Random(7), _notices.Enqueue);
        _work = leading.RunAsync(_stop.Token);
    }

    private async Task<Resolution> AskRegistryAsync(ResolveRequest request, CancellationToken cancellationToken)
    {
        await (Delay?.Invoke(request, cancellationToken) ?? Task.CompletedTask);
        return Registry(request);
    }

    private async Task<PodAnswer> AskPodsAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        await Task.Delay(Silence, cancellationToken);
        var report = await _client.GetAsync(Kinds.WasmTools, key, cancellationToken) is { } tool ? Pods(tool) : null;
        var map = Rollout.Of(await _client.GetAsync(Kinds.Deployments, key, cancellationToken)).ToolConfigMap;
        return new(report is null ? null : report with { ToolConfigMap = Serving ?? map }, Failure?.Invoke(map)) { Enforced = report is null ? null : [Enforces(await HandedAsync(key.Name))] };
    }

    /// <summary>The snapshot that pods find in their file.</summary>
    internal async Task<SnapshotName> HandedAsync(string name = "weather")
    {
        var map = await GetAsync(Kinds.ConfigMaps, $"{name}-policy");
        return new(Counting.NumberOf(map), Tapedeck.Manifest.PolicySnapshot.HashOf(map.Find("data", "policy.json")!.Value.GetString()!));
    }

    internal async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    internal Task ApplyAsync(Resource resource, string name, string spec, params (string, string)[] annotations)
    {
        var problems = new ProblemList("test");
        var metadata = Json.Object(("name", name), ("namespace", resource.Namespaced ? JsonValue.Create(Namespace) : null), ("annotations", Json.Map(annotations.ToDictionary(pair => pair.Item1, pair => pair.Item2)).OrNull()));
        var @object = KubeObject.From(Json.Object(
            ("apiVersion", resource.ApiVersion), ("kind", resource.Kind), ("metadata", metadata), ("spec", JsonNode.Parse(JsonText.Write(Documents.Read(spec, problems).Single())))));
        return _client.ApplyAsync(resource, @object, new ApplyOptions("tests") { Force = true }, default);
    }

    internal async Task<KubeObject> GetAsync(Resource resource, string name = "weather") =>
        await _client.GetAsync(resource, new(Namespace, name), default) ?? throw new InvalidOperationException($"there is no {resource} {name}; {Said}");

    internal Task<KubeObject?> FindAsync(Resource resource, string name = "weather") => _client.GetAsync(resource, new(Namespace, name), default);

    /// <summary>Makes an object as somebody who never applies, so that no field of it is anybody's to take.</summary>
    internal Task<KubeObject> MakeAsync(Resource resource, string? spec, string name = "weather", JsonObject? metadata = null, params ReadOnlySpan<(string, JsonNode?)> content)
    {
        var json = Json.Object(content);
        json["apiVersion"] = resource.ApiVersion;
        json["kind"] = resource.Kind;
        json["metadata"] = metadata ?? [];
        json["metadata"]!["name"] = name;
        json["metadata"]!["namespace"] = Namespace;
        if (spec is not null)
        {
            json["spec"] = JsonNode.Parse(JsonText.Write(Documents.Read(spec, new ProblemList("test")).Single()));
        }
        return _client.CreateAsync(resource, KubeObject.From(json), "somebody", default);
    }

    internal Task<bool> DeleteAsync(Resource resource, string name = "weather") => _client.DeleteAsync(resource, new(Namespace, name), new DeleteOptions(), default);

    /// <summary>Waits until a condition of an object is <c>Status/Reason</c>.</summary>
    internal Task ConditionAsync(string type, string expected, Resource? resource = null, string name = "weather")
    {
        var last = "";
        return Eventually.Is(() => $"{type} of {name} is {expected}, but it is {last}; {Said}{_work.Exception}", async () =>
        {
            var condition = await FindAsync(resource ?? Kinds.WasmTools, name) is { } found ? Condition.Find(found, type) : null;
            last = condition is null ? "absent" : $"{condition.StatusText}/{condition.Reason}";
            return last == expected;
        });
    }

    /// <summary>Stands in for the Deployment controller, which this server does not have: all pods are new, and ready.</summary>
    internal async Task RolledOutAsync(string name = "weather")
    {
        var pods = (await GetAsync(Kinds.Deployments, name)).Find("spec", "replicas")!.Value.GetInt32();
        await PodsAsync(pods, pods, pods, name: name);
    }

    /// <summary>Has the Deployment say this, as its controller would.</summary>
    internal async Task PodsAsync(int replicas, int updated, int available, string? progressing = null, string name = "weather")
    {
        var deployment = await GetAsync(Kinds.Deployments, name);
        var conditions = progressing is null ? new JsonArray() : Json.Array(Json.Object(("type", "Progressing"), ("status", "False"), ("reason", progressing), ("message", "it takes too long")));
        var status = Json.Object(("status", Json.Object(
            ("observedGeneration", deployment.Metadata.Generation), ("replicas", replicas), ("updatedReplicas", updated), ("readyReplicas", available), ("availableReplicas", available), ("conditions", conditions))));
        await _client.PatchAsync(Kinds.Deployments, deployment.Key, PatchKind.Merge, status, "tests", Subresource.Status, default);
    }

    /// <summary>Applies a tool, and waits until it serves.</summary>
    internal async Task ServeAsync(string spec, string name = "weather")
    {
        await ApplyAsync(Kinds.WasmTools, name, spec);
        await ConditionAsync("Ready", "Unknown/Starting", name: name);
        await RolledOutAsync(name);
        await ConditionAsync("Reconciling", "False/Done", name: name);
        await ConditionAsync("Ready", "True/Serving", name: name);
    }

    internal Task<Witness> WatchedAsync() => Witness.StartAsync(_client, Namespace);

    /// <summary>A registry whose tag has a digest, signed.</summary>
    internal Func<ResolveRequest, Resolution> Has(string digest) =>
        request => new Resolution.Found(new Artifact(request.Source.Repository, "v1", digest, request.Inputs, [Given.Signer]));

    internal Task AnnotateAsync(string annotation, string value, string name = "weather") =>
        PatchAsync(Kinds.WasmTools, name, Json.Object(("metadata", Json.Object(("annotations", Json.Object((annotation, value)))))));

    /// <summary>Has the registry asked now.</summary>
    internal Task LookAsync(string at, string name = "weather") => AnnotateAsync(Names.ReconcileAtAnnotation, at, name);

    internal async Task<string> PolicyAsync(string name = "weather") => (await GetAsync(Kinds.ConfigMaps, $"{name}-policy")).Find("data", "policy.json")!.Value.GetString()!;

    /// <summary>The reasons of all events, in no order.</summary>
    internal async Task<string[]> EventsAsync() =>
        [.. (await _client.ListAsync(Events, new Selection { Namespace = Namespace }, default)).Items.Select(item => item.Find("reason")!.Value.GetString()!)];

    /// <summary>A ceiling over this namespace alone, until it is disposed of.</summary>
    internal async Task<IAsyncDisposable> CeilingAsync(string spec)
    {
        var name = $"over-{Namespace}";
        await ApplyAsync(Kinds.Ceilings, name, $"namespaceSelector: {{matchLabels: {{stage: {Namespace}}}}}\n{spec}");
        return new Removal(() => _client.DeleteAsync(Kinds.Ceilings, ObjectKey.Cluster(name), new DeleteOptions(), default));
    }

    private static readonly Resource Events = new("events.k8s.io", "v1", "events", "Event");

    private sealed class Removal(Func<Task> remove) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await remove();
    }

    internal Task PatchAsync(Resource resource, string name, JsonObject patch) => _client.PatchAsync(resource, new(Namespace, name), PatchKind.Merge, patch, "somebody", Subresource.None, default);

    /// <summary>Of everything in the namespace that the operator writes: what changes is seen here.</summary>
    internal async Task<string> VersionsAsync()
    {
        var all = new List<string>();
        foreach (var resource in Kinds.Owned.AddRange(Kinds.WasmTools, Kinds.Policies, Kinds.Deployments, Kinds.OldDisruptionBudgets))
        {
            var list = await _client.ListAsync(resource, new Selection { Namespace = Namespace }, default);
            all.AddRange(list.Items.Select(item => $"{resource} {item.Key.Name} {item.Metadata.ResourceVersion}"));
        }
        return string.Join('\n', all.Order(StringComparer.Ordinal));
    }

    internal string Said => string.Join("; ", _notices.TakeLast(5).Select(notice => $"{notice.Text} {notice.Error?.Message}"));

    internal IEnumerable<Notice> Warnings => _notices.Where(notice => notice.Level != NoticeLevel.Information);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Telemetry.Dispose();
        _stop.Dispose();
    }
}
