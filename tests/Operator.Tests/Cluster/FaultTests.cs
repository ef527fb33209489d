using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Hosting;
using Tapedeck.Operator.Tools;
using Tapedeck.Policy.Writing;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>What goes wrong around the operator, on a real API server.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class FaultTests(ApiServer server)
{
    private const string Plain = "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}\nreplicas: 2";
    private static readonly Resource Roles = new("rbac.authorization.k8s.io", "v1", "roles", "Role");
    private static readonly Resource RoleBindings = new("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding");
    private static readonly Resource Quotas = new("", "v1", "resourcequotas", "ResourceQuota");

    public static TheoryData<string> Children => ["services", "networkpolicies", "serviceaccounts", "poddisruptionbudgets", "deployments", "configmaps"];

    [ApiServerTheory]
    [MemberData(nameof(Children))]
    public async Task A_child_that_is_edited_or_deleted_is_mended_at_once(string plural)
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        await using var witness = await stage.WatchedAsync();
        var resource = Kinds.Owned.AddRange(Kinds.OldDisruptionBudgets, Kinds.Deployments).Single(resource => resource.Plural == plural);
        var name = plural == "configmaps" ? "weather-policy" : "weather";
        var before = await stage.GetAsync(resource, name);
        // A label and an owner that somebody takes away: a cache that follows labels sees the object no more.
        await stage.PatchAsync(resource, name, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["tapedeck.dev/tool"] = null, ["app.kubernetes.io/managed-by"] = "somebody" } } });
        await Eventually.Is($"the labels of {plural} are back; {stage.Said}", async () =>
            (await stage.GetAsync(resource, name)).Metadata.Labels is var labels && labels.GetValueOrDefault("tapedeck.dev/tool") == "weather" && labels["app.kubernetes.io/managed-by"] == "tapedeck");
        // One that no selector asks for.
        await stage.PatchAsync(resource, name, Json.Object(("metadata", Json.Object(("labels", Json.Object(("app.kubernetes.io/name", "other")))))));
        await Eventually.Is($"the name of {plural} is back; {stage.Said}", async () => (await stage.GetAsync(resource, name)).Metadata.Labels["app.kubernetes.io/name"] == "tapedeck-tool");
        await stage.DeleteAsync(resource, name);
        await Eventually.Is($"{plural} is back; {stage.Said}", async () => await stage.FindAsync(resource, name) is { } back && back.Metadata.Uid != before.Metadata.Uid);
        Assert.Equal("weather", (await stage.GetAsync(resource, name)).Metadata.ControllerOwner!.Name);
        witness.SawNothingWrong();
        Assert.Empty(stage.Warnings);
    }

    [ApiServerFact]
    public async Task A_status_that_is_edited_by_hand_is_mended()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        var before = (await stage.GetAsync(Kinds.WasmTools)).Find("status")!.Value.GetRawText();
        foreach (var status in new[] { "{\"observedGeneration\": 77}", "{\"conditions\": []}", "{\"artifact\": {\"digest\": \"sha256:00\"}}", "{\"policyGeneration\": 0, \"superseded\": [{}], \"tagHistory\": {\"of\": \"x\"}}" })
        {
            await server.Client.PatchAsync(Kinds.WasmTools, new(stage.Namespace, "weather"), PatchKind.Merge, JsonNode.Parse($"{{\"status\": {status}}}")!, "somebody", Subresource.Status, default);
            await stage.ConditionAsync("Ready", "True/Serving");
            await stage.ConditionAsync("Reconciling", "False/Done");
            await Eventually.Is($"{status} is mended; {stage.Said}", async () => Same(before, (await stage.GetAsync(Kinds.WasmTools)).Find("status")!.Value.GetRawText()));
        }
    }

    [ApiServerFact]
    public async Task An_api_server_that_is_started_anew_is_followed_again()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        await using var witness = await stage.WatchedAsync();
        await server.RestartAsync();
        await stage.ApplyAsync(Kinds.Policies, "fetch", "toolSelector: {}\nnetwork: {allow: [{host: api.example}]}");
        await stage.ConditionAsync("PolicyAccepted", "True/Enforcing");
        await stage.DeleteAsync(Kinds.Services);
        await Eventually.Is($"the Service is back; {stage.Said}", async () => await stage.FindAsync(Kinds.Services) is not null);
        witness.Went("Ready", "True/Serving");
        witness.SawNothingWrong();
    }

    [ApiServerTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rights_in_one_namespace_are_enough_for_one_namespace(bool hasCeilings)
    {
        var name = Stage.NewNamespace();
        await GrantAsync(name, hasCeilings);
        using var forbidden = new Forbidden();
        using var client = server.Somebody(name);
        await using var stage = await Stage.OpenAsync(server, @as: client, settings: usual => usual with { HasCeilings = hasCeilings }, @namespace: name);
        await stage.ApplyAsync(Kinds.Policies, "fetch", "toolSelector: {}\nnetwork: {allow: [{host: api.example}]}");
        await stage.ServeAsync(Plain);
        await using (await stage.CeilingAsync("registries: [registry.example]"))
        {
            await (hasCeilings ? stage.ConditionAsync("Ready", "False/NotAllowed") : Task.Delay(1_500));
            await stage.ConditionAsync("Ready", hasCeilings ? "False/NotAllowed" : "True/Serving");
        }
        Assert.Empty(forbidden.Requests);
        Assert.Empty(stage.Warnings);
    }

    [ApiServerFact]
    public async Task Registries_that_never_answer_hold_up_no_other_tool()
    {
        await using var stage = await Stage.OpenAsync(server);
        stage.Delay = (request, token) => request.Source.Repository.StartsWith("hole", StringComparison.Ordinal) ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask;
        for (var i = 0; i < 16; i++)
        {
            // Half of them in one registry, half in one each.
            await stage.ApplyAsync(Kinds.WasmTools, $"hole-{i}", $"component: {{oci: {{repository: hole{(i % 2 == 0 ? 0 : i)}.example/a/b, ref: {{tag: v1}}}}}}");
        }
        await Eventually.Is("all are being resolved", async () => await stage.FindAsync(Kinds.WasmTools, "hole-15") is { } last && Condition.Find(last, "Ready") is not null);
        // The holes never answer, so that it is served beside them or never.
        await stage.ServeAsync(Plain);
        await stage.ConditionAsync("Ready", "Unknown/Resolving", name: "hole-1");
        // Deletion asks no registry.
        await stage.DeleteAsync(Kinds.WasmTools, "hole-1");
        await Eventually.Is("it is gone", async () => await stage.FindAsync(Kinds.WasmTools, "hole-1") is null);
    }

    [ApiServerFact]
    public async Task What_the_api_server_refuses_is_said_and_others_go_on()
    {
        await using var stage = await Stage.OpenAsync(server, new FastTime(20));
        await using var witness = await stage.WatchedAsync();
        await stage.ApplyAsync(Kinds.WasmTools, "wrong", Plain + "\nplacement: {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: 'a b', operator: Near}]}]}}}}");
        await stage.ConditionAsync("Stalled", "True/ChildRefused", name: "wrong");
        await stage.ConditionAsync("Ready", "False/ChildRefused", name: "wrong");
        await stage.ServeAsync(Plain);
        await server.Client.CreateAsync(Quotas, KubeObject.From(Json.Object(
            ("apiVersion", "v1"), ("kind", "ResourceQuota"), ("metadata", Json.Object(("name", "few"), ("namespace", stage.Namespace))), ("spec", Json.Object(("hard", Json.Object(("services", "1"))))))), "tests", default);
        await stage.ApplyAsync(Kinds.WasmTools, "second", Plain);
        await stage.ConditionAsync("Ready", "Unknown/Starting", name: "second");
        witness.SawNothingWrong();
    }

    /// <summary>Of fields that a tool hands on as they are, and that its own schema leaves open.</summary>
    [ApiServerTheory]
    [InlineData("placement: {tolerations: [{kye: gpu}]}", ".kye: field not declared in schema")]
    [InlineData("placement: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone}]}", "whenUnsatisfiable: Unsupported value")]
    [InlineData("placement: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule}, {maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule}]}", "duplicate entries")]
    [InlineData("endpoint: {ingress: {from: [{podSelecter: {}}]}}", ".podSelecter: field not declared in schema")]
    public async Task What_the_schema_of_a_child_does_not_know_is_said_and_is_not_tried_again_and_again(string part, string expected)
    {
        await using var stage = await Stage.OpenAsync(server);
        await using var witness = await stage.WatchedAsync();
        await stage.ApplyAsync(Kinds.WasmTools, "weather", $"{Plain}\n{part}");
        await stage.ConditionAsync("Stalled", "True/ChildRefused");
        Assert.Contains(expected, Condition.Find(await stage.GetAsync(Kinds.WasmTools), "Ready")!.Message, StringComparison.Ordinal);
        await stage.ApplyAsync(Kinds.WasmTools, "weather", Plain);
        await stage.ConditionAsync("Ready", "Unknown/Starting");
        await stage.ConditionAsync("Stalled", "False/Progressing");
        witness.SawNothingWrong();
        Assert.Empty(stage.Warnings);
    }

    /// <summary>That pods are told to look at their policies at once is a help, and no more: what else a pass has to do does not wait for it.</summary>
    [ApiServerTheory]
    [InlineData("GET", 503, true)]
    [InlineData("PATCH", 500, true)]
    [InlineData("GET", 403, false)]
    [InlineData("PATCH", 403, false)]
    public async Task Pods_that_cannot_be_told_of_a_new_policy_hold_nothing_up_and_are_told_later(string method, int code, bool isRepeated)
    {
        await using var way = await FaultyWay.OpenAsync(server);
        await using var stage = await Stage.OpenAsync(server, @as: way.Client);
        await stage.ServeAsync(Plain);
        var pod = Json.Object(
            ("apiVersion", "v1"), ("kind", "Pod"),
            ("metadata", Json.Object(("name", "weather-0"), ("namespace", stage.Namespace), ("labels", Json.Object(("app.kubernetes.io/managed-by", "tapedeck"), ("tapedeck.dev/tool", "weather"))))),
            ("spec", Json.Object(("automountServiceAccountToken", false), ("containers", Json.Array(Json.Object(("name", "c"), ("image", "i")))))));
        await server.Client.CreateAsync(Kinds.Pods, KubeObject.From(pod), "tests", default);
        var refused = 0;
        way.Refuse = request => request.Method == method && request.Path.Value!.Contains("/pods", StringComparison.Ordinal) && Interlocked.Increment(ref refused) == 1 ? code : null;
        await stage.ApplyAsync(Kinds.Policies, "fetch", "toolSelector: {}\nnetwork: {allow: [{host: api.example, ports: [8443]}]}");
        await stage.ConditionAsync("PolicyAccepted", "True/Enforcing");
        await Eventually.Is("the wall is open", async () => (await stage.GetAsync(Kinds.NetworkPolicies)).Json.GetRawText().Contains("8443", StringComparison.Ordinal));
        await Eventually.Is("pods were asked for", () => Task.FromResult(Volatile.Read(ref refused) > 0));
        if (isRepeated)
        {
            await Eventually.Is("the pod is told", async () => (await stage.GetAsync(Kinds.Pods, "weather-0")).Metadata.Annotations.GetValueOrDefault("tapedeck.dev/policy-generation") == "2");
        }
        else
        {
            // Who forbids it is not asked again and again: kubelet looks by itself.
            await Task.Delay(1_000);
            Assert.Equal(1, refused);
            Assert.Empty(stage.Warnings);
        }
    }

    [ApiServerFact]
    public async Task Names_and_sizes_at_the_edge()
    {
        await using var stage = await Stage.OpenAsync(server);
        await using var witness = await stage.WatchedAsync();
        var name = new string('w', 52);
        stage.Pods = tool => Stage.Obedient(tool) with
        {
            Names = [.. Enumerable.Range(0, 3_000).Select(i => $"tool-{i}")],
            Imports = [.. Enumerable.Range(0, 3_000).Select(i => new string('i', 500) + i)],
            Missing = [.. Enumerable.Range(0, 3_000).Select(i => new string('m', 500) + i)],
        };
        await stage.ServeAsync(Plain, name);
        // More policies than a status names.
        for (var i = 0; i < 270; i++)
        {
            await stage.ApplyAsync(Kinds.Policies, $"p{i}", "toolSelector: {}\nnetwork: {deny: [{host: bad.example}]}");
        }
        await Eventually.Is($"the last one counts; {stage.Said}", async () => (await stage.PolicyAsync(name)).Contains("/p269", StringComparison.Ordinal));
        await Eventually.Is("256 are named", async () => (await stage.GetAsync(Kinds.WasmTools, name)).Find("status", "policies")!.Value.GetArrayLength() == 256);
        // More than a ConfigMap holds.
        var hosts = string.Join(", ", Enumerable.Range(0, 250).Select(i => $"{{host: {new string('h', 60)}.{new string('h', 60)}.{new string('h', 60)}.h{i}.example}}"));
        for (var i = 0; i < 30; i++)
        {
            await stage.ApplyAsync(Kinds.Policies, $"p{i}", $"toolSelector: {{}}\nnetwork: {{deny: [{hosts}]}}");
        }
        await stage.ConditionAsync("PolicyAccepted", "False/InvalidPolicy", name: name);
        await stage.ConditionAsync("Ready", "True/Serving", name: name);
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task A_clock_that_somebody_sets_turns_nothing_back()
    {
        var time = new FastTime(1);
        await using var stage = await Stage.OpenAsync(server, time);
        await using var witness = await stage.WatchedAsync();
        time.Set = TimeSpan.FromDays(400);
        await stage.ServeAsync(Plain);
        time.Set = TimeSpan.FromDays(-400);
        await stage.PodsAsync(replicas: 2, updated: 2, available: 0);
        await stage.ConditionAsync("Ready", "False/Unavailable");
        await Task.Delay(1_200);
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Ready", "True/Serving");
        await stage.ConditionAsync("Reconciling", "False/Done");
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task Of_two_operators_one_acts_and_who_loses_the_lease_ends()
    {
        var name = Stage.NewNamespace();
        await server.Client.CreateAsync(Kinds.Namespaces, KubeObject.From(Json.Object(("apiVersion", "v1"), ("kind", "Namespace"), ("metadata", Json.Object(("name", name))))), "tests", default);
        var settings = Given.Settings with { Namespace = name, WatchedNamespace = name };
        OperatorHost Host() => new(server.Client, settings, new HostOptions(1, 1, 0), NullLoggerFactory.Instance, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var leading = Host();
        var first = leading.RunAsync(stop.Token);
        await Eventually.Is("the first leads", async () => await HolderAsync(name) is not null);
        var holder = await HolderAsync(name);
        var second = Host().RunAsync(stop.Token);
        await PolicyIsReadAsync(name, "one");
        Assert.Equal(holder, await HolderAsync(name));
        Assert.Contains("tapedeck_operator_leader 1", await MetricsAsync(leading), StringComparison.Ordinal);
        // Somebody takes the lease: the process has to end, and says so by its exit code.
        await server.Client.PatchAsync(Resource.Leases, new(name, "tapedeck-operator"), PatchKind.Merge, Json.Object(("spec", Json.Object(("holderIdentity", "thief")))), "thief", Subresource.None, default);
        Assert.False(await first.WaitAsync(TimeSpan.FromSeconds(60)));
        // The thief does nothing, so that the second one takes over.
        await Eventually.Is("the second leads", async () => await HolderAsync(name) is { } now && now != "thief" && now != holder);
        await PolicyIsReadAsync(name, "two");
        await stop.CancelAsync();
        Assert.True(await second.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal("", await HolderAsync(name) ?? "");
    }

    private static async Task<string> MetricsAsync(OperatorHost host)
    {
        using var http = new HttpClient();
        var port = new Uri(host.HealthAddress!).Port;
        Assert.Equal("ok\n", await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/healthz")));
        Assert.Equal("ok\n", await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/readyz")));
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"));
    }

    private async Task<string?> HolderAsync(string name) =>
        (await server.Client.GetAsync(Resource.Leases, new(name, "tapedeck-operator"), default))?.Find("spec", "holderIdentity") is { ValueKind: JsonValueKind.String } holder ? holder.GetString() : null;

    private async Task PolicyIsReadAsync(string @namespace, string name)
    {
        var policy = Json.Object(("apiVersion", "tapedeck.dev/v1alpha1"), ("kind", "CapabilityPolicy"), ("metadata", Json.Object(("name", name), ("namespace", @namespace))), ("spec", Json.Object(("toolSelector", new JsonObject()))));
        await server.Client.CreateAsync(Kinds.Policies, KubeObject.From(policy), "tests", default);
        await Eventually.Is($"policy {name} is read", async () => await server.Client.GetAsync(Kinds.Policies, new(@namespace, name), default) is { } found && Condition.Find(found, "Ready")?.Status == true);
    }

    /// <summary>The operator's own rules, in one namespace; and with ceilings the few that no namespace can hold.</summary>
    private async Task GrantAsync(string name, bool hasCeilings)
    {
        var rules = JsonNode.Parse(JsonText.Write(Rbac.Documents("operator_role.yaml")[0]))!["rules"]!.AsArray();
        var inside = rules.Where(rule => !rule!["resources"]!.AsArray().Any(item => item!.GetValue<string>() == "namespaces"));
        JsonObject Metadata(bool isCluster) => isCluster ? Json.Object(("name", name)) : Json.Object(("name", name), ("namespace", name));
        JsonArray Subjects() => Json.Array(Json.Object(("kind", "User"), ("apiGroup", "rbac.authorization.k8s.io"), ("name", name)));
        JsonObject Ref(string kind) => Json.Object(("apiGroup", "rbac.authorization.k8s.io"), ("kind", kind), ("name", name));
        await server.Client.CreateAsync(Kinds.Namespaces, KubeObject.From(Json.Object(("apiVersion", "v1"), ("kind", "Namespace"), ("metadata", Json.Object(("name", name), ("labels", Json.Object(("stage", name))))))), "tests", default);
        await server.Client.CreateAsync(Roles, KubeObject.From(Json.Object(("apiVersion", Roles.ApiVersion), ("kind", "Role"), ("metadata", Metadata(false)), ("rules", Json.Array(inside.Select(rule => rule!.DeepClone()))))), "tests", default);
        await server.Client.CreateAsync(RoleBindings, KubeObject.From(Json.Object(("apiVersion", Roles.ApiVersion), ("kind", "RoleBinding"), ("metadata", Metadata(false)), ("roleRef", Ref("Role")), ("subjects", Subjects()))), "tests", default);
        if (!hasCeilings)
        {
            return;
        }
        JsonObject Rule(string group, string resource, string[] verbs, string? only = null) => Json.Object(
            ("apiGroups", Json.Texts([group])), ("resources", Json.Texts([resource])), ("verbs", Json.Texts(verbs)), ("resourceNames", only is null ? null : Json.Texts([only])));
        var above = Json.Array(
            Rule("tapedeck.dev", "clustercapabilitypolicies", ["get", "list", "watch"]),
            Rule("tapedeck.dev", "clustercapabilitypolicies/status", ["get", "patch"]),
            Rule("", "namespaces", ["list", "watch"], name));
        await server.Client.CreateAsync(Rbac.ClusterRoles, KubeObject.From(Json.Object(("apiVersion", Roles.ApiVersion), ("kind", "ClusterRole"), ("metadata", Metadata(true)), ("rules", above))), "tests", default);
        await server.Client.CreateAsync(Rbac.ClusterRoleBindings, KubeObject.From(Json.Object(("apiVersion", Roles.ApiVersion), ("kind", "ClusterRoleBinding"), ("metadata", Metadata(true)), ("roleRef", Ref("ClusterRole")), ("subjects", Subjects()))), "tests", default);
    }

    private static bool Same(string one, string two)
    {
        JsonNode Timeless(string text)
        {
            var node = JsonNode.Parse(text)!;
            foreach (var condition in node["conditions"]!.AsArray())
            {
                condition!.AsObject().Remove("lastTransitionTime");
            }
            // How often policies were handed out depends on what was forgotten.
            node.AsObject().Remove("policyGeneration");
            node.AsObject().Remove("enforcedPolicyGeneration");
            return node;
        }
        return JsonNode.DeepEquals(Timeless(one), Timeless(two));
    }
}
