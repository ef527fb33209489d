using System.Collections.Immutable;
using System.Globalization;
using Tapedeck.Kube.Objects;
using Tapedeck.Manifest;
using Tapedeck.Manifest.Specs;
using Tapedeck.Operator.Artifacts;
using Tapedeck.Operator.Children;
using Tapedeck.Policy;
using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Merging;

namespace Tapedeck.Operator.Tools;

/// <summary>From what was found to what is to be done. Pure.</summary>
internal static class Planning
{
    internal static Plan Plan(Observed observed, Settings settings)
    {
        if (observed.Tool is not { } tool)
        {
            return Nothing(observed, new(Condition.Ready, Reasons.InvalidSpec, string.Join("; ", observed.Problems), IsTerminal: true));
        }
        var input = Count(observed);
        var grants = GrantsMerge.Merge(input with { ToolLimits = tool.Spec.Limits }, observed.LastGood);
        if (NotAllowed(tool.Spec, settings) is { } problem)
        {
            return Nothing(observed, problem) with { Grants = grants };
        }
        var (artifact, obstacle) = ArtifactOf(observed, tool);
        obstacle = artifact is not null && grants.Artifacts.Refuse(artifact.Repository, !artifact.Signers.IsEmpty) is { } refusal
            ? new(Condition.Verified, Reasons.NotAllowed, refusal, IsTerminal: true)
            : obstacle;
        if (artifact is null || obstacle is { Reason: Reasons.NotAllowed })
        {
            return Nothing(observed, obstacle) with { Grants = grants };
        }
        var maker = new ChildMaker(tool, observed.Object.Metadata.Uid);
        return new Plan
        {
            Children = Children(maker, artifact, grants, input, observed, settings),
            Unwanted = Unwanted(tool, observed.Surface),
            Artifact = artifact,
            Grants = grants,
            Snapshot = input,
            Obstacle = obstacle,
            Walls = Walls(grants),
        };
    }

    private static Plan Nothing(Observed observed, Obstacle? obstacle) => new() { Artifact = observed.Recorded, Obstacle = obstacle };

    /// <summary>
    /// What pods are to run. Where there is no answer, or none that may be used, what they run stays, as long as the spec that led to it does: a tag that
    /// moved to something bad changes nothing, and a spec that asks for something else is not answered with what was before.
    /// </summary>
    private static (Artifact?, Obstacle?) ArtifactOf(Observed observed, WasmTool tool)
    {
        var inputs = ResolveRequest.InputsOf(tool.Spec);
        var recorded = observed.Recorded is { } artifact && artifact.Inputs == inputs ? observed.Recorded : null;
        return observed.Resolution switch
        {
            Resolution.Found found when found.Artifact.Inputs == inputs => (found.Artifact, null),
            Resolution.Failed failed => (recorded, new Obstacle(
                failed.Failure == ResolutionFailure.NotVerified ? Condition.Verified : Condition.ArtifactResolved, failed.Reason, failed.Message, !failed.IsRetryable)),
            _ => (recorded, null),
        };
    }

    /// <summary>Gives the snapshot a number that is never lower than one that pods have seen, and the same one while it says the same.</summary>
    private static MergeInput Count(Observed observed)
    {
        var input = observed.Policies.Input;
        var annotations = observed.PolicyConfigMap?.Metadata.Annotations;
        var last = Math.Max(
            long.TryParse(annotations?.GetValueOrDefault(Names.PolicyGenerationAnnotation), NumberStyles.None, CultureInfo.InvariantCulture, out var written) ? written : 0,
            observed.Object.Find("status", "policyGeneration") is { ValueKind: System.Text.Json.JsonValueKind.Number } number && number.TryGetInt64(out var stated) ? stated : 0);
        var isSame = annotations?.GetValueOrDefault(Names.PolicyHashAnnotation) == ConfigMapChildren.PolicyHash(input) && written == last;
        return input with { Generation = isSame ? last : last + 1 };
    }

    private static ImmutableArray<Child> Children(
        ChildMaker maker, Artifact artifact, Grants grants, MergeInput input, Observed observed, Settings settings)
    {
        var content = ConfigMapChildren.ToolContent(maker.Tool, artifact.Digest);
        var toolMap = ConfigMapChildren.Tool(maker, content);
        // A policy that cannot be read grants nothing new. What it granted before the operator started is not known, and is not taken from pods for that.
        var isHeld = !grants.Problems.IsEmpty && observed.LastGood is null && observed.Deployment is not null;
        Child?[] all =
        [
            ServiceChildren.ServiceAccount(maker),
            toolMap,
            ConfigMapChildren.Policy(maker, input),
            isHeld ? null : NetworkPolicyChild.Make(maker, grants, settings),
            isHeld ? null : DeploymentChild.Make(maker, toolMap.Object.Metadata.Name, grants, settings),
            ServiceChildren.Service(maker),
            ServiceChildren.DisruptionBudget(maker, observed.Surface.DisruptionBudgets),
            ServiceChildren.HttpRoute(maker, observed.Surface.HttpRoutes),
        ];
        return [.. all.OfType<Child>()];
    }

    private static ImmutableArray<(Resource, ObjectKey)> Unwanted(WasmTool tool, Surface surface)
    {
        var key = new ObjectKey(tool.Namespace, tool.Name);
        var unwanted = ImmutableArray.CreateBuilder<(Resource, ObjectKey)>();
        if (surface.DisruptionBudgets is { } budgets && tool.Spec.Replicas is null or < 2)
        {
            unwanted.Add((surface.DisruptionBudgets!, key));
        }
        if (surface.HttpRoutes && tool.Spec.HttpRoute is null)
        {
            unwanted.Add((Kinds.HttpRoutes, key));
        }
        return unwanted.ToImmutable();
    }

    /// <summary>What a tenant asks that only the installer can grant, or that nothing can.</summary>
    private static Obstacle? NotAllowed(WasmToolSpec spec, Settings settings)
    {
        var rights = settings.Tenants;
        var needed = Memory.Limit(spec.Limits);
        (bool IsRefused, string Reason, string Message)[] rules =
        [
            (spec.Component is not OciSource, Reasons.InvalidSpec, "spec.component: in a cluster a component comes from a registry: give oci"),
            (spec.Service.Type != ServiceType.ClusterIP && !rights.LoadBalancer, Reasons.NotAllowed, $"spec.service.type: {spec.Service.Type} is not allowed here; use ClusterIP, or have --allow-load-balancer set"),
            (!spec.Service.Annotations.IsEmpty && !rights.Annotations, Reasons.NotAllowed, "spec.service.annotations are not allowed here; leave them out, or have --allow-service-annotations set"),
            (spec.Placement.PriorityClassName is not null && !rights.PriorityClass, Reasons.NotAllowed, "spec.placement.priorityClassName is not allowed here; leave it out, or have --allow-priority-class set"),
            (spec.Placement.RuntimeClassName is not null && !rights.RuntimeClass, Reasons.NotAllowed, "spec.placement.runtimeClassName is not allowed here; leave it out, or have --allow-runtime-class set"),
            (spec.Component is OciSource { PlainHttp: true } && !rights.PlainHttp, Reasons.NotAllowed, "spec.component.oci.plainHttp is not allowed here; use TLS, or have --allow-plain-http set"),
            (needed > settings.MostPodMemory, Reasons.InvalidSpec, $"spec.limits: memory times concurrentCalls, with arguments, responses and the runtime, are {Quantity.Format(needed)} in a pod, and {Quantity.Format(settings.MostPodMemory)} are allowed; lower one of them"),
        ];
        return rules.Where(rule => rule.IsRefused).Select(rule => new Obstacle(Condition.Ready, rule.Reason, rule.Message, IsTerminal: true)).FirstOrDefault();
    }

    private static ImmutableArray<string> Walls(Grants grants) => grants.NetworkAllow.Any(entry => entry.Cidr is null)
        ? ["NetworkPolicy: host names are not known to it, so it opens all public addresses on the granted ports; the runtime checks names"]
        : ["NetworkPolicy"];
}
