using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Reports;
using Tapedeck.Operator.Tools;
using Xunit;

namespace Tapedeck.Operator.Tests.Tools;

/// <summary>From what is found to conditions and children.</summary>
public sealed class ConditionTests
{
    private const string Signed = Given.Plain + "\nverify: {keys: [\"-----BEGIN PUBLIC KEY-----\\nMFkw\\n-----END PUBLIC KEY-----\\n\"]}";

    /// <summary>What is given, and the conditions as type=status/reason that are to come of it.</summary>
    private static readonly Dictionary<string, (Func<Case> Given, string Expected, bool HasChildren)> Cases = new()
    {
        ["a tool that is new"] = (() => new(Given.Tool(Given.Plain), Given.Pending), "Ready=Unknown/Initializing ArtifactResolved=Unknown/Resolving Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=True/Initializing Stalled=False/Progressing", false),
        ["a tool whose registry is asked"] = (() => new(Seen(Given.Plain), Given.Pending), "Ready=Unknown/Resolving ArtifactResolved=Unknown/Resolving Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=True/Resolving Stalled=False/Progressing", false),
        ["a tool that was found"] = (() => new(Seen(Given.Plain), Given.Found) { Deployment = Given.Deployment(1, 0, 0, isObserved: false) }, "Ready=Unknown/Starting ArtifactResolved=True/Resolved Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=True/RollingOut Stalled=False/Progressing", true),
        ["a tool that serves"] = (() => new(Seen(Signed), Given.Found) { Deployment = Given.Deployment(1, 1, 1) }, "Ready=True/Serving ArtifactResolved=True/Resolved Verified=True/Verified PolicyAccepted=True/NoPolicy Reconciling=False/Done Stalled=False/Progressing", true),
        ["a tool that is rolled out anew"] = (() => new(Seen(Given.Plain, "True", "Serving"), Given.Found) { Deployment = Given.Deployment(2, 1, 2, replicas: 3) }, "Ready=True/Serving ArtifactResolved=True/Resolved Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=True/RollingOut Stalled=False/Progressing", true),
        ["a tool whose pods died"] = (() => new(Seen(Given.Plain, "True", "Serving"), Given.Found) { Deployment = Given.Deployment(1, 1, 0) }, "Ready=False/Unavailable ArtifactResolved=True/Resolved Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=True/RollingOut Stalled=False/Progressing", true),
        ["a tool that is replaced at once"] = (() => new(Seen(Given.Plain, "True", "Serving"), Given.Found) { Deployment = Given.Deployment(1, 0, 0, replicas: 0) }, "Ready=Unknown/Starting ArtifactResolved=True/Resolved Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=True/RollingOut Stalled=False/Progressing", true),
        ["a tool that never starts"] = (() => new(Seen(Given.Plain), Given.Found) { Deployment = Given.Deployment(1, 1, 0, progressing: "ProgressDeadlineExceeded") }, "Ready=False/RolloutFailed ArtifactResolved=True/Resolved Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=False/Done Stalled=True/RolloutFailed", true),
        ["a new version that never starts"] = (() => new(Seen(Given.Plain, "True", "Serving"), Given.Found) { Deployment = Given.Deployment(1, 1, 1, progressing: "ProgressDeadlineExceeded", replicas: 2) }, "Ready=True/Serving ArtifactResolved=True/Resolved Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=False/Done Stalled=True/RolloutFailed", true),
        ["a new version that cannot be loaded"] = (() => new(Seen(Given.Plain, "True", "Serving"), Given.Found) { Deployment = Given.Deployment(1, 1, 1, replicas: 2), Failure = new("", "InvalidComponent", "no wasm", false) }, "Ready=True/Serving ArtifactResolved=True/Resolved Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=False/Done Stalled=True/ComponentRefused", true),
        ["a first version that cannot be loaded"] = (() => new(Seen(Given.Plain), Given.Found) { Deployment = Given.Deployment(1, 1, 0), Failure = new("", "InvalidComponent", "no wasm", false) }, "Ready=False/ComponentRefused ArtifactResolved=True/Resolved Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=False/Done Stalled=True/ComponentRefused", true),
        ["a new version that will be loaded later"] = (() => new(Seen(Given.Plain, "True", "Serving"), Given.Found) { Deployment = Given.Deployment(1, 1, 1, replicas: 2), Failure = new("", "Unreachable", "no registry", true) }, "Ready=True/Serving ArtifactResolved=True/Resolved Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=True/RollingOut Stalled=False/Progressing", true),
        ["a version that could not be loaded, and is no longer wanted"] = (() => new(Seen(Given.Plain, "True", "Serving"), Given.Found) { Deployment = Given.Deployment(1, 1, 1, replicas: 2), Failure = new("weather-tool-of-before", "InvalidComponent", "no wasm", false) }, "Ready=True/Serving ArtifactResolved=True/Resolved Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=True/RollingOut Stalled=False/Progressing", true),
        ["a tool of no pods"] = (() => new(Seen(Given.Plain), Given.Found) { Deployment = Given.Deployment(0, 0, 0) }, "Ready=True/ScaledToZero ArtifactResolved=True/Resolved Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=False/Done Stalled=False/Progressing", true),
        ["a tag that is not there"] = (() => new(Seen(Given.Plain), _ => new Resolution.Failed(ResolutionFailure.NotResolved, "NotFound", "no such tag", false)), "Ready=False/NotFound ArtifactResolved=False/NotFound Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=False/Done Stalled=True/NotFound", false),
        ["a registry that does not answer"] = (() => new(Seen(Given.Plain), _ => new Resolution.Failed(ResolutionFailure.NotResolved, "Unreachable", "no answer", true)), "Ready=Unknown/Resolving ArtifactResolved=False/Unreachable Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=True/Unreachable Stalled=False/Progressing", false),
        ["a component that nobody signed"] = (() => new(Seen(Signed), _ => new Resolution.Failed(ResolutionFailure.NotVerified, "NotVerified", "no signature", false)), "Ready=False/NotVerified ArtifactResolved=Unknown/NotVerified Verified=False/NotVerified PolicyAccepted=True/NoPolicy Reconciling=False/Done Stalled=True/NotVerified", false),
        ["a spec that is wrong"] = (() => new(Seen("component: {oci: {repository: ghcr.io/acme/weather, ref: {tag: v1}}}\nreplicaz: 3"), Given.Pending), "Ready=False/InvalidSpec ArtifactResolved=Unknown/InvalidSpec Verified=Unknown/InvalidSpec PolicyAccepted=Unknown/InvalidSpec Reconciling=False/Done Stalled=True/InvalidSpec", false),
        ["a word of a newer version"] = (() => new(Seen(Given.Plain + "\nservice: {type: Anycast}"), Given.Pending), "Ready=False/InvalidSpec ArtifactResolved=Unknown/InvalidSpec Verified=Unknown/InvalidSpec PolicyAccepted=Unknown/InvalidSpec Reconciling=False/Done Stalled=True/InvalidSpec", false),
        ["a tenant who asks for too much"] = (() => new(Seen(Given.Plain + "\nservice: {type: LoadBalancer}"), Given.Found), "Ready=False/NotAllowed ArtifactResolved=Unknown/NotAllowed Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=False/Done Stalled=True/NotAllowed", false),
        ["a pod of more memory than is allowed"] = (() => new(Seen(Given.Plain + "\nlimits: {memory: 4Gi, concurrentCalls: 100}"), Given.Found), "Ready=False/InvalidSpec ArtifactResolved=Unknown/InvalidSpec Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=False/Done Stalled=True/InvalidSpec", false),
        ["a policy"] = (() => new(Seen(Given.Plain), Given.Found, "toolSelector: {}") { Deployment = Given.Deployment(1, 1, 1) }, "Ready=True/Serving ArtifactResolved=True/Resolved Verified=False/NotAsked PolicyAccepted=True/Enforcing Reconciling=False/Done Stalled=False/Progressing", true),
        ["a policy that only looks"] = (() => new(Seen(Given.Plain), Given.Found, "toolSelector: {}\nmode: Audit") { Deployment = Given.Deployment(1, 1, 1) }, "Ready=True/Serving ArtifactResolved=True/Resolved Verified=False/NotAsked PolicyAccepted=True/Auditing Reconciling=False/Done Stalled=False/Progressing", true),
        ["a policy that is misspelt"] = (() => new(Recorded(Given.Plain), Given.Found, "toolSelector: {}\nnetwork: {denny: []}") { Deployment = Given.Deployment(1, 1, 1) }, "Ready=True/Serving ArtifactResolved=True/Resolved Verified=False/NotAsked PolicyAccepted=False/InvalidPolicy Reconciling=False/Done Stalled=False/Progressing", true),
        ["a ceiling that names other registries"] = (() => new(Seen(Given.Plain), Given.Found) { Ceiling = "registries: [registry.example]" }, "Ready=False/NotAllowed ArtifactResolved=Unknown/NotAllowed Verified=False/NotAllowed PolicyAccepted=True/NoPolicy Reconciling=False/Done Stalled=True/NotAllowed", false),
        ["a Service that a tool of this name left"] = (() => new(Seen(Given.Plain), Given.Found) { Leaving = "Service weather" }, "Ready=Unknown/Resolving ArtifactResolved=True/Resolved Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=True/Clearing Stalled=False/Progressing", true),
        ["a Service of somebody else"] = (() => new(Seen(Given.Plain), Given.Found) { Foreign = "Service weather" }, "Ready=False/NameConflict ArtifactResolved=True/Resolved Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=False/Done Stalled=True/NameConflict", true),
        ["a registry that does not answer, and a Service that fails"] = (() => new(Recorded(Given.Plain), _ => new Resolution.Failed(ResolutionFailure.NotResolved, "Unreachable", "no answer", true)) { Deployment = Given.Deployment(1, 1, 1), Failed = "Service weather" }, "Ready=True/Serving ArtifactResolved=False/Unreachable Verified=False/NotAsked PolicyAccepted=True/NoPolicy Reconciling=True/ChildFailed Stalled=False/Progressing", true),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Conditions_say_what_is_so(string name)
    {
        var (given, expected, hasChildren) = Cases[name];
        var (observed, plan, applied) = given().Decide();
        Assert.Equal(expected, string.Join(' ', StatusMaking.Conditions(observed, plan, applied).Select(condition => $"{condition.Type}={condition.StatusText}/{condition.Reason}")));
        Assert.Equal(hasChildren, !plan.Children.IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_stalled_tool_is_not_reconciled_and_a_ready_one_is_not_unknown(string name)
    {
        var (observed, plan, applied) = Cases[name].Given().Decide();
        var conditions = StatusMaking.Conditions(observed, plan, applied).ToDictionary(condition => condition.Type);
        Assert.False(conditions["Stalled"].Status == true && conditions["Reconciling"].Status == true);
        Assert.True(conditions["Ready"].Status is not null || conditions["Reconciling"].Status == true);
        Assert.All(conditions.Values, condition => Assert.NotEmpty(condition.Message));
    }

    [Theory]
    [InlineData(0, "no pod is ready yet; FailedCreate: exceeded quota; pod p: OOMKilled", "0 of 2 pods are new, 0 serve; FailedCreate: exceeded quota; pod p: OOMKilled")]
    [InlineData(2, "2 of 2 pods serve", "everything is as it is to be")]
    public void Why_pods_do_not_come_up_is_said_while_they_do_not(int available, string ready, string reconciling)
    {
        var failure = Json.Object(("type", "ReplicaFailure"), ("status", "True"), ("reason", "FailedCreate"), ("message", "exceeded quota"));
        var deployment = System.Text.Json.Nodes.JsonNode.Parse(Given.Deployment(2, available, available).Json.GetRawText())!;
        deployment["status"]!["conditions"] = Json.Array(failure);
        var observed = Given.Observed(Seen(Given.Plain), Given.Found) with { Deployment = KubeObject.From(deployment.AsObject()), Pods = new(null, null) { Trouble = "pod p: OOMKilled" } };
        var conditions = StatusMaking.Conditions(observed, Planning.Plan(observed, Given.Settings), new Applied([], observed.Deployment)).ToDictionary(condition => condition.Type);
        Assert.Equal((ready, reconciling), (conditions["Ready"].Message, conditions["Reconciling"].Message));
    }

    /// <summary>As after the end of the node of one that refused its component.</summary>
    [Theory]
    [InlineData(null, "Reconciling=False/Done Stalled=True/ComponentRefused")]
    [InlineData("pod p: Unschedulable: no node", "Reconciling=True/RollingOut Stalled=False/Progressing")]
    public void Why_a_pod_does_not_start_goes_before_what_one_before_it_refused(string? trouble, string expected)
    {
        var failure = new PodFailure("", "InvalidComponent", "no wasm", IsRetryable: false);
        var observed = Given.Observed(Seen(Given.Plain), Given.Found) with { Deployment = Given.Deployment(1, 1, 0), AsksPods = true, Pods = new(null, failure) };
        var status = StatusMaking.Status(observed, Planning.Plan(observed, Given.Settings), new Applied([], observed.Deployment), Given.Now);
        // The operator may have been started anew in between.
        var after = Given.Observed(Given.Tool(Given.Plain, status: status), Given.Found) with { Deployment = observed.Deployment, AsksPods = true, Pods = new(null, null) { Trouble = trouble } };
        var conditions = StatusMaking.Conditions(after, Planning.Plan(after, Given.Settings), new Applied([], after.Deployment)).ToDictionary(condition => condition.Type);
        Assert.Equal(expected, string.Join(' ', conditions.Values.Skip(4).Select(condition => $"{condition.Type}={condition.StatusText}/{condition.Reason}")));
        Assert.Equal(trouble is not null, conditions["Reconciling"].Message.EndsWith($"; {trouble}", StringComparison.Ordinal));
    }

    [Fact]
    public void A_roll_out_that_took_too_long_says_why_pods_were_not_made()
    {
        var deployment = System.Text.Json.Nodes.JsonNode.Parse(Given.Deployment(2, 0, 0, progressing: "ProgressDeadlineExceeded").Json.GetRawText())!;
        deployment["status"]!["conditions"]!.AsArray().Add((System.Text.Json.Nodes.JsonNode)Json.Object(("type", "ReplicaFailure"), ("status", "True"), ("reason", "FailedCreate"), ("message", "exceeded quota")));
        var observed = Given.Observed(Seen(Given.Plain), Given.Found) with { Deployment = KubeObject.From(deployment.AsObject()) };
        var stalled = StatusMaking.Conditions(observed, Planning.Plan(observed, Given.Settings), new Applied([], observed.Deployment)).Single(condition => condition.Type == "Stalled");
        Assert.Equal((true, "RolloutFailed", "ProgressDeadlineExceeded: it takes too long; FailedCreate: exceeded quota"), (stalled.Status, stalled.Reason, stalled.Message));
    }

    [Fact]
    public void A_tag_that_moved_to_something_bad_leaves_the_old_one_serving()
    {
        var tool = Recorded(Signed);
        var observed = Given.Observed(tool, _ => new Resolution.Failed(ResolutionFailure.NotVerified, "NotVerified", "no signature", false)) with { Deployment = Given.Deployment(1, 1, 1) };
        var plan = Planning.Plan(observed, Given.Settings);
        Assert.Equal(Given.Digest, plan.Artifact!.Digest);
        Assert.Contains(plan.Children, child => child.Object.Json.GetRawText().Contains(Given.Digest, StringComparison.Ordinal));
        var conditions = StatusMaking.Conditions(observed, plan, new Applied([], observed.Deployment)).ToDictionary(condition => condition.Type);
        Assert.True(conditions["Ready"].Status);
        Assert.False(conditions["Verified"].Status);
        Assert.True(conditions["Stalled"].Status);
    }

    [Fact]
    public void A_spec_that_asks_for_something_else_is_not_answered_with_what_was_before()
    {
        var before = Recorded(Given.Plain);
        var after = Given.Tool(Given.Plain.Replace("v1", "v2", StringComparison.Ordinal), status: Copy(before));
        var plan = Planning.Plan(Given.Observed(after, Given.Pending) with { Deployment = Given.Deployment(1, 1, 1) }, Given.Settings);
        // Its policies alone, since they are for pods of before as well.
        Assert.Equal(["weather-policy"], plan.Children.Select(child => child.Key.Name));
    }

    [Fact]
    public void An_operator_that_started_anew_needs_no_registry_for_what_it_found_before()
    {
        var plan = Planning.Plan(Given.Observed(Recorded(Given.Plain), Given.Pending), Given.Settings);
        Assert.Equal(Given.Digest, plan.Artifact!.Digest);
        Assert.NotEmpty(plan.Children);
    }

    [Fact]
    public void A_time_of_transition_stays_while_the_status_stays()
    {
        var observed = Given.Observed(Seen(Given.Plain, "True", "Serving"), Given.Found) with { Deployment = Given.Deployment(1, 1, 1) };
        var plan = Planning.Plan(observed, Given.Settings);
        var status = StatusMaking.Status(observed, plan, new Applied([], observed.Deployment), Given.Now.AddHours(5)).ToJsonString();
        Assert.Contains("\"type\":\"Ready\",\"status\":\"True\",\"observedGeneration\":3,\"lastTransitionTime\":\"2026-01-02T03:04:05Z\"", status, StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_has_its_number_while_it_says_the_same()
    {
        var first = Given.Observed(Seen(Given.Plain), Given.Found, Given.Policy("toolSelector: {}"));
        var map = Planning.Plan(first, Given.Settings).Children.Single(child => child.Object.Metadata.Name == "weather-policy").Object;
        Assert.Equal("1", map.Metadata.Annotations["tapedeck.dev/policy-generation"]);
        Assert.Equal(1, Counting.Count(first.Policies.Input, first.Object, map, 0).Input.Generation);
        var other = Given.Observed(Seen(Given.Plain), Given.Found, Given.Policy("toolSelector: {}\nmode: Audit"));
        Assert.Equal(2, Counting.Count(other.Policies.Input, other.Object, map, 0).Input.Generation);
    }

    [Theory]
    [InlineData("somebody wrote over it", "1", 1, 2)]
    [InlineData("and the cluster was restored since", "1", 20, 21)]
    [InlineData("a number of somebody's", "500", 0, 500)]
    [InlineData("the highest number", "9007199254740991", 9_007_199_254_740_991, 1)]
    [InlineData("a number that is too high", "9223372036854775807", 0, 1)]
    public void A_snapshot_that_others_touched_has_another_number(string name, string written, long spent, long expected)
    {
        var observed = Given.Observed(Seen(Given.Plain), Given.Found);
        var annotations = Json.Object((Operator.Names.PolicyGenerationAnnotation, written), (Operator.Names.PolicyHashAnnotation, observed.Snapshot.Hash));
        var map = KubeObject.From(Json.Object(("apiVersion", "v1"), ("kind", "ConfigMap"), ("metadata", Json.Object(("name", "weather-policy"), ("annotations", annotations)))));
        Assert.Equal((name, expected), (name, Counting.Count(observed.Policies.Input, observed.Object, map, spent).Input.Generation));
    }

    [Fact]
    public void A_snapshot_that_was_deleted_does_not_begin_at_one_again()
    {
        var tool = Given.Tool(Given.Plain, status: Json.Object(("policyGeneration", 7)));
        Assert.Equal(8, Planning.Plan(Given.Observed(tool, Given.Found), Given.Settings).Snapshot!.Generation);
    }

    [Fact]
    public void A_broken_policy_takes_no_mounts_from_pods_that_the_operator_does_not_remember()
    {
        var observed = Given.Observed(Seen(Given.Plain), Given.Found, Given.Policy("toolSelector: {}\nnetwork: {denny: []}")) with { Deployment = Given.Deployment(1, 1, 1) };
        Assert.DoesNotContain(Planning.Plan(observed, Given.Settings).Children, child => child.Resource == Kinds.Deployments || child.Resource == Kinds.NetworkPolicies);
    }

    private static KubeObject Seen(string spec, string status = "Unknown", string reason = "Resolving") => Given.Tool(spec, status: Json.Object(
        ("conditions", Json.Array(Json.Object(("type", "Ready"), ("status", status), ("reason", reason), ("message", "m"), ("lastTransitionTime", KubeTime.Seconds(Given.Now)))))));

    private static KubeObject Recorded(string spec)
    {
        var observed = Given.Observed(Seen(spec), Given.Found) with { Deployment = Given.Deployment(1, 1, 1) };
        return Given.Tool(spec, status: StatusMaking.Status(observed, Planning.Plan(observed, Given.Settings), new Applied([], observed.Deployment), Given.Now));
    }

    private static System.Text.Json.Nodes.JsonObject Copy(KubeObject tool) => System.Text.Json.Nodes.JsonNode.Parse(tool.Find("status")!.Value.GetRawText())!.AsObject();

    private sealed record Case(KubeObject Tool, Func<string, Resolution> Resolution, string? Policy = null)
    {
        internal KubeObject? Deployment { get; init; }

        internal PodFailure? Failure { get; init; }

        internal string? Ceiling { get; init; }

        internal string? Foreign { get; init; }

        internal string? Leaving { get; init; }

        internal string? Failed { get; init; }

        internal (Observed, Plan, Applied) Decide()
        {
            var observed = Given.Observed(Tool, Resolution, Policy is null ? [] : [Given.Policy(Policy)], Ceiling is null ? [] : [Given.Ceiling(Ceiling)]) with { Deployment = Deployment, Pods = new(null, Failure) };
            return (observed, Planning.Plan(observed, Given.Settings), new Applied(Foreign is null ? [] : [Foreign], Deployment) { Leaving = Leaving is null ? [] : [Leaving], Failed = Failed is null ? null : new(Failed, "no webhook", null!) });
        }
    }
}
