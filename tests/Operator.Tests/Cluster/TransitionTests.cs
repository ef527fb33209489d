using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Children;
using Tapedeck.Operator.Reports;
using Tapedeck.Operator.Tools;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>Every way that conditions go, against a real API server, before a witness that lets no flicker pass.</summary>
[Collection(ApiServerCollection.Name)]
public sealed class TransitionTests(ApiServer server)
{
    private const string Plain = "component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}\nreplicas: 2";
    private const string Signed = Plain + "\nverify: {keys: [\"-----BEGIN PUBLIC KEY-----\\nMFkw\\n-----END PUBLIC KEY-----\\n\"]}";
    private const string Starting = "Unknown/Starting";
    private const string Serving = "True/Serving";

    [ApiServerFact]
    public async Task From_nothing_to_ready()
    {
        await using var stage = await Stage.OpenAsync(server);
        await using var witness = await stage.WatchedAsync();
        await stage.ServeAsync(Plain);
        witness.Went("Ready", "Unknown/Initializing", Starting, "Unknown/Confirming", Serving);
        witness.Went("ArtifactResolved", "Unknown/Resolving", "True/Resolved");
        witness.Went("Verified", "False/NotAsked");
        witness.Went("PolicyAccepted", "True/NoPolicy");
        witness.Went("Reconciling", "True/Initializing", "True/RollingOut", "True/Confirming", "False/Done");
        witness.Went("Stalled", "False/Progressing");
        await Eventually.Is("it was said", async () => (await stage.EventsAsync()) is ["Serving"]);
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task Pods_that_pass_their_probes_and_do_not_say_that_they_serve_are_not_ready()
    {
        await using var stage = await Stage.OpenAsync(server, new FastTime(20));
        await using var witness = await stage.WatchedAsync();
        stage.Pods = _ => null;
        await stage.ApplyAsync(Kinds.WasmTools, "weather", Plain);
        await stage.ConditionAsync("Ready", Starting);
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Ready", "Unknown/Confirming");
        await stage.ConditionAsync("Reconciling", "True/Confirming");
        stage.Pods = tool => Stage.Obedient(tool) with { Digest = Given.OtherDigest };
        await Task.Delay(1_000);
        await stage.ConditionAsync("Ready", "Unknown/Confirming");
        stage.Pods = Stage.Obedient;
        await stage.ConditionAsync("Ready", Serving);
        await stage.ConditionAsync("Reconciling", "False/Done");
        await witness.CaughtUpAsync();
        Assert.Equal(["Unknown/Initializing", Starting, "Unknown/Confirming", Serving], witness.History("Ready"));
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task A_new_tag_is_rolled_out_while_the_old_one_serves()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Signed);
        await using var witness = await stage.WatchedAsync();
        stage.Registry = stage.Has(Given.OtherDigest);
        await stage.LookAsync("1");
        await stage.ConditionAsync("Reconciling", "True/RollingOut");
        await stage.PodsAsync(replicas: 3, updated: 1, available: 2);
        await Eventually.Is("the old one is superseded", async () => (await stage.GetAsync(Kinds.WasmTools)).Find("status", "superseded") is not null);
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Reconciling", "False/Done");
        var tool = await stage.GetAsync(Kinds.WasmTools);
        Assert.Null(tool.Find("status", "superseded"));
        Assert.Equal([Given.Digest, Given.OtherDigest], tool.Find("status", "tagHistory", "digests")!.Value.EnumerateArray().Select(digest => digest.GetString()));
        witness.Went("Ready", Serving);
        witness.Went("Verified", "True/Verified");
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task A_tag_that_goes_back_to_an_older_signed_digest_is_not_followed_until_it_is_meant()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Signed);
        stage.Registry = stage.Has(Given.OtherDigest);
        await stage.LookAsync("1");
        await stage.ConditionAsync("Reconciling", "True/RollingOut");
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Reconciling", "False/Done");
        await using var witness = await stage.WatchedAsync();
        stage.Registry = stage.Has(Given.Digest);
        await stage.LookAsync("2");
        await stage.ConditionAsync("ArtifactResolved", "False/MovedBack");
        await stage.ConditionAsync("Stalled", "True/MovedBack");
        Assert.Equal(Given.OtherDigest, (await stage.GetAsync(Kinds.WasmTools)).Find("status", "artifact", "digest")!.Value.GetString());
        // An operator that starts anew knows it as well.
        await stage.StopAsync();
        stage.Start();
        await Task.Delay(1_500);
        await stage.ConditionAsync("ArtifactResolved", "False/MovedBack");
        witness.Went("ArtifactResolved", "True/Resolved", "False/MovedBack");
        await stage.AnnotateAsync("tapedeck.dev/allow-rollback", Given.Digest);
        await stage.ConditionAsync("Reconciling", "True/RollingOut");
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Reconciling", "False/Done");
        Assert.Equal(Given.Digest, (await stage.GetAsync(Kinds.WasmTools)).Find("status", "artifact", "digest")!.Value.GetString());
        witness.Went("Ready", Serving);
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task A_version_that_never_served_makes_no_history()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Signed);
        stage.Registry = stage.Has(Given.OtherDigest);
        await stage.LookAsync("1");
        await stage.ConditionAsync("Reconciling", "True/RollingOut");
        // Its component fails pre-flight: the new pod is never ready, and the old ones stay.
        await stage.PodsAsync(replicas: 3, updated: 1, available: 2, progressing: "ProgressDeadlineExceeded");
        await stage.ConditionAsync("Stalled", "True/RolloutFailed");
        await stage.ConditionAsync("Ready", Serving);
        await using var witness = await stage.WatchedAsync();
        // Its publisher takes it back.
        stage.Registry = stage.Has(Given.Digest);
        await stage.LookAsync("2");
        await stage.ConditionAsync("Stalled", "False/Progressing");
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Reconciling", "False/Done");
        witness.Went("Ready", Serving);
        witness.Went("ArtifactResolved", "True/Resolved");
        witness.SawNothingWrong();
    }

    [ApiServerTheory]
    [InlineData(true, "NotVerified", false, "Verified", "Stalled", "True/NotVerified")]
    [InlineData(true, "NotVerified", true, "Verified", "Reconciling", "True/NotVerified")]
    [InlineData(false, "NotFound", false, "ArtifactResolved", "Stalled", "True/NotFound")]
    [InlineData(false, "Unreachable", true, "ArtifactResolved", "Reconciling", "True/Unreachable")]
    public async Task A_registry_that_says_something_bad_leaves_the_old_one_serving(bool isUnverified, string reason, bool isRetryable, string about, string other, string expected)
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Signed);
        await using var witness = await stage.WatchedAsync();
        stage.Registry = _ => new Resolution.Failed(isUnverified ? ResolutionFailure.NotVerified : ResolutionFailure.NotResolved, reason, "it is so", isRetryable);
        await stage.LookAsync("1");
        await stage.ConditionAsync(about, $"False/{reason}");
        await stage.ConditionAsync(other, expected);
        await Task.Delay(1_200);
        stage.Registry = request => Given.Found(request.Inputs);
        await stage.LookAsync("2");
        await stage.ConditionAsync(about, about == "Verified" ? "True/Verified" : "True/Resolved");
        await stage.ConditionAsync("Stalled", "False/Progressing");
        await stage.ConditionAsync("Reconciling", "False/Done");
        witness.Went("Ready", Serving);
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task Pods_that_die_and_come_back()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        await using var witness = await stage.WatchedAsync();
        await stage.PodsAsync(replicas: 2, updated: 2, available: 1);
        await stage.ConditionAsync("Reconciling", "True/RollingOut");
        await stage.PodsAsync(replicas: 2, updated: 2, available: 0);
        await stage.ConditionAsync("Ready", "False/Unavailable");
        await Task.Delay(1_500);
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Ready", Serving);
        await stage.ConditionAsync("Reconciling", "False/Done");
        witness.Went("Ready", Serving, "False/Unavailable", Serving);
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task Policies_that_are_invalid_deleted_and_made_anew()
    {
        await using var stage = await Stage.OpenAsync(server, new FastTime(20));
        await stage.ApplyAsync(Kinds.Policies, "fetch", "toolSelector: {}\nnetwork: {allow: [{host: '*.example'}], deny: [{host: bad.example}]}");
        await stage.ServeAsync(Plain);
        await using var witness = await stage.WatchedAsync();
        await stage.PatchAsync(Kinds.Policies, "fetch", Json.Object(("spec", Json.Object(("network", Json.Object(("denny", Json.Texts(["x"]))))))));
        await stage.ConditionAsync("PolicyAccepted", "False/InvalidPolicy");
        await Task.Delay(1_200);
        await stage.PatchAsync(Kinds.Policies, "fetch", Without("spec", "network", "denny"));
        await stage.ApplyAsync(Kinds.Policies, "fetch", "toolSelector: {}\nnetwork: {allow: [{host: '*.example'}], deny: [{host: bad.example}]}");
        await stage.ConditionAsync("PolicyAccepted", "True/Enforcing");
        await Task.Delay(1_200);
        await stage.DeleteAsync(Kinds.Policies, "fetch");
        await stage.ConditionAsync("PolicyAccepted", "Unknown/PolicyDeleted");
        Assert.Contains("it was deleted", await stage.PolicyAsync(), StringComparison.Ordinal);
        await Task.Delay(1_200);
        await stage.ApplyAsync(Kinds.Policies, "fetch", "toolSelector: {}\nnetwork: {allow: [{host: '*.example'}], deny: [{host: bad.example}]}");
        await stage.ConditionAsync("PolicyAccepted", "True/Enforcing");
        await Task.Delay(1_200);
        await stage.DeleteAsync(Kinds.Policies, "fetch");
        await stage.ConditionAsync("PolicyAccepted", "Unknown/PolicyDeleted");
        // Two minutes of this clock are six seconds.
        await stage.ConditionAsync("PolicyAccepted", "True/NoPolicy");
        Assert.DoesNotContain("it was deleted", await stage.PolicyAsync(), StringComparison.Ordinal);
        witness.Went("Ready", Serving);
        witness.Went("PolicyAccepted", "True/Enforcing", "False/InvalidPolicy", "True/Enforcing", "Unknown/PolicyDeleted", "True/Enforcing", "Unknown/PolicyDeleted", "True/NoPolicy");
        witness.Went("Stalled", "False/Progressing");
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task Looking_that_is_suspended_and_taken_up_again()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        await using var witness = await stage.WatchedAsync();
        await stage.PatchAsync(Kinds.WasmTools, "weather", Json.Object(("spec", Json.Object(("component", Json.Object(("oci", Json.Object(("suspend", true)))))))));
        stage.Registry = stage.Has(Given.OtherDigest);
        await stage.LookAsync("1");
        await Eventually.Is("it was seen", async () => (await stage.GetAsync(Kinds.WasmTools)).Find("status", "lastHandledReconcileAt")?.GetString() == "1");
        Assert.Equal(Given.Digest, (await stage.GetAsync(Kinds.WasmTools)).Find("status", "artifact", "digest")!.Value.GetString());
        await stage.PatchAsync(Kinds.WasmTools, "weather", Json.Object(("spec", Json.Object(("component", Json.Object(("oci", Json.Object(("suspend", false)))))))));
        await Eventually.Is("the new one is taken", async () => (await stage.GetAsync(Kinds.WasmTools)).Find("status", "artifact", "digest")!.Value.GetString() == Given.OtherDigest);
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Reconciling", "False/Done");
        witness.Went("Ready", Serving);
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task A_name_that_is_taken_and_given_free()
    {
        await using var stage = await Stage.OpenAsync(server, new FastTime(20));
        await stage.ApplyAsync(Kinds.Services, "weather", "ports: [{port: 5432, protocol: TCP}]");
        await using var witness = await stage.WatchedAsync();
        await stage.ApplyAsync(Kinds.WasmTools, "weather", Plain);
        await stage.ConditionAsync("Stalled", "True/NameConflict");
        await Task.Delay(1_200);
        await stage.DeleteAsync(Kinds.Services);
        // Nobody touches the tool: a minute of this clock is three seconds.
        await stage.ConditionAsync("Ready", Starting);
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Ready", Serving);
        witness.Went("Ready", "Unknown/Initializing", "False/NameConflict", Starting, "Unknown/Confirming", Serving);
        witness.SawNothingWrong();
    }

    /// <summary>This server has no garbage collector, so that the test is it.</summary>
    [ApiServerFact]
    public async Task A_tool_that_is_deleted_and_applied_again_waits_for_what_it_left()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        await stage.DeleteAsync(Kinds.WasmTools);
        await using var witness = await stage.WatchedAsync();
        await stage.ApplyAsync(Kinds.WasmTools, "weather", Plain);
        await stage.ConditionAsync("Reconciling", "True/Clearing");
        var old = await stage.GetAsync(Kinds.Deployments);
        foreach (var resource in Kinds.Owned.AddRange(Kinds.Deployments, Kinds.OldDisruptionBudgets).Where(resource => resource != Kinds.ConfigMaps))
        {
            await stage.DeleteAsync(resource);
        }
        foreach (var map in (await server.Client.ListAsync(Kinds.ConfigMaps, new Selection { Namespace = stage.Namespace, LabelSelector = Names.OwnedSelector }, default)).Items)
        {
            await stage.DeleteAsync(Kinds.ConfigMaps, map.Metadata.Name);
        }
        await stage.ConditionAsync("Ready", Starting);
        Assert.NotEqual(old.Metadata.Uid, (await stage.GetAsync(Kinds.Deployments)).Metadata.Uid);
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Ready", Serving);
        Assert.DoesNotContain("True/NameConflict", witness.History("Stalled"));
        Assert.DoesNotContain("False/NameConflict", witness.History("Ready"));
        Assert.DoesNotContain("NameConflict", await stage.EventsAsync());
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task A_ceiling_that_comes_to_forbid_what_serves_stops_it()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        await using var witness = await stage.WatchedAsync();
        await using (await stage.CeilingAsync("registries: [registry.example]"))
        {
            await stage.ConditionAsync("Ready", "False/NotAllowed");
            await stage.ConditionAsync("Stalled", "True/NotAllowed");
            Assert.Equal(0, (await stage.GetAsync(Kinds.Deployments)).Find("spec", "replicas")!.Value.GetInt32());
            await stage.PodsAsync(replicas: 0, updated: 0, available: 0);
            // Another spec is no way out.
            await stage.PatchAsync(Kinds.WasmTools, "weather", Json.Object(("spec", Json.Object(("service", Json.Object(("type", "LoadBalancer")))))));
            await Task.Delay(1_500);
            Assert.Equal(0, (await stage.GetAsync(Kinds.Deployments)).Find("spec", "replicas")!.Value.GetInt32());
            await stage.PatchAsync(Kinds.WasmTools, "weather", Without("spec", "service"));
        }
        // For two minutes what a deleted ceiling forbids stays forbidden.
        await stage.ConditionAsync("PolicyAccepted", "Unknown/PolicyDeleted");
        await stage.ConditionAsync("Ready", "False/NotAllowed");
        witness.Went("Ready", Serving, "False/NotAllowed");
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task A_ceiling_that_gives_way_lets_pods_start_again()
    {
        await using var stage = await Stage.OpenAsync(server, new FastTime(20));
        await stage.ServeAsync(Plain);
        await using (await stage.CeilingAsync("registries: [registry.example]"))
        {
            await stage.ConditionAsync("Ready", "False/NotAllowed");
            await stage.PodsAsync(replicas: 0, updated: 0, available: 0);
        }
        await Eventually.Is("pods are asked for", async () => (await stage.GetAsync(Kinds.Deployments)).Find("spec", "replicas")!.Value.GetInt32() == 2);
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Ready", Serving);
    }

    [ApiServerFact]
    public async Task A_denial_reaches_pods_whose_spec_can_no_longer_be_followed()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        stage.Registry = _ => new Resolution.Failed(ResolutionFailure.NotResolved, "NotFound", "no such tag", IsRetryable: false);
        await stage.PatchAsync(Kinds.WasmTools, "weather", Json.Object(("spec", Json.Object(("component", Json.Object(("oci", Json.Object(("ref", Json.Object(("tag", "v2")))))))))));
        await stage.ConditionAsync("Stalled", "True/NotFound");
        await using var witness = await stage.WatchedAsync();
        await stage.ApplyAsync(Kinds.Policies, "fetch", "toolSelector: {}\nnetwork: {deny: [{host: bad.example}]}");
        await Eventually.Is("pods are handed the denial", async () => (await stage.PolicyAsync()).Contains("bad.example", StringComparison.Ordinal));
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task A_spec_that_names_a_trusted_repository_wins_nothing_for_the_pods_of_before()
    {
        await using var stage = await Stage.OpenAsync(server);
        stage.Registry = request => new Resolution.Found(new Artifact(request.Source.Repository, "v1", Given.Digest, request.Inputs, []));
        await stage.ApplyAsync(Kinds.Policies, "trusted", "toolSelector: {}\nartifact: {repository: ghcr.io/trusted}\nnetwork: {allow: [{host: secret.example}], deny: [{host: bad.example}]}");
        await stage.ServeAsync(Plain);
        Assert.DoesNotContain("secret.example", await stage.PolicyAsync(), StringComparison.Ordinal);
        await stage.PatchAsync(Kinds.WasmTools, "weather", Json.Object(("spec", Json.Object(("component", Json.Object(("oci", Json.Object(("repository", "ghcr.io/trusted/weather")))))))));
        await stage.ConditionAsync("Reconciling", "True/RollingOut");
        await Eventually.Is("denials reach all pods", async () => (await stage.PolicyAsync()).Contains("bad.example", StringComparison.Ordinal));
        await stage.PodsAsync(replicas: 3, updated: 1, available: 2);
        await Task.Delay(1_000);
        Assert.DoesNotContain("secret.example", await stage.PolicyAsync(), StringComparison.Ordinal);
        await stage.RolledOutAsync();
        await Eventually.Is("the new pods have what is theirs", async () => (await stage.PolicyAsync()).Contains("secret.example", StringComparison.Ordinal));
    }

    [ApiServerFact]
    public async Task Tools_that_change_under_one_name_are_an_event()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        stage.Registry = stage.Has(Given.OtherDigest);
        stage.Pods = tool => Stage.Obedient(tool) with { ToolsHash = "hash-2" };
        await stage.LookAsync("1");
        await stage.ConditionAsync("Reconciling", "True/RollingOut");
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Reconciling", "False/Done");
        await Eventually.Is("ToolsChanged was said", async () => (await stage.EventsAsync()).Contains("ToolsChanged"));
        Assert.Single(await stage.EventsAsync(), reason => reason == "ToolsChanged");
        Assert.Equal("hash-2", (await stage.GetAsync(Kinds.WasmTools)).Find("status", "tools", "hash")!.Value.GetString());
    }

    /// <summary>Of the same artifact: the digest tells nothing of it.</summary>
    [ApiServerFact]
    public async Task Tools_that_the_spec_calls_otherwise_are_asked_for_and_an_event()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        await using var witness = await stage.WatchedAsync();
        stage.Pods = tool => Stage.Obedient(tool) with { Names = ["acme_forecast"], ToolsHash = "hash-2" };
        await stage.PatchAsync(Kinds.WasmTools, "weather", Json.Object(("spec", Json.Object(("tools", Json.Object(("prefix", "acme_")))))));
        await stage.ConditionAsync("Reconciling", "True/RollingOut");
        await stage.RolledOutAsync();
        await stage.ConditionAsync("Reconciling", "False/Done");
        Assert.Equal("acme_forecast", (await stage.GetAsync(Kinds.WasmTools)).Find("status", "tools", "names")!.Value[0].GetString());
        await Eventually.Is("ToolsChanged was said", async () => (await stage.EventsAsync()).Contains("ToolsChanged"));
        witness.SawNothingWrong();
    }

    [ApiServerFact]
    public async Task A_pod_that_refuses_what_the_spec_makes_of_the_same_artifact_is_heard()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        var before = Rollout.Of(await stage.GetAsync(Kinds.Deployments)).ToolConfigMap;
        stage.Failure = map => map == before ? null : new PodFailure(map, "InvalidTools", "spec.tools.include: there is no function forecats", IsRetryable: false);
        await stage.PatchAsync(Kinds.WasmTools, "weather", Json.Object(("spec", Json.Object(("tools", Json.Object(("include", Json.Texts(["forecats"]))))))));
        await stage.PodsAsync(replicas: 3, updated: 1, available: 2);
        await stage.ConditionAsync("Stalled", "True/ComponentRefused");
        await stage.ConditionAsync("Ready", Serving);
    }

    /// <summary>What pods said before is not known to it, and stays said until they say something else.</summary>
    [ApiServerTheory]
    [InlineData("a component that no pod can load", "Ready", "False/ComponentRefused")]
    [InlineData("a new one beside one that serves", "Stalled", "True/ComponentRefused")]
    [InlineData("a snapshot that a pod cannot follow", "PolicyAccepted", "False/NotFollowed")]
    [InlineData("a value that is not there", "PolicyAccepted", "True/MissingValues")]
    public async Task What_pods_said_of_themselves_outlives_the_operator(string what, string type, string expected)
    {
        await using var stage = await Stage.OpenAsync(server, new FastTime(20));
        await stage.ApplyAsync(Kinds.Policies, "fetch", "toolSelector: {}");
        if (type == "Ready")
        {
            stage.Pods = _ => null;
            stage.Failure = map => new PodFailure(map, "InvalidComponent", "unexpected end-of-file", IsRetryable: false);
            await stage.ApplyAsync(Kinds.WasmTools, "weather", Plain);
            await stage.ConditionAsync("Ready", Starting);
            await stage.PodsAsync(replicas: 2, updated: 2, available: 0);
        }
        else
        {
            stage.Pods = tool => Stage.Obedient(tool) with { Problems = expected.EndsWith("Followed", StringComparison.Ordinal) ? ["policy.json: no number"] : [], Unavailable = expected.EndsWith("Values", StringComparison.Ordinal) ? ["a key"] : [] };
            await stage.ServeAsync(Plain);
        }
        if (type == "Stalled")
        {
            var before = Rollout.Of(await stage.GetAsync(Kinds.Deployments)).ToolConfigMap;
            stage.Failure = map => map == before ? null : new PodFailure(map, "InvalidTools", "there is no function forecats", IsRetryable: false);
            stage.Serving = before;
            await stage.PatchAsync(Kinds.WasmTools, "weather", Json.Object(("spec", Json.Object(("tools", Json.Object(("include", Json.Texts(["forecats"]))))))));
            await Eventually.Is("it is rolled out", async () => Rollout.Of(await stage.GetAsync(Kinds.Deployments)).ToolConfigMap != before);
            await stage.PodsAsync(replicas: 3, updated: 1, available: 2);
        }
        await stage.ConditionAsync(type, expected);
        var said = Condition.Find(await stage.GetAsync(Kinds.WasmTools), type)!.Message;
        await using var witness = await stage.WatchedAsync();
        await stage.StopAsync();
        // Longer than the operator waits for before it says what it thinks.
        stage.Silence = TimeSpan.FromSeconds(1);
        stage.Start();
        await Task.Delay(2_500);
        await stage.ConditionAsync(type, expected);
        Assert.Equal((what, said), (what, Condition.Find(await stage.GetAsync(Kinds.WasmTools), type)!.Message));
        witness.Went(type, expected);
        witness.Went("Stalled", expected.EndsWith("Refused", StringComparison.Ordinal) ? "True/ComponentRefused" : "False/Progressing");
        witness.SawNothingWrong();
        // It is not for ever: they say that all is well.
        (stage.Failure, stage.Pods, stage.Serving) = (null, Stage.Obedient, null);
        await stage.RolledOutAsync();
        await stage.ConditionAsync("PolicyAccepted", "True/Enforcing");
        await stage.ConditionAsync("Stalled", "False/Progressing");
        await stage.ConditionAsync("Ready", Serving);
    }

    /// <summary>They were handed it by the operator of before. Nothing that somebody else wrote is among it.</summary>
    [ApiServerTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pods_that_enforce_what_they_were_handed_are_believed_by_an_operator_that_starts_while_a_policy_changes(bool isRefused)
    {
        await using var way = await FaultyWay.OpenAsync(server);
        await using var stage = await Stage.OpenAsync(server, new FastTime(20), way.Client);
        await stage.ApplyAsync(Kinds.Policies, "fetch", "toolSelector: {}");
        await stage.ServeAsync(Plain);
        await EnforcedAsync(await stage.HandedAsync());
        var before = await stage.HandedAsync();
        await using var witness = await stage.WatchedAsync();
        await stage.StopAsync();
        await stage.ApplyAsync(Kinds.Policies, "fetch", "toolSelector: {}\nnetwork: {deny: [{host: bad.example}]}");
        stage.Enforces = _ => before;
        way.Refuse = request => isRefused && request.Method == "PATCH" && request.Path.Value!.EndsWith("/configmaps/weather-policy", StringComparison.Ordinal) ? 403 : null;
        stage.Start();
        await Task.Delay(2_500);
        await EnforcedAsync(before);
        (way.Refuse, stage.Enforces) = (_ => null, file => file);
        await Eventually.Is("it is handed on", async () => (await stage.PolicyAsync()).Contains("bad.example", StringComparison.Ordinal));
        await EnforcedAsync(await stage.HandedAsync());
        await witness.CaughtUpAsync();
        Assert.DoesNotContain(witness.States(), state => state.Find("status", "enforcedPolicyGeneration")?.GetInt64() == 0);
        witness.SawNothingWrong();

        Task EnforcedAsync(SnapshotName snapshot) => Eventually.Is($"{snapshot} is enforced; {stage.Said}", async () => (await stage.GetAsync(Kinds.WasmTools)).Find("status", "enforcedPolicyGeneration")?.GetInt64() == snapshot.Generation);
    }

    [ApiServerFact]
    public async Task A_policy_that_changes_is_one_question_where_pods_follow_at_once()
    {
        await using var way = await FaultyWay.OpenAsync(server);
        await using var stage = await Stage.OpenAsync(server, @as: way.Client);
        await stage.ApplyAsync(Kinds.Policies, "fetch", "toolSelector: {}");
        await stage.ServeAsync(Plain);
        // An API server that takes its time, so that whoever is asked before it has written says so.
        way.Before = request => request.Method == "PATCH" && request.Path.Value!.EndsWith("/configmaps/weather-policy", StringComparison.Ordinal) ? Task.Delay(500) : Task.CompletedTask;
        await Eventually.Is("it is enforced", async () => (await stage.GetAsync(Kinds.Policies, "fetch")).Find("status", "enforcing")?.GetInt32() == 1);
        var asked = 0;
        stage.Pods = tool => (Interlocked.Increment(ref asked), Stage.Obedient(tool)).Item2;
        await stage.ApplyAsync(Kinds.Policies, "fetch", "toolSelector: {}\nnetwork: {deny: [{host: bad.example}]}");
        await Eventually.Is("it is handed on", async () => (await stage.PolicyAsync()).Contains("bad.example", StringComparison.Ordinal));
        var handed = await stage.HandedAsync();
        await Eventually.Is("it is enforced", async () => (await stage.GetAsync(Kinds.WasmTools)).Find("status", "enforcedPolicyGeneration")?.GetInt64() == handed.Generation);
        await Task.Delay(3_000);
        Assert.Equal(1, asked);
    }

    [ApiServerFact]
    public async Task A_tool_that_is_deleted_is_not_written_again()
    {
        await using var stage = await Stage.OpenAsync(server);
        await stage.ServeAsync(Plain);
        await using var witness = await stage.WatchedAsync();
        // Held by a finalizer of somebody else, as foreground deletion does.
        await stage.PatchAsync(Kinds.WasmTools, "weather", Json.Object(("metadata", Json.Object(("finalizers", Json.Texts(["example.com/held"]))))));
        await stage.DeleteAsync(Kinds.WasmTools);
        await Task.Delay(2_000);
        await stage.DeleteAsync(Kinds.Services);
        await Task.Delay(1_500);
        Assert.Null(await stage.FindAsync(Kinds.Services));
        await stage.PatchAsync(Kinds.WasmTools, "weather", Without("metadata", "finalizers"));
        await Eventually.Is("it is gone", async () => await stage.FindAsync(Kinds.WasmTools) is null);
        witness.SawNothingWrong();
        Assert.Empty(stage.Warnings);
    }

    /// <summary>A patch that takes a field away.</summary>
    private static JsonObject Without(params string[] path) => path.Reverse().Aggregate((JsonNode?)null, (inner, name) => new JsonObject { [name] = inner })!.AsObject();
}
