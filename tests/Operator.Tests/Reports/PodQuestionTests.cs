using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Hosting;
using Tapedeck.Operator.Reports;
using Tapedeck.Operator.Tests.Cluster;
using Xunit;

namespace Tapedeck.Operator.Tests.Reports;

/// <summary>Whose word counts. The controllers of Deployments and ReplicaSets, and the pods' runtimes, are the test's to play.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class PodQuestionTests(ApiServer server)
{
    private const string Plain = "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}\nreplicas: 1";

    [ApiServerFact]
    public async Task A_pod_says_what_it_serves_where_it_is_the_tools_and_else_nobody_asks_it()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        var deployment = await stage.GetAsync(Kinds.Deployments);
        var tool = await stage.GetAsync(Kinds.WasmTools);
        var ours = await SetAsync(stage, "weather-1", Controller("Deployment", "apps/v1", deployment));
        var loose = await SetAsync(stage, "loose", null);
        var elses = await SetAsync(stage, "elses", Json.Object(("apiVersion", "apps/v1"), ("kind", "Deployment"), ("name", "other"), ("uid", Given.Uid), ("controller", true)));
        var claimed = await SetAsync(stage, "claimed", Json.Object(("apiVersion", "apps/v1"), ("kind", "Deployment"), ("name", "weather"), ("uid", Given.Uid), ("controller", true)));
        await PodAsync(stage, "ours", "10.0.0.1", Controller("ReplicaSet", "apps/v1", ours));
        Assert.Equal(["10.0.0.1"], await AskedAsync(stage));

        // Of somebody who may make pods. They are newer, so that they would be asked first.
        (string Name, JsonObject? Owner)[] forged =
        [
            ("nobodys", null),
            ("of-the-deployment", Controller("Deployment", "apps/v1", deployment)),
            ("of-the-tool", Controller("WasmTool", "tapedeck.dev/v1alpha1", tool)),
            ("of-a-loose-set", Controller("ReplicaSet", "apps/v1", loose)),
            ("of-anothers-set", Controller("ReplicaSet", "apps/v1", elses)),
            ("of-a-claimed-set", Controller("ReplicaSet", "apps/v1", claimed)),
            ("of-no-set", Json.Object(("apiVersion", "apps/v1"), ("kind", "ReplicaSet"), ("name", "weather-1"), ("uid", Given.Uid), ("controller", true))),
            ("owned-and-not-controlled", Owned(Controller("ReplicaSet", "apps/v1", ours))),
        ];
        foreach (var (index, (name, owner)) in forged.Index())
        {
            await PodAsync(stage, name, $"10.6.6.{index}", owner);
        }
        Assert.Equal(["10.0.0.1"], await AskedAsync(stage));
    }

    [ApiServerFact]
    public async Task Nobody_is_asked_where_the_Deployment_is_not_the_tools()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.StopAsync();
        var template = "selector: {matchLabels: {app: x}}\ntemplate: {metadata: {labels: {app: x}}, spec: {containers: [{name: a, image: x}]}}";
        await stage.ApplyAsync(Kinds.Deployments, "weather", template);
        var set = await SetAsync(stage, "weather-1", Controller("Deployment", "apps/v1", await stage.GetAsync(Kinds.Deployments)));
        await PodAsync(stage, "theirs", "10.6.6.6", Controller("ReplicaSet", "apps/v1", set));
        Assert.Empty(await AskedAsync(stage));
    }

    [ApiServerFact]
    public async Task What_all_enforce_is_the_least_that_one_of_them_does()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        var set = Controller("ReplicaSet", "apps/v1", await SetAsync(stage, "weather-1", Controller("Deployment", "apps/v1", await stage.GetAsync(Kinds.Deployments))));
        var generations = new Dictionary<string, int?> { ["10.0.0.1"] = 5, ["10.0.0.2"] = 4, ["10.0.0.3"] = 4 };
        foreach (var address in generations.Keys)
        {
            await PodAsync(stage, $"ours-{address}", address, set);
        }
        Assert.Equal(4, await LeastAsync());
        generations["10.0.0.2"] = generations["10.0.0.3"] = 5;
        Assert.Equal(5, await LeastAsync());
        // Of one that is ready and says nothing nobody knows what it enforces.
        generations["10.0.0.2"] = null;
        Assert.Equal(5, await LeastAsync());
        await ReadyAsync(stage, "ours-10.0.0.2");
        Assert.Null((await AnswerAsync()).Enforced);
        // More of them than are asked at once.
        generations["10.0.0.2"] = 5;
        foreach (var index in Enumerable.Range(10, 20))
        {
            generations[$"10.0.0.{index}"] = index == 12 ? 3 : 5;
            await PodAsync(stage, $"ours-10.0.0.{index}", $"10.0.0.{index}", set);
        }
        Assert.Equal(3, await LeastAsync());
        // Where asking takes too long the rest is not asked, and so has not said.
        await ReadyAsync(stage, "ours-10.0.0.1");
        Assert.Equal(3, await LeastAsync());
        Assert.Null((await AnswerAsync(new FastTime(1e9))).Enforced);

        async Task<long?> LeastAsync() => (await AnswerAsync()).Enforced?.Min(name => name.Generation);

        async Task<PodAnswer> AnswerAsync(TimeProvider? time = null)
        {
            using var pods = new Runtimes(address => generations[address] is { } generation ? $$$"""{"tools": [{"name": "{{{stage.Namespace}}}/weather", "policy": {"generation": {{{generation}}}}, "artifact": {"digest": "sha256:00"}}]}""" : null);
            using var http = new HttpClient(pods);
            return await new PodQuestion(server.Operator, http, time ?? TimeProvider.System).AskAsync(new(stage.Namespace, "weather"), default);
        }
    }

    [ApiServerFact]
    public async Task Who_says_nothing_is_known_by_name_where_no_newer_one_serves()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        var set = Controller("ReplicaSet", "apps/v1", await SetAsync(stage, "weather-1", Controller("Deployment", "apps/v1", await stage.GetAsync(Kinds.Deployments))));
        var said = new Dictionary<string, string?> { ["10.0.0.1"] = Serving(stage.Namespace), ["10.0.0.2"] = $$$"""{"tools": [{"name": "{{{stage.Namespace}}}/weather", "failure": {"reason": "InvalidComponent"}}]}""", ["10.0.0.3"] = null };
        foreach (var address in said.Keys)
        {
            await PodAsync(stage, $"ours-{address}", address, set);
            // Times of creation are in seconds.
            await Task.Delay(1_000);
        }
        Assert.Equal(("ours-10.0.0.2", "ours-10.0.0.3"), await NamesAsync());
        await using var way = await FaultyWay.OpenAsync(server);
        using (var runtimes = new HttpClient(new Runtimes(address => said[address])))
        {
            var asked = 0;
            var question = new PodQuestion(way.Client, runtimes, TimeProvider.System);
            var reporter = new Reporter((tool, token) => (Interlocked.Increment(ref asked), question.AskAsync(tool, token)).Item2, 1, new FastTime(20), _ => { }, default);
            PodWord Look() => reporter.Look(new(stage.Namespace, "weather"), new("", "", new(1, ""), IsAvailable: false, IsSettled: false), null);
            await Eventually.Is("it is known", () => Task.FromResult(Look().Answer.Failure is not null));
            // An API server that does not answer takes nothing back.
            way.Refuse = request => request.Path.Value!.EndsWith("/pods", StringComparison.Ordinal) ? 503 : null;
            var before = asked;
            await Eventually.Is("it was asked again", () => Task.FromResult(Look().Answer.Failure is not null && asked > before + 1));
            Assert.NotNull(Look().Answer.Failure);
        }
        said["10.0.0.2"] = null;
        Assert.Equal(("", "ours-10.0.0.3 ours-10.0.0.2"), await NamesAsync());
        said["10.0.0.3"] = said["10.0.0.1"];
        Assert.Equal(("", ""), await NamesAsync());

        async Task<(string Failing, string Silent)> NamesAsync()
        {
            using var pods = new Runtimes(address => said[address]);
            using var http = new HttpClient(pods);
            var answer = await new PodQuestion(server.Operator, http, TimeProvider.System).AskAsync(new(stage.Namespace, "weather"), default);
            return (answer.Failing, string.Join(' ', answer.Silent));
        }
    }

    /// <summary>After a shutdown of its node, a preemption, an eviction. It keeps its address in its status.</summary>
    [ApiServerTheory]
    [InlineData("Failed")]
    [InlineData("Succeeded")]
    public async Task A_pod_that_has_ended_is_not_asked(string phase)
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        var set = Controller("ReplicaSet", "apps/v1", await SetAsync(stage, "weather-1", Controller("Deployment", "apps/v1", await stage.GetAsync(Kinds.Deployments))));
        await PodAsync(stage, "ours", "10.0.0.1", set);
        await PodAsync(stage, "ended", "10.0.0.2", set);
        await StatusAsync(stage, "ended", Json.Object(("phase", phase)));
        Assert.Equal(["10.0.0.1"], await AskedAsync(stage));
    }

    [ApiServerFact]
    public async Task An_answer_of_another_tool_is_none()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        var set = Controller("ReplicaSet", "apps/v1", await SetAsync(stage, "weather-1", Controller("Deployment", "apps/v1", await stage.GetAsync(Kinds.Deployments))));
        await PodAsync(stage, "ours", "10.0.0.1", set);
        using var pods = new Runtimes(_ => Serving("elsewhere"));
        using var http = new HttpClient(pods);
        var answer = await new PodQuestion(server.Operator, http, TimeProvider.System).AskAsync(new(stage.Namespace, "weather"), default);
        Assert.Equal((null, null, "ours"), (answer.Report, answer.Enforced, Assert.Single(answer.Silent)));
    }

    [ApiServerFact]
    public async Task Of_pods_that_have_ended_is_said_why_where_no_other_one_is_there()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        var deployment = await stage.GetAsync(Kinds.Deployments);
        var set = Controller("ReplicaSet", "apps/v1", await SetAsync(stage, "weather-1", Controller("Deployment", "apps/v1", deployment)));
        var spec = JsonNode.Parse(deployment.Find("spec", "template", "spec")!.Value.GetRawText())!.AsObject();
        spec.Remove("serviceAccountName");
        var before = spec.DeepClone().AsObject();
        before["volumes"]!.AsArray().Single(volume => volume!["name"]!.GetValue<string>() == "tool")!["configMap"]!["name"] = "weather-tool-before";
        var evicted = Json.Object(("phase", "Failed"), ("reason", "Evicted"), ("message", "The node was low on resource: memory."));
        var unscheduled = Json.Object(("conditions", Json.Array(Json.Object(("type", "PodScheduled"), ("status", "False"), ("reason", "Unschedulable"), ("message", "no node")))));
        // Of the roll-out before nothing is said, however new it is.
        await PodAsync(stage, "before", "", set, before);
        await StatusAsync(stage, "before", unscheduled);
        Assert.Null(await TroubleAsync());
        await PodAsync(stage, "evicted", "", set, spec.DeepClone().AsObject());
        await StatusAsync(stage, "evicted", evicted);
        Assert.Equal("pod evicted: Evicted: The node was low on resource: memory.", await TroubleAsync());
        // Its successor serves, and no more can be made.
        await PodAsync(stage, "ours", "10.0.0.1", set, spec.DeepClone().AsObject());
        await ReadyAsync(stage, "ours");
        Assert.Null(await TroubleAsync());
        await PodAsync(stage, "another", "", set, spec.DeepClone().AsObject());
        await StatusAsync(stage, "another", unscheduled.DeepClone().AsObject());
        Assert.Equal("pod another: Unschedulable: no node", await TroubleAsync());

        async Task<string?> TroubleAsync()
        {
            using var pods = new Runtimes(_ => null);
            using var http = new HttpClient(pods);
            return (await new PodQuestion(server.Operator, http, TimeProvider.System).AskAsync(new(stage.Namespace, "weather"), default)).Trouble;
        }
    }

    /// <summary>Kubelet says it in an event alone.</summary>
    [ApiServerFact]
    public async Task A_Secret_that_a_pod_waits_for_is_named()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain.Replace("{tag: v1}", "{tag: v1}, pullSecrets: [registry-login]", StringComparison.Ordinal) + "\nendpoint: {tlsSecret: weather-tls, bearerToken: {name: weather-token, key: bearer}}");
        var deployment = await stage.GetAsync(Kinds.Deployments);
        var set = Controller("ReplicaSet", "apps/v1", await SetAsync(stage, "weather-1", Controller("Deployment", "apps/v1", deployment)));
        var spec = JsonNode.Parse(deployment.Find("spec", "template", "spec")!.Value.GetRawText())!.AsObject();
        spec.Remove("serviceAccountName");
        await PodAsync(stage, "ours", "", set, spec);
        await StatusAsync(stage, "ours", Json.Object(
            ("conditions", Json.Array(Json.Object(("type", "PodScheduled"), ("status", "True")))),
            ("containerStatuses", Json.Array(Json.Object(("name", "runtime"), ("image", "x"), ("imageID", ""), ("ready", false), ("restartCount", 0), ("state", Json.Object(("waiting", Json.Object(("reason", "ContainerCreating"))))))))));
        // Without it a pod would pull as nobody, be refused, and read its logins no more.
        Assert.Equal("pod ours waits for the Secret registry-login, which is not there; create it, or name another one", await TroubleAsync());
        await SecretAsync("registry-login", ".dockercfg");
        Assert.Equal("pod ours waits for the Secret weather-tls with tls.crt and tls.key, which is not there; create it, or name another one", await TroubleAsync());
        await SecretAsync("weather-tls", "tls.crt");
        Assert.StartsWith("pod ours waits for the Secret weather-tls ", await TroubleAsync(), StringComparison.Ordinal);
        await stage.DeleteAsync(Kinds.Secrets, "weather-tls");
        await SecretAsync("weather-tls", "tls.crt", "tls.key");
        Assert.StartsWith("pod ours waits for the Secret weather-token with bearer", await TroubleAsync(), StringComparison.Ordinal);
        await SecretAsync("weather-token", "bearer");
        Assert.Null(await TroubleAsync());

        async Task<string?> TroubleAsync()
        {
            using var pods = new Runtimes(_ => null);
            using var http = new HttpClient(pods);
            return (await new PodQuestion(server.Operator, http, TimeProvider.System).AskAsync(new(stage.Namespace, "weather"), default)).Trouble;
        }

        Task SecretAsync(string name, params string[] keys) => server.Client.CreateAsync(
            Kinds.Secrets,
            KubeObject.From(Json.Object(("apiVersion", "v1"), ("kind", "Secret"), ("metadata", Json.Object(("name", name), ("namespace", stage.Namespace))), ("data", Json.Map(keys.Select(key => KeyValuePair.Create(key, "eA==")))))),
            "tests",
            default);
    }

    /// <summary>By tenants' pods, of which as many say at once as much as they may.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task What_pods_say_takes_half_of_the_operators_memory_at_most(int more, bool isHeard)
    {
        // With as much again for buffers that grow.
        Assert.InRange(2L * Leader.PodSlots * PodQuestion.MostAtOnce * PodQuestion.MostBytes, 0, 256 << 20);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var http = PodQuestion.MakeHttp();
        var asked = http.GetByteArrayAsync(new Uri($"http://{listener.LocalEndpoint}/status"));
        using var connection = await listener.AcceptTcpClientAsync();
        await using var stream = connection.GetStream();
        // Of an unknown length.
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray());
        await stream.WriteAsync(new byte[PodQuestion.MostBytes + more]);
        connection.Client.Shutdown(SocketShutdown.Send);
        var error = await Record.ExceptionAsync(() => asked);
        Assert.Equal(isHeard, error is null);
        Assert.Equal(isHeard ? null : HttpRequestError.ConfigurationLimitExceeded, (error as HttpRequestException)?.HttpRequestError);
    }

    private static string Serving(string @namespace) => $$$"""{"tools": [{"name": "{{{@namespace}}}/weather", "artifact": {"digest": "sha256:00"}}]}""";

    /// <returns>The addresses that were asked.</returns>
    private async Task<string[]> AskedAsync(Stage stage)
    {
        using var pods = new Runtimes(_ => Serving(stage.Namespace));
        using var http = new HttpClient(pods);
        var answer = await new PodQuestion(server.Operator, http, TimeProvider.System).AskAsync(new(stage.Namespace, "weather"), default);
        Assert.Equal(pods.Asked.IsEmpty, answer.Report is null);
        return [.. pods.Asked];
    }

    private Task<KubeObject> ReadyAsync(Stage stage, string name) => StatusAsync(stage, name, Json.Object(("conditions", Json.Array(Json.Object(("type", "Ready"), ("status", "True"))))));

    private Task<KubeObject> StatusAsync(Stage stage, string name, JsonObject status) =>
        server.Client.PatchAsync(Kinds.Pods, new(stage.Namespace, name), PatchKind.Merge, Json.Object(("status", status)), "kubelet", Subresource.Status, default);

    private async Task<KubeObject> SetAsync(Stage stage, string name, JsonObject? owner) => await server.Client.CreateAsync(
        Kinds.ReplicaSets,
        KubeObject.From(Json.Object(
            ("apiVersion", "apps/v1"),
            ("kind", "ReplicaSet"),
            ("metadata", Metadata(stage, name, owner)),
            ("spec", Json.Object(
                ("replicas", 0),
                ("selector", Json.Object(("matchLabels", Json.Object(("set", name))))),
                ("template", Json.Object(("metadata", Json.Object(("labels", Json.Object(("set", name))))), ("spec", Spec()))))))),
        "tests",
        default);

    private async Task PodAsync(Stage stage, string name, string address, JsonObject? owner, JsonObject? spec = null)
    {
        await server.Client.CreateAsync(Kinds.Pods, KubeObject.From(Json.Object(("apiVersion", "v1"), ("kind", "Pod"), ("metadata", Metadata(stage, name, owner)), ("spec", spec ?? Spec()))), "tests", default);
        await StatusAsync(stage, name, Json.Object(("podIP", address)));
    }

    private static JsonObject Spec() => Json.Object(("containers", Json.Array(Json.Object(("name", "runtime"), ("image", "x")))));

    private static JsonObject Metadata(Stage stage, string name, JsonObject? owner) => Json.Object(
        ("name", name), ("namespace", stage.Namespace),
        ("labels", Json.Object((Names.ManagedByLabel, Names.ManagedBy), (Names.ToolLabel, "weather"))),
        ("ownerReferences", owner is null ? null : Json.Array(owner.DeepClone())));

    private static JsonObject Controller(string kind, string apiVersion, KubeObject of) =>
        Json.Object(("apiVersion", apiVersion), ("kind", kind), ("name", of.Metadata.Name), ("uid", of.Metadata.Uid), ("controller", true));

    private static JsonObject Owned(JsonObject controller)
    {
        controller["controller"] = false;
        return controller;
    }

    /// <summary>In the place of all pods.</summary>
    /// <param name="answer">By address; null for none.</param>
    private sealed class Runtimes(Func<string, string?> answer) : HttpMessageHandler
    {
        internal ConcurrentQueue<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Enqueue(request.RequestUri!.Host);
            return answer(request.RequestUri.Host) is { } json
                ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(json) })
                : Task.FromException<HttpResponseMessage>(new HttpRequestException("nobody is there"));
        }
    }
}
