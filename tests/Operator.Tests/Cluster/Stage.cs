using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Tapedeck.Kube;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Hosting;
using Tapedeck.Operator.Tools;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Writing;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>A namespace of a real server with the operator at work in it. Registries are what the test says.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly KubeClient _client;
    private readonly KubeClient _operator;
    private readonly Settings _settings;
    private readonly ConcurrentQueue<Notice> _notices = [];
    private CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;

    private Stage(ApiServer server, string @namespace)
    {
        _client = server.Client;
        _operator = server.Operator;
        Namespace = @namespace;
        _settings = Given.Settings with { WatchedNamespace = @namespace };
    }

    internal string Namespace { get; }

    /// <summary>What the registry answers at present.</summary>
    internal Func<ResolveRequest, Resolution> Registry { get; set; } = request => Given.Found(request.Inputs);

    internal static async Task<Stage> OpenAsync(ApiServer server)
    {
        var name = $"stage-{Guid.NewGuid():n}"[..20];
        await server.Client.CreateAsync(Kinds.Namespaces, KubeObject.From(Json.Object(("apiVersion", "v1"), ("kind", "Namespace"), ("metadata", Json.Object(("name", name))))), "tests", default);
        var stage = new Stage(server, name);
        await stage.StartAsync();
        return stage;
    }

    internal async Task StartAsync()
    {
        _stop = new CancellationTokenSource();
        var surface = await Watching.SurfaceAsync(_operator, _stop.Token);
        var watching = Watching.Make(_operator, _settings, surface, TimeProvider.System, () => new Random(7), _notices.Enqueue);
        var leader = new Leader(_operator, watching, _settings, new HostOptions(2, 2, 0), (request, _) => Task.FromResult(Registry(request)), "test", TimeProvider.System, _notices.Enqueue);
        _work = leader.RunAsync(_stop.Token);
    }

    internal async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    internal Task ApplyAsync(Resource resource, string name, string spec, params (string, string)[] annotations)
    {
        var problems = new ProblemList("test");
        var metadata = Json.Object(("name", name), ("namespace", Namespace), ("annotations", Json.Map(annotations.ToDictionary(pair => pair.Item1, pair => pair.Item2)).OrNull()));
        var @object = KubeObject.From(Json.Object(
            ("apiVersion", resource.ApiVersion), ("kind", resource.Kind), ("metadata", metadata), ("spec", JsonNode.Parse(JsonText.Write(Documents.Read(spec, problems).Single())))));
        return _client.ApplyAsync(resource, @object, new ApplyOptions("tests") { Force = true }, default);
    }

    internal async Task<KubeObject> GetAsync(Resource resource, string name = "weather") =>
        await _client.GetAsync(resource, new(Namespace, name), default) ?? throw new InvalidOperationException($"there is no {resource} {name}; {Said}");

    internal Task<KubeObject?> FindAsync(Resource resource, string name = "weather") => _client.GetAsync(resource, new(Namespace, name), default);

    internal Task<bool> DeleteAsync(Resource resource, string name = "weather") => _client.DeleteAsync(resource, new(Namespace, name), new DeleteOptions(), default);

    /// <summary>Waits until a condition of an object is <c>Status/Reason</c>.</summary>
    internal Task ConditionAsync(string type, string expected, Resource? resource = null, string name = "weather")
    {
        var last = "";
        return Eventually.Is($"{type} of {name} is {expected}, but it is {last}; {Said}", async () =>
        {
            var condition = await FindAsync(resource ?? Kinds.WasmTools, name) is { } found ? Condition.Find(found, type) : null;
            last = condition is null ? "absent" : $"{condition.StatusText}/{condition.Reason}";
            return last == expected;
        });
    }

    /// <summary>Stands in for the Deployment controller, which this server does not have.</summary>
    internal async Task RolledOutAsync()
    {
        var deployment = await GetAsync(Kinds.Deployments);
        var pods = deployment.Find("spec", "replicas")!.Value.GetInt32();
        var status = Json.Object(("status", Json.Object(
            ("observedGeneration", deployment.Metadata.Generation), ("replicas", pods), ("updatedReplicas", pods), ("readyReplicas", pods), ("availableReplicas", pods))));
        await _client.PatchAsync(Kinds.Deployments, deployment.Key, PatchKind.Merge, status, "tests", Subresource.Status, default);
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
        _stop.Dispose();
    }
}
