using System.Text.Json.Nodes;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator;
using Tapedeck.Operator.Tools;

namespace Tapedeck.OperatorBench;

/// <summary>What users and a Deployment controller do to the server.</summary>
internal static class Load
{
    private const int Hands = 8;
    private static readonly ParallelOptions Several = new() { MaxDegreeOfParallelism = Hands };

    internal static Task CreateNamespaceAsync(Cluster cluster, string name) =>
        cluster.Client.CreateAsync(Kinds.Namespaces, KubeObject.From(Json.Object(("apiVersion", "v1"), ("kind", "Namespace"), ("metadata", Json.Object(("name", name))))), "bench", default);

    internal static KubeObject Tool(string @namespace, int number) => KubeObject.From(Json.Object(
        ("apiVersion", Kinds.WasmTools.ApiVersion),
        ("kind", Kinds.WasmTools.Kind),
        ("metadata", Json.Object(("name", $"tool-{number}"), ("namespace", @namespace), ("labels", Json.Object(("team", $"t{number % 10}"))))),
        ("spec", Json.Object(
            ("component", Json.Object(("oci", Json.Object(("repository", $"ghcr.io/acme/tool-{number % Subject.Digests}"), ("ref", Json.Object(("tag", "v1"))))))),
            ("replicas", 2)))));

    internal static Task CreateAsync(Cluster cluster, int tools) => Parallel.ForEachAsync(
        Enumerable.Range(0, tools), Several, async (i, token) => await cluster.Client.CreateAsync(Kinds.WasmTools, Tool(Subject.Namespace, i), "bench", token));

    /// <summary>How many objects of each kind the tools have.</summary>
    internal static async Task<Dictionary<string, int>> ChildrenAsync(Cluster cluster)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var resource in Kinds.Owned.AddRange(Kinds.Deployments, Kinds.OldDisruptionBudgets))
        {
            var list = await cluster.Client.ListAsync(resource, new Selection { Namespace = Subject.Namespace, LabelSelector = Names.OwnedSelector, MetadataOnly = true }, default);
            counts[resource.Plural] = list.Items.Count;
        }
        return counts;
    }

    /// <summary>Has each Deployment that is not rolled out say that it is.</summary>
    internal static async Task RollOutAsync(Cluster cluster)
    {
        var all = await cluster.Client.ListAsync(Kinds.Deployments, new Selection { Namespace = Subject.Namespace }, default);
        await Parallel.ForEachAsync(all.Items.Where(deployment => !Rollout.Of(deployment).IsComplete || Rollout.Of(deployment).Available == 0), Several, async (deployment, token) =>
        {
            var pods = deployment.Find("spec", "replicas")!.Value.GetInt32();
            var status = Json.Object(("status", Json.Object(
                ("observedGeneration", deployment.Metadata.Generation), ("replicas", pods), ("updatedReplicas", pods), ("readyReplicas", pods), ("availableReplicas", pods))));
            try
            {
                await cluster.Client.PatchAsync(Kinds.Deployments, deployment.Key, PatchKind.Merge, status, "bench", Subresource.Status, token);
            }
            catch (NotFoundException)
            {
                // Its tool was deleted meanwhile.
            }
        });
    }

    internal static async Task<int> ReadyAsync(Cluster cluster)
    {
        var all = await cluster.Client.ListAsync(Kinds.WasmTools, new Selection { Namespace = Subject.Namespace }, default);
        return all.Items.Count(tool => Condition.Find(tool, Condition.Ready)?.Status == true && Condition.Find(tool, Condition.Reconciling)?.Status == false);
    }

    /// <summary>One change of those that a cluster sees: a tag that moves, a label, a policy, a tool that goes and one that comes.</summary>
    internal static async Task ChangeAsync(Cluster cluster, Random random, int tools, int step)
    {
        var key = new ObjectKey(Subject.Namespace, $"tool-{random.Next(tools)}");
        try
        {
            switch (step % 5)
            {
                case 0 or 1:
                    await PatchAsync(cluster, key, Json.Object(("annotations", Json.Object((Names.ReconcileAtAnnotation, $"{step}")))));
                    break;
                case 2:
                    await PatchAsync(cluster, key, Json.Object(("labels", Json.Object(("step", $"{step}")))));
                    break;
                case 3:
                    await DeleteAsync(cluster, key);
                    await cluster.Client.CreateAsync(Kinds.WasmTools, Tool(Subject.Namespace, int.Parse(key.Name[5..])), "bench", default);
                    break;
                default:
                    await PolicyAsync(cluster, random.Next(10), step);
                    break;
            }
        }
        catch (ApiException error) when (error is NotFoundException or AlreadyExistsException)
        {
            // Two changes met.
        }
    }

    /// <summary>With its children, as the garbage collector does, which this server lacks.</summary>
    private static async Task DeleteAsync(Cluster cluster, ObjectKey key)
    {
        await cluster.Client.DeleteAsync(Kinds.WasmTools, key, new DeleteOptions(), default);
        var selection = new Selection { Namespace = key.Namespace, LabelSelector = $"{Names.ToolLabel}={key.Name}", MetadataOnly = true };
        foreach (var resource in Kinds.Owned.AddRange(Kinds.Deployments, Kinds.OldDisruptionBudgets))
        {
            foreach (var child in (await cluster.Client.ListAsync(resource, selection, default)).Items)
            {
                await cluster.Client.DeleteAsync(resource, child.Key, new DeleteOptions(), default);
            }
        }
    }

    private static Task<KubeObject> PolicyAsync(Cluster cluster, int team, int step) => cluster.Client.ApplyAsync(
        Kinds.Policies,
        KubeObject.From(Json.Object(
            ("apiVersion", Kinds.Policies.ApiVersion),
            ("kind", Kinds.Policies.Kind),
            ("metadata", Json.Object(("name", $"team-{team}"), ("namespace", Subject.Namespace))),
            ("spec", Json.Object(
                ("toolSelector", Json.Object(("matchLabels", Json.Object(("team", $"t{team}"), ("step", $"{step - 2}"))))),
                ("network", Json.Object(("allow", Json.Array(Json.Object(("host", $"h{step}.example")))))))))),
        new ApplyOptions("bench") { Force = true },
        default);

    private static Task<KubeObject> PatchAsync(Cluster cluster, ObjectKey key, JsonObject metadata) =>
        cluster.Client.PatchAsync(Kinds.WasmTools, key, PatchKind.Merge, Json.Object(("metadata", metadata)), "bench", Subresource.None, default);
}
