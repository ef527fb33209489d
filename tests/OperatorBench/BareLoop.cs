using System.Collections.Immutable;
using System.Diagnostics;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Policies;
using Tapedeck.Operator.Tools;
using Tapedeck.Policy.Specs;

namespace Tapedeck.OperatorBench;

/// <summary>The same writes as the operator's, one after the other for each tool, with nothing decided, watched or remembered.</summary>
internal static class BareLoop
{
    internal const string Namespace = "bare";
    private static readonly ApplyOptions Apply = new(Names.FieldManager) { Force = true };

    /// <returns>How long it took from the first tool to the last child.</returns>
    internal static async Task<TimeSpan> RunAsync(Cluster cluster, int tools, int workers)
    {
        await Load.CreateNamespaceAsync(cluster, Namespace);
        var watch = Stopwatch.StartNew();
        var options = new ParallelOptions { MaxDegreeOfParallelism = workers };
        await Parallel.ForEachAsync(Enumerable.Range(0, tools), options, async (i, token) =>
        {
            var tool = await cluster.Client.CreateAsync(Kinds.WasmTools, Load.Tool(Namespace, i), "bench", token);
            var (observed, plan) = Decide(tool);
            await StatusAsync(cluster, observed, new Plan(), token);
            foreach (var child in plan.Children)
            {
                await cluster.Client.ApplyAsync(child.Resource, child.Object, Apply, token);
            }
            await StatusAsync(cluster, observed, plan, token);
        });
        return watch.Elapsed;
    }

    private static (Observed, Plan) Decide(KubeObject tool)
    {
        var read = Gathering.Read(tool).Tool!;
        var request = new ResolveRequest(Namespace, (Manifest.Specs.OciSource)read.Spec.Component, null, "");
        var facts = new ToolFacts(tool.Metadata.Labels, ImmutableDictionary<string, string>.Empty, request.Source.Repository);
        var policies = Selecting.Of(Namespace, [facts], [], [], [], Subject.Settings.Addresses);
        var observed = new Observed
        {
            Object = tool,
            Tool = read,
            Resolution = Subject.Resolve(request),
            Policies = policies,
            Snapshot = Counting.Count(policies.Input, tool, null, 0),
            Surface = new Surface(Kinds.OldDisruptionBudgets, HttpRoutes: false, CiliumPolicies: false),
        };
        return (observed, Planning.Plan(observed, Subject.Settings));
    }

    private static Task<KubeObject> StatusAsync(Cluster cluster, Observed observed, Plan plan, CancellationToken cancellationToken)
    {
        var status = StatusMaking.Status(observed, plan, new Applied([], null), TimeProvider.System.GetUtcNow());
        var metadata = observed.Object.Metadata;
        var wanted = KubeObject.From(Json.Object(
            ("apiVersion", Kinds.WasmTools.ApiVersion), ("kind", Kinds.WasmTools.Kind), ("metadata", Json.Object(("name", metadata.Name), ("namespace", metadata.Namespace))), ("status", status)));
        return cluster.Client.ApplyAsync(Kinds.WasmTools, wanted, Apply with { Subresource = Subresource.Status }, cancellationToken);
    }
}
