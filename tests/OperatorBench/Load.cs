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

    /// <summary>Has each Deployment that is not rolled out say that it is.</summary>
    internal static Task RollOutAsync(Cluster cluster, Following following) => Parallel.ForEachAsync(
        following.Deployments.Where(deployment => !Rollout.Of(deployment).IsComplete || Rollout.Of(deployment).Available == 0),
        Several,
        async (deployment, token) =>
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
