using System.Collections.Immutable;
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
        var snapshot = observed.Snapshot;
        var tool = observed.Tool;
        // Ceilings that are too many for pods are none too many here: what they say of artifacts holds.
        var input = snapshot.Input with { Ceilings = observed.Policies.Input.Ceilings, ToolLimits = tool?.Spec.Limits ?? StatedLimits.None };
        var grants = GrantsMerge.Merge(input, observed.LastGood);
        if (tool is null)
        {
            return Kept(observed, settings, snapshot, grants, new(Condition.Ready, Reasons.InvalidSpec, string.Join("; ", observed.Problems), IsTerminal: true)) with { Grants = null };
        }
        if (NotAllowed(tool, settings) is { } problem)
        {
            return Kept(observed, settings, snapshot, grants, problem);
        }
        var (artifact, obstacle) = ArtifactOf(observed, tool);
        if (artifact is not null && Refusal(grants, artifact) is { } refusal)
        {
            obstacle = refusal;
            // A tag that moved to what a ceiling refuses leaves what was before, unless that is refused as well.
            artifact = observed.Recorded is { } recorded && recorded.Inputs == artifact.Inputs && Refusal(grants, recorded) is null ? recorded : null;
        }
        if (artifact is null)
        {
            return Kept(observed, settings, snapshot, grants, obstacle);
        }
        if (IsBlind(observed, artifact, grants))
        {
            return Kept(observed, settings, snapshot, grants, new(
                Condition.PolicyAccepted, Reasons.InvalidPolicy, $"what a policy that cannot be read forbids is not known, so nothing new is started: {string.Join("; ", grants.Problems)}", IsTerminal: observed.Policies.Departed.IsEmpty));
        }
        var registry = RegistryPlace.Of((OciSource)tool.Spec.Component, settings);
        var walls = Walls.Of(registry, grants, settings, observed.Surface.CiliumPolicies, observed.CiliumDoubt);
        return new Plan
        {
            Children = Children(new ChildMaker(tool, observed.Object.Metadata.Uid), artifact, grants, walls, registry, snapshot, observed, settings),
            IsWhole = true,
            Unwanted = Unwanted(tool, walls, observed.Surface),
            Artifact = artifact,
            Grants = grants,
            Snapshot = snapshot.Input,
            Obstacle = obstacle,
            Note = Note(observed, tool.Spec, artifact),
            Walls = walls.Texts(grants, registry.Ports),
        };
    }

    /// <summary>
    /// The spec is not followed, and pods of before go on. Policies are not theirs to escape by a spec that cannot be followed: the snapshot reaches them, and
    /// where a ceiling refuses what they run, they are stopped.
    /// </summary>
    private static Plan Kept(Observed observed, Settings settings, Snapshot snapshot, Grants grants, Obstacle? obstacle)
    {
        if (observed.Deployment?.Metadata.ControllerOwner?.Uid != observed.Object.Metadata.Uid)
        {
            return new() { Unwanted = Forbidden(observed, settings), Artifact = observed.Recorded, Grants = grants, Obstacle = obstacle };
        }
        var refusal = observed.Recorded is { } recorded ? Refusal(grants, recorded) : null;
        return new()
        {
            Children = [ConfigMapChildren.Policy(new ChildMaker(observed.Object), snapshot, observed.Recorded)],
            IsWithheld = refusal is not null,
            Unwanted = Forbidden(observed, settings),
            Artifact = observed.Recorded,
            Grants = grants,
            Snapshot = snapshot.Input,
            Obstacle = refusal ?? obstacle,
        };
    }

    /// <summary>What no spec may ask for any more does not stay for one that cannot be followed: a route goes on taking host names of a Gateway that others share.</summary>
    private static ImmutableArray<(Resource, ObjectKey)> Forbidden(Observed observed, Settings settings) =>
        observed.Surface.HttpRoutes && !settings.Tenants.HttpRoute ? [(Kinds.HttpRoutes, observed.Object.Key)] : [];

    private static Obstacle? Refusal(Grants grants, Artifact artifact) => grants.Artifacts.Refuse(artifact.Repository, artifact.Signers) is { } refusal
        ? new(Condition.Verified, Reasons.NotAllowed, refusal, IsTerminal: true)
        : null;

    /// <summary>Nothing is known of what was forbidden before, and this is not what runs already.</summary>
    private static bool IsBlind(Observed observed, Artifact artifact, Grants grants) =>
        !grants.Problems.IsEmpty && observed.LastGood is null && (observed.Deployment is null || observed.Recorded?.Digest != artifact.Digest);

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
            Resolution.Found found when found.Artifact.Inputs == inputs => MovedBack(observed, tool, found.Artifact) is { } obstacle ? (recorded, obstacle) : (found.Artifact, null),
            Resolution.Failed failed => (recorded, new Obstacle(
                failed.Failure == ResolutionFailure.NotVerified ? Condition.Verified : Condition.ArtifactResolved, failed.Reason, failed.Message, !failed.IsRetryable)),
            _ => (recorded, Remembered(observed)),
        };
    }

    /// <summary>What was said of this spec before the operator started: until a registry says something else it stays said.</summary>
    private static Obstacle? Remembered(Observed observed)
    {
        if (observed.Object.Find("status")?.Number("observedGeneration") != observed.Object.Metadata.Generation)
        {
            return null;
        }
        var isTerminal = Condition.Find(observed.Object, Condition.Stalled)?.Status == true;
        return new[] { Condition.ArtifactResolved, Condition.Verified }
            .Select(type => Condition.Find(observed.Object, type))
            .Where(condition => condition is { Status: false, Reason: not (Reasons.NotAsked or Reasons.NotAllowed) })
            .Select(condition => new Obstacle(condition!.Type, condition.Reason, condition.Message, isTerminal))
            .FirstOrDefault();
    }

    /// <summary>Where signatures are asked for, an older signed digest is not followed unless a person says that it is meant: its signature is as good as ever.</summary>
    private static Obstacle? MovedBack(Observed observed, WasmTool tool, Artifact artifact) =>
        tool.Spec.Verify is not null && observed.TagRecord is { } record && record.IsBack(artifact)
            && observed.Object.Metadata.Annotations.GetValueOrDefault(Names.AllowRollbackAnnotation) != artifact.Digest
            ? new Obstacle(Condition.ArtifactResolved, Reasons.MovedBack, $"{record.Of} has {artifact.Digest} again, which it had before; what runs stays. Where that is meant, annotate the WasmTool with {Names.AllowRollbackAnnotation}={artifact.Digest}, or name the digest in spec.component.oci.ref", IsTerminal: true)
            : null;

    private static ImmutableArray<Child> Children(
        ChildMaker maker, Artifact artifact, Grants grants, Walls walls, RegistryPlace registry, Snapshot snapshot, Observed observed, Settings settings)
    {
        var content = ConfigMapChildren.ToolContent(maker.Tool, artifact.Digest);
        var toolMap = ConfigMapChildren.Tool(maker, content, settings);
        // A policy that cannot be read grants nothing new. What it granted before the operator started is not known, and is not taken from pods for that.
        var isHeld = !grants.Problems.IsEmpty && observed.LastGood is null && observed.Deployment is not null;
        Child?[] all =
        [
            // Pods of before are to get it whatever becomes of the rest, and nobody is to be able to keep it from them by a spec whose children are refused.
            ConfigMapChildren.Policy(maker, snapshot, artifact),
            // What it opens by name is closed by address after it.
            isHeld ? null : CiliumPolicyChild.Make(maker, walls, registry),
            isHeld ? null : NetworkPolicyChild.Make(maker, grants, walls, registry, settings),
            ServiceChildren.ServiceAccount(maker),
            toolMap,
            isHeld ? null : DeploymentChild.Make(maker, toolMap.Object.Metadata.Name, grants, settings),
            ServiceChildren.Service(maker),
            ServiceChildren.DisruptionBudget(maker, observed.Surface.DisruptionBudgets),
            ServiceChildren.HttpRoute(maker, observed.Surface.HttpRoutes),
        ];
        return [.. all.OfType<Child>()];
    }

    private static string? Note(Observed observed, WasmToolSpec spec, Artifact artifact)
    {
        ImmutableArray<string> notices = observed.Resolution is Resolution.Found found && found.Artifact == artifact ? found.Notices : [];
        string[] all = [.. notices, .. RouteNote(observed, spec) is { } route ? new[] { route } : []];
        return all.Length == 0 ? null : string.Join("; ", all);
    }

    private static string? RouteNote(Observed observed, WasmToolSpec spec) =>
        spec.HttpRoute is null ? null
        : !observed.Surface.HttpRoutes ? $"spec.httpRoute: this cluster does not serve {Kinds.HttpRoutes.Kind} of {Kinds.HttpRoutes.ApiVersion}, so there is none"
        : observed.RouteTrouble;

    private static ImmutableArray<(Resource, ObjectKey)> Unwanted(WasmTool tool, Walls walls, Surface surface)
    {
        var key = new ObjectKey(tool.Namespace, tool.Name);
        var unwanted = ImmutableArray.CreateBuilder<(Resource, ObjectKey)>();
        if (surface.DisruptionBudgets is { } budgets && tool.Spec.Replicas is null or < 2)
        {
            unwanted.Add((budgets, key));
        }
        if (surface.HttpRoutes && tool.Spec.HttpRoute is null)
        {
            unwanted.Add((Kinds.HttpRoutes, key));
        }
        if (surface.CiliumPolicies && !walls.HasNames)
        {
            unwanted.Add((Kinds.CiliumPolicies, key));
        }
        return unwanted.ToImmutable();
    }

    /// <summary>What a tenant asks that only the installer can grant, or that nothing can.</summary>
    internal static Obstacle? NotAllowed(WasmTool tool, Settings settings)
    {
        var spec = tool.Spec;
        var rights = settings.Tenants;
        var needed = Memory.Limit(spec.Limits);
        var size = spec.Component is OciSource ? ConfigMapChildren.SizeOfTool(tool, settings) : 0;
        (bool IsRefused, string Reason, string Message)[] rules =
        [
            (spec.Component is not OciSource, Reasons.InvalidSpec, "spec.component: in a cluster a component comes from a registry: give oci"),
            (spec.Service.Type != ServiceType.ClusterIP && !rights.LoadBalancer, Reasons.NotAllowed, $"spec.service.type: {spec.Service.Type} is not allowed here; use ClusterIP, or have --allow-load-balancer set"),
            (!spec.Service.Annotations.IsEmpty && !rights.Annotations, Reasons.NotAllowed, "spec.service.annotations are not allowed here; leave them out, or have --allow-service-annotations set"),
            (spec.Placement.PriorityClassName is not null && !rights.PriorityClass, Reasons.NotAllowed, "spec.placement.priorityClassName is not allowed here; leave it out, or have --allow-priority-class set"),
            (spec.Placement.RuntimeClassName is not null && !rights.RuntimeClass, Reasons.NotAllowed, "spec.placement.runtimeClassName is not allowed here; leave it out, or have --allow-runtime-class set"),
            (spec.Component is OciSource { PlainHttp: true } && !rights.PlainHttp, Reasons.NotAllowed, "spec.component.oci.plainHttp is not allowed here; use TLS, or have --allow-plain-http set"),
            (spec.HttpRoute is not null && !rights.HttpRoute, Reasons.NotAllowed, "spec.httpRoute is not allowed here; leave it out, or have --allow-http-route set"),
            (spec.Component is OciSource named && !settings.Registries.IsEmpty && !settings.Registries.Any(prefix => prefix.Contains(named.Repository)), Reasons.NotAllowed, $"spec.component.oci.repository: components may come from {string.Join(", ", settings.Registries)} here; use one of these, or have another --registry set"),
            (needed > settings.MostPodMemory, Reasons.InvalidSpec, $"spec.limits: memory times concurrentCalls, with arguments, responses and the runtime, are {Quantity.Format(needed)} in a pod, and {Quantity.Format(settings.MostPodMemory)} are allowed; lower one of them"),
            (size > ConfigMapChildren.MostBytes, Reasons.InvalidSpec, $"spec: what pods have to know of it is {size} bytes of JSON, and {ConfigMapChildren.MostBytes} are allowed, of which a letter outside of ASCII takes six; shorten spec.tools or spec.verify"),
        ];
        return rules.Where(rule => rule.IsRefused).Select(rule => new Obstacle(Condition.Ready, rule.Reason, rule.Message, IsTerminal: true)).FirstOrDefault();
    }
}
