using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using Xunit;

namespace Tapedeck.Node.Tests;

/// <summary>The product from its installation to its end, on a real node: API server, kubelet, containerd, a registry, and DNS.</summary>
[TestCaseOrderer("Tapedeck.Node.Tests.StepOrder", "Tapedeck.Node.Tests")]
public sealed class Story(TestNode node) : IClassFixture<TestNode>
{
    private const string OperatorPods = "app.kubernetes.io/name=tapedeck-operator";

    // Seconds, and MiB.
    private const double MostOfPolicyChange = 10;
    private const double MostOfIdlePod = 100;

    private static readonly string[] Children = ["deployments", "replicasets", "pods", "services", "configmaps", "serviceaccounts", "networkpolicies", "poddisruptionbudgets"];

    [Step(1)]
    public Task What_config_says_installs_an_operator_that_becomes_ready() => node.StepAsync("installation", async () =>
    {
        var source = Environment.GetEnvironmentVariable("TAPEDECK_CONFIG")!;
        await node.Kubectl.ApplyAsync(Installation.Of(await node.Kubectl.RunAsync(null, "kustomize", source)));
        var seconds = await TestNode.UntilAsync("operators ready", async () =>
            await node.PodsAsync(TestNode.System, OperatorPods) is { Count: 2 } pods && pods.All(pod => pod.IsReady) ? null : "not both are ready");
        TestNode.Measured("operator: applied to two pods ready", seconds.TotalSeconds, "s");
        Assert.All(await node.PodsAsync(TestNode.System, OperatorPods), IsRestricted);
    });

    [Step(2)]
    public Task A_signed_component_that_is_applied_becomes_a_ready_pod_under_restricted_settings() => node.StepAsync("first tool", async () =>
    {
        await node.Kubectl.RunAsync(null, "create", "namespace", TestNode.Namespace);
        var digest = await node.Registry.PushAsync("acme/text", "1", Example("text"), isSigned: true);
        await node.Kubectl.ApplyAsync(Manifests.Tool("text", "1", node.Registry.PublicKey));
        var seconds = await node.UntilConditionAsync("text", "Ready", "True", "Serving");
        TestNode.Measured("tool in C: applied to Ready", seconds.TotalSeconds, "s");
        Assert.Equal("Verified", (await node.ConditionAsync("text", "Verified"))!["reason"]!.GetValue<string>());
        Assert.Equal("NoPolicy", (await node.ConditionAsync("text", "PolicyAccepted"))!["reason"]!.GetValue<string>());
        var status = (await node.Kubectl.FindAsync(TestNode.Namespace, "wasmtool", "text"))!["status"]!;
        Assert.Equal(digest, status["artifact"]!["digest"]!.GetValue<string>());
        await TestNode.UntilAsync("text lists its tools", async () =>
            (await node.Kubectl.FindAsync(TestNode.Namespace, "wasmtool", "text"))!["status"]!["tools"]?["count"]?.GetValue<int>() is 3 ? null : "it does not");
        var pod = Assert.Single(await node.PodsAsync("text"));
        IsRestricted(pod);
    });

    [Step(3)]
    public Task An_agent_lists_and_calls_the_tools_through_the_service() => node.StepAsync("calls", async () =>
    {
        using var agent = await Agent.OfAsync(node, "text");
        await using (var client = await agent.ConnectAsync())
        {
            Assert.Equal(["count", "divide", "slug"], (await client.ListToolsAsync()).Select(tool => tool.Name).Order(StringComparer.Ordinal));
            var counted = await client.CallToolAsync("count", new Dictionary<string, object?> { ["text"] = "on a real node" });
            Assert.Equal("""{"characters":14,"words":4,"lines":1}""", Assert.IsType<TextContentBlock>(Assert.Single(counted.Content)).Text);
        }
        await IsCountingAsync(agent);
    });

    [Step(4)]
    public Task A_tool_gets_what_its_policy_names_by_the_clusters_dns_and_nothing_else() => node.StepAsync("policy", async () =>
    {
        await node.Web.StartAsync("pages.example", "other.example");
        await node.Registry.PushAsync("acme/fetch", "1", Example("fetch"), isSigned: true);
        await node.Kubectl.ApplyAsync(Manifests.Web("pages.example"));
        await node.Kubectl.ApplyAsync(Manifests.Tool("fetch", "1", node.Registry.PublicKey, "{prefix: fetch_}"));
        await node.UntilConditionAsync("fetch", "Ready", "True", "Serving");
        await node.UntilConditionAsync("fetch", "PolicyAccepted", "True", "Enforcing");
        using var agent = await Agent.OfAsync(node, "fetch");
        var page = await agent.GetAsync("https://pages.example/");
        Assert.Equal("""{"result":{"status":200,"body":"hello from pages.example"}}""", page["structuredContent"]?.ToJsonString());
    });

    [Step(5)]
    public Task What_no_rule_names_is_denied_and_the_answer_says_why() => node.StepAsync("denial", async () =>
    {
        using var agent = await Agent.OfAsync(node, "fetch");
        var denied = await agent.GetAsync("https://other.example/");
        Assert.Equal("denied", Agent.CodeOf(denied));
        Assert.Contains("no rule allows GET https://other.example/", denied["content"]![0]!["text"]!.GetValue<string>(), StringComparison.Ordinal);
        // The cluster's own addresses, and the API server above all.
        var cluster = await agent.GetAsync("https://10.96.0.1/");
        Assert.Equal("denied", Agent.CodeOf(cluster));
        Assert.Contains("10.96.0.1 is the cluster's own", cluster["content"]![0]!["text"]!.GetValue<string>(), StringComparison.Ordinal);
        var pod = Assert.Single(await node.PodsAsync("fetch"));
        var log = await node.Kubectl.RunAsync(null, "-n", TestNode.Namespace, "logs", pod.Name);
        Assert.Contains("tools/fetch asked for network.http, GET https://other.example/: no rule allows", log, StringComparison.Ordinal);
    });

    [Step(6)]
    public Task A_policy_that_changes_is_enforced_in_the_running_pod() => node.StepAsync("policy change", async () =>
    {
        using var agent = await Agent.OfAsync(node, "fetch");
        var before = Assert.Single(await node.PodsAsync("fetch"));
        await node.Kubectl.ApplyAsync(Manifests.Web("*.example"));
        var opened = await TestNode.UntilAsync("other.example is allowed", async () => Agent.CodeOf(await agent.GetAsync("https://other.example/")));
        TestNode.Measured("policy: applied to a grant that is used", opened.TotalSeconds, "s", MostOfPolicyChange);
        await node.Kubectl.ApplyAsync(Manifests.Web("pages.example"));
        var closed = await TestNode.UntilAsync("other.example is denied", async () => Agent.CodeOf(await agent.GetAsync("https://other.example/")) == "denied" ? null : "it is allowed");
        TestNode.Measured("policy: applied to a grant that is gone", closed.TotalSeconds, "s", MostOfPolicyChange);
        var after = Assert.Single(await node.PodsAsync("fetch"));
        Assert.Equal((before.Name, before.Restarts, before.Process()), (after.Name, after.Restarts, after.Process()));
        // Counted as enforcing when the pod says that it does.
        await TestNode.UntilAsync("the policy counts the pod as enforcing", async () =>
        {
            var status = (await node.Kubectl.FindAsync(TestNode.Namespace, "capabilitypolicy", "web"))!["status"]!;
            return status["enforcing"]!.GetValue<int>() == 1 && status["selected"]!.GetValue<int>() == 1 ? null : status.ToJsonString();
        });
    });

    [Step(7)]
    public Task A_pod_that_served_for_a_while_is_still_the_one_that_was_started() => node.StepAsync("idle", async () =>
    {
        var pod = Assert.Single(await node.PodsAsync("text"));
        // What its limit of memory is for: nobody ended it.
        Assert.Equal((0, true), (pod.Restarts, pod.IsReady));
        TestNode.Measured("tool in C: resident memory of an idle pod", pod.MebibytesResident(), "MiB", MostOfIdlePod);
        foreach (var replica in await node.PodsAsync(TestNode.System, OperatorPods))
        {
            TestNode.Measured("operator: resident memory", replica.MebibytesResident(), "MiB");
        }
    });

    [Step(8)]
    public Task A_tag_that_moves_to_another_signed_component_is_rolled_out_without_a_call_that_fails() => node.StepAsync("update", async () =>
    {
        using var agent = await Agent.OfAsync(node, "text");
        var digest = await node.Registry.PushAsync("acme/text", "1", Versioned(Example("text"), 2), isSigned: true);
        var seconds = await AskedAgainAsync("text", async () =>
        {
            await IsCountingAsync(agent);
            var status = (await node.Kubectl.FindAsync(TestNode.Namespace, "wasmtool", "text"))!["status"]!;
            return status["artifact"]!["digest"]!.GetValue<string>() == digest && await IsDoneAsync("text") ? null : status.ToJsonString();
        });
        TestNode.Measured("update by tag: asked for to rolled out", seconds.TotalSeconds, "s");
    });

    [Step(9)]
    public Task A_component_that_nobody_signed_is_refused_while_the_one_before_serves() => node.StepAsync("unsigned", async () =>
    {
        using var agent = await Agent.OfAsync(node, "text");
        var before = Assert.Single(await node.PodsAsync("text"), pod => !pod.IsEnding);
        var signed = await DigestAsync("text");
        await node.Registry.PushAsync("acme/text", "1", Versioned(Example("text"), 3), isSigned: false);
        await AskedAgainAsync("text", async () =>
        {
            await IsCountingAsync(agent);
            var verified = await node.ConditionAsync("text", "Verified");
            return verified?["status"]?.GetValue<string>() == "False" ? null : $"{verified}";
        });
        Assert.Contains("sign", (await node.ConditionAsync("text", "Verified"))!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("True", (await node.ConditionAsync("text", "Ready"))!["status"]!.GetValue<string>());
        Assert.Equal(signed, await DigestAsync("text"));
        Assert.Equal(before.Name, Assert.Single(await node.PodsAsync("text"), pod => !pod.IsEnding).Name);
    });

    [Step(10)]
    public Task A_component_that_does_not_load_is_refused_while_the_one_before_serves_and_the_status_says_why() => node.StepAsync("broken", async () =>
    {
        using var agent = await Agent.OfAsync(node, "text");
        await node.Registry.PushAsync("acme/text", "1", Example("text")[..900], isSigned: true);
        var seconds = await AskedAgainAsync("text", async () =>
        {
            await IsCountingAsync(agent);
            var stalled = await node.ConditionAsync("text", "Stalled");
            return stalled?["status"]?.GetValue<string>() == "True" && stalled["reason"]!.GetValue<string>() == "ComponentRefused" ? null : $"{stalled}";
        });
        TestNode.Measured("component that does not load: asked for to the status says why", seconds.TotalSeconds, "s");
        Assert.Contains("unexpected end-of-file", (await node.ConditionAsync("text", "Stalled"))!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("True", (await node.ConditionAsync("text", "Ready"))!["status"]!.GetValue<string>());
        await IsCountingAsync(agent);
        // A good one ends it.
        var digest = await node.Registry.PushAsync("acme/text", "1", Versioned(Example("text"), 4), isSigned: true);
        await AskedAgainAsync("text", async () =>
        {
            await IsCountingAsync(agent);
            return await DigestAsync("text") == digest && await IsDoneAsync("text") ? null : $"{await node.ConditionAsync("text", "Reconciling")}";
        });
    });

    [Step(11)]
    public Task A_pod_that_is_killed_comes_back() => node.StepAsync("killed pod", async () =>
    {
        using var agent = await Agent.OfAsync(node, "text");
        var pod = Assert.Single(await node.PodsAsync("text"), pod => !pod.IsEnding);
        using (var process = Process.GetProcessById(pod.Process()))
        {
            process.Kill();
        }
        var seconds = await TestNode.UntilAsync("the container is started again", async () =>
            await node.PodsAsync("text") is [{ IsReady: true, Restarts: > 0 }] ? null : "it is not");
        TestNode.Measured("runtime killed: until it serves again", seconds.TotalSeconds, "s");
        await EventuallyCountingAsync(agent);
        await node.Kubectl.DeleteAsync(TestNode.Namespace, "pod", pod.Name);
        await TestNode.UntilAsync("another pod is ready", async () =>
            (await node.PodsAsync("text")).Any(other => other.IsReady && other.Name != pod.Name) ? null : "it is not");
        await EventuallyCountingAsync(agent);
        await node.UntilConditionAsync("text", "Ready", "True", "Serving");
    });

    [Step(12)]
    public Task An_operator_that_is_killed_is_followed_by_another_that_goes_on() => node.StepAsync("killed operator", async () =>
    {
        using var agent = await Agent.OfAsync(node, "fetch");
        foreach (var pod in await node.PodsAsync(TestNode.System, OperatorPods))
        {
            using var process = Process.GetProcessById(pod.Process());
            process.Kill();
        }
        // Pods go on without their operator.
        Assert.Null(Agent.CodeOf(await agent.GetAsync("https://pages.example/")));
        await node.Kubectl.ApplyAsync(Manifests.Web("other.example"));
        var seconds = await TestNode.UntilAsync("a policy is enforced again", async () => Agent.CodeOf(await agent.GetAsync("https://other.example/")));
        TestNode.Measured("both operators killed: until a policy change is enforced", seconds.TotalSeconds, "s");
        Assert.Equal("denied", Agent.CodeOf(await agent.GetAsync("https://pages.example/")));
        await node.UntilConditionAsync("fetch", "Ready", "True", "Serving");
    });

    [Step(13)]
    public Task What_is_deleted_leaves_nothing() => node.StepAsync("deletion", async () =>
    {
        await node.Kubectl.DeleteAsync(TestNode.Namespace, "capabilitypolicy", "web");
        await node.Kubectl.DeleteAsync(TestNode.Namespace, "wasmtool", "text", "fetch");
        var seconds = await TestNode.UntilAsync("all children are gone", async () =>
        {
            var left = new List<string>();
            foreach (var kind in Children)
            {
                left.AddRange((await node.Kubectl.ListAsync(TestNode.Namespace, kind, "app.kubernetes.io/managed-by=tapedeck")).Select(child => $"{kind}/{child["metadata"]!["name"]}"));
            }
            return left.Count == 0 ? null : string.Join(", ", left);
        });
        TestNode.Measured("deleted until no child is left", seconds.TotalSeconds, "s");
        await node.Kubectl.RunAsync(null, "delete", "customresourcedefinitions", "wasmtools.tapedeck.dev", "capabilitypolicies.tapedeck.dev", "clustercapabilitypolicies.tapedeck.dev");
        await node.Kubectl.RunAsync(null, "delete", "namespace", TestNode.Namespace, TestNode.System);
    });

    /// <summary>What Pod Security's profile `restricted` asks for, looked up in the process and not in its spec.</summary>
    private static void IsRestricted(Pod pod)
    {
        var facts = pod.Facts();
        Assert.Equal("65532", facts["Uid"].Split('\t')[1]);
        Assert.Equal(0UL, ulong.Parse(facts["CapEff"], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        Assert.Equal(0UL, ulong.Parse(facts["CapBnd"], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        Assert.Equal("1", facts["NoNewPrivs"]);
        // A filter.
        Assert.Equal("2", facts["Seccomp"]);
        Assert.True(pod.HasReadOnlyRoot());
    }

    private static async Task IsCountingAsync(Agent agent)
    {
        var result = await agent.CallAsync("count", new JsonObject { ["text"] = "one two" });
        Assert.Equal("""{"result":{"characters":7,"words":2,"lines":1}}""", result["structuredContent"]?.ToJsonString());
    }

    /// <summary>Between the end of a pod and kube-proxy's notice of it, a call may go to where nobody is.</summary>
    private static Task<TimeSpan> EventuallyCountingAsync(Agent agent) => TestNode.UntilAsync("calls are answered", async () =>
    {
        try
        {
            await IsCountingAsync(agent);
            return null;
        }
        catch (HttpRequestException notYet)
        {
            return notYet.Message;
        }
    });

    /// <summary>Has the tag looked up at once, and waits.</summary>
    private async Task<TimeSpan> AskedAgainAsync(string tool, Func<Task<string?>> look)
    {
        await node.Kubectl.RunAsync(null, "-n", TestNode.Namespace, "annotate", "--overwrite", "wasmtool", tool, $"tapedeck.dev/reconcile-at={Guid.NewGuid():n}");
        return await TestNode.UntilAsync($"{tool} is as its tag says", look);
    }

    private async Task<string?> DigestAsync(string tool) =>
        (await node.Kubectl.FindAsync(TestNode.Namespace, "wasmtool", tool))?["status"]?["artifact"]?["digest"]?.GetValue<string>();

    private async Task<bool> IsDoneAsync(string tool) => (await node.ConditionAsync(tool, "Reconciling"))?["status"]?.GetValue<string>() == "False";

    private static byte[] Example(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "examples", $"{name}.wasm"));

    /// <summary>The same component with other bytes: a custom section at its end, which means nothing.</summary>
    private static byte[] Versioned(byte[] component, byte version) => [.. component, 0, 3, 1, (byte)'v', version];
}
