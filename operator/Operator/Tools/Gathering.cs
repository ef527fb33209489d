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

/// <summary>Puts together what is known of a tool. Asks caches only, and the resolver, which answers at once.</summary>
internal sealed class Gathering(Caches caches, Resolver resolver, Reporter reporter, Settings settings)
{
    private const int MostProblems = 10;

    /// <returns>What was found, and when to look again.</returns>
    internal (Observed Observed, TimeSpan? Again) Gather(KubeObject @object, Grants? lastGood)
    {
        var (tool, problems) = Read(@object);
        var recorded = Artifact.Read(@object);
        // An annotation is no reason to ask a registry before the installer's rules have been looked at; planning refuses what they forbid, and asking does no harm.
        var (answer, again) = tool is { Spec.Component: OciSource source }
            ? resolver.Look(@object.Key, new ResolveRequest(tool.Namespace, source, tool.Spec.Verify, @object.Metadata.Annotations.GetValueOrDefault(Names.ReconcileAtAnnotation, "")), recorded)
            : (new Resolution.Pending(), null);
        var artifact = answer is Resolution.Found found ? found.Artifact : recorded;
        var facts = new ToolFacts(
            @object.Metadata.Labels,
            caches.LabelsOf(@object.Metadata.Namespace),
            (tool?.Spec.Component as OciSource)?.Repository ?? "")
        {
            Signers = artifact?.Signers ?? [],
        };
        var deployment = caches.Deployments.Get(@object.Key);
        var (report, soon) = recorded is not null && Rollout.Of(deployment).Available > 0 ? reporter.Look(@object.Key, recorded.Digest, PolicyGeneration(@object)) : (null, null);
        return (new Observed
        {
            Object = @object,
            Tool = tool,
            Problems = problems,
            Resolution = answer,
            Recorded = recorded,
            Policies = Selecting.Of(facts, caches.Policies.ByIndex(Caches.ByNamespace, @object.Metadata.Namespace), caches.Ceilings.All, settings.Addresses),
            LastGood = lastGood,
            Deployment = deployment,
            PolicyConfigMap = caches.Owned[Kinds.ConfigMaps].Get(new(@object.Metadata.Namespace, Names.PolicyConfigMap(@object.Metadata.Name))),
            Surface = caches.Surface,
            Report = report,
        }, again is null || soon < again ? soon ?? again : again);
    }

    private static long PolicyGeneration(KubeObject tool) =>
        tool.Find("status", "policyGeneration") is { ValueKind: System.Text.Json.JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : 0;

    internal static (WasmTool? Tool, ImmutableArray<string> Problems) Read(KubeObject @object)
    {
        var problems = new ProblemList(@object.ToString());
        var tool = Documents.Read(@object.Json.GetRawText(), problems) is [var document] ? WasmToolReader.Read(document, problems) : null;
        return (tool, [.. problems.All.Take(MostProblems).Select(problem => $"{problem.Field}: {problem.Message}")]);
    }
}
