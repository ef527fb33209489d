using System.Collections.Immutable;
using Tapedeck.Kube.Objects;
using Tapedeck.Manifest;
using Tapedeck.Manifest.Reading;
using Tapedeck.Manifest.Specs;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Policies;
using Tapedeck.Operator.Reports;
using Tapedeck.Policy;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator.Tools;

/// <summary>Puts together what is known of a tool. Asks caches only, and the resolver and the reporter, which answer at once.</summary>
internal sealed class Gathering(Caches caches, Resolver resolver, Reporter reporter, Departed departed, Settings settings)
{
    private const int MostProblems = 10;

    /// <param name="policy">The ConfigMap with the policies.</param>
    /// <param name="spent">See <see cref="Counting"/>.</param>
    /// <returns>What was found, and when to look again.</returns>
    internal (Observed Observed, TimeSpan? Again) Gather(KubeObject @object, KubeObject? policy, long spent, Grants? lastGood)
    {
        var (tool, problems) = Read(@object);
        var recorded = Artifact.Read(@object);
        var superseded = Artifact.ReadSuperseded(@object);
        // What the installer forbids is not asked for either: a question takes pull secrets along, and without TLS everybody on the way would read them.
        var (answer, again) = tool is { Spec.Component: OciSource source } && Planning.NotAllowed(tool, settings) is null
            ? resolver.Look(@object.Key, new ResolveRequest(tool.Namespace, source, tool.Spec.Verify, @object.Metadata.Annotations.GetValueOrDefault(Names.ReconcileAtAnnotation, "")) { Recorded = recorded }, recorded)
            : (new Resolution.Pending(), null);
        var deployment = caches.Deployments.Get(@object.Key);
        var (gone, left) = departed.Look(@object.Metadata.Uid, StatedPolicies(@object), name => IsThere(name, @object.Metadata.Namespace));
        var policies = Selecting.Of(
            @object.Metadata.Namespace,
            InPlay(@object, tool, answer, deployment is null || recorded is null ? [] : [recorded, .. superseded]),
            caches.Policies.ByIndex(Caches.ByNamespace, @object.Metadata.Namespace),
            caches.AllCeilings,
            gone,
            settings.Addresses);
        var snapshot = Counting.Count(policies.Input, @object, policy, spent);
        var rollout = Rollout.Of(deployment);
        // Where there are no pods nobody answers.
        var word = recorded is not null && rollout.Replicas > 0 ? reporter.Look(@object.Key, new Question(
                recorded.Digest, rollout.ToolConfigMap, snapshot.Name, rollout.Available > 0, rollout.IsSettled), Counting.NameOf(policy)) : PodWord.None;
        return (new Observed
        {
            Object = @object,
            Tool = tool,
            Problems = problems,
            Resolution = answer,
            Recorded = recorded,
            Superseded = superseded,
            TagRecord = tool is null ? null : TagRecord.Read(@object, tool.Spec),
            Policies = policies,
            Snapshot = snapshot,
            LastGood = lastGood,
            Deployment = deployment,
            Surface = caches.Surface,
            CiliumDoubt = Verdicts.DoubtOfCilium(Own(Kinds.CiliumPolicies, @object)),
            RouteTrouble = Verdicts.OfGateways(Own(Kinds.HttpRoutes, @object)),
            Pods = word.Answer,
            Enforced = word.Enforced,
            AsksPods = settings.Peers.Operator.Length > 0,
            IsAsking = word.IsAsking,
        }, Earliest(again, left, word.Again));
    }

    internal static (WasmTool? Tool, ImmutableArray<string> Problems) Read(KubeObject @object)
    {
        var problems = new ProblemList(@object.ToString());
        var tool = Documents.Read(@object.Json.GetRawText(), problems) is [var document] ? WasmToolReader.Read(document, problems) : null;
        return (tool, [.. problems.All.Take(MostProblems).Select(problem => problem.Text)]);
    }

    internal static TimeSpan? Earliest(params ReadOnlySpan<TimeSpan?> times)
    {
        TimeSpan? earliest = null;
        foreach (var time in times)
        {
            earliest = earliest is null || time < earliest ? time ?? earliest : earliest;
        }
        return earliest;
    }

    /// <summary>The tool as each artifact makes it that pods run or may come to run: a policy that is narrowed to one of them says nothing of another.</summary>
    private List<ToolFacts> InPlay(KubeObject @object, WasmTool? tool, Resolution answer, Artifact[] running)
    {
        var labels = caches.LabelsOf(@object.Metadata.Namespace);
        Artifact[] artifacts = answer is Resolution.Found found ? [found.Artifact, .. running] : running;
        return artifacts.Length == 0
            ? [new ToolFacts(@object.Metadata.Labels, labels, (tool?.Spec.Component as OciSource)?.Repository ?? "")]
            : [.. artifacts.Select(artifact => new ToolFacts(@object.Metadata.Labels, labels, artifact.Repository) { Signers = artifact.Signers })];
    }

    /// <summary>The child of this resource, where the server has it and it is this tool's.</summary>
    private KubeObject? Own(Resource resource, KubeObject tool) =>
        caches.Owned.TryGetValue(resource, out var children) && children.Get(tool.Key) is { } child && child.Metadata.ControllerOwner?.Uid == tool.Metadata.Uid ? child : null;

    private bool IsThere(PolicyName name, string @namespace) => name.Kind == Kinds.Policies.Kind
        ? caches.Policies.Get(new(@namespace, name.Name)) is not null
        : caches.Ceilings is not { } ceilings || ceilings.Get(ObjectKey.Cluster(name.Name)) is not null;

    /// <summary>What the status names, without generations.</summary>
    private static IEnumerable<PolicyName> StatedPolicies(KubeObject tool) =>
        from entry in tool.Find("status").Items("policies")
        let kind = entry.Text("kind")
        let name = entry.Text("name")
        where kind == Kinds.Policies.Kind || kind == Kinds.Ceilings.Kind
        where name is { Length: > 0 }
        select new PolicyName(kind, name, 0);

    /// <summary>Of the snapshot that the status names; 0 for none.</summary>
    internal static long PolicyGeneration(KubeObject tool) => tool.Find("status")?.Number("policyGeneration") ?? 0;
}
