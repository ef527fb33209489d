using System.Text.Json.Nodes;
using Tapedeck.Policy;
using Tapedeck.Policy.Storage;

namespace Tapedeck.Operator.Children;

/// <summary>The Deployment of the pods of a tool.</summary>
internal static class DeploymentChild
{
    private const int RevisionHistory = 2;
    private const int ProgressSeconds = 600;

    /// <param name="toolConfigMap">The name of the ConfigMap with the tool.</param>
    /// <param name="grants">For the volumes and keys that are to be mounted.</param>
    internal static Child Make(ChildMaker maker, string toolConfigMap, Grants grants, Settings settings) => maker.Make(
        Kinds.Deployments,
        maker.Tool.Name,
        [("spec", Json.Object(
            // Where it says none the number is left to others.
            ("replicas", maker.Tool.Spec.Replicas is { } number ? JsonValue.Create(number) : null),
            ("revisionHistoryLimit", RevisionHistory),
            ("progressDeadlineSeconds", ProgressSeconds),
            ("selector", Json.Object(("matchLabels", maker.Selector()))),
            ("strategy", Strategy(grants)),
            ("template", Json.Object(
                ("metadata", Json.Object(("labels", maker.Labels()))),
                ("spec", PodSpec(maker, PodVolumes.Of(maker.Tool, toolConfigMap, grants, settings), settings))))))]);

    /// <summary>
    /// A pod that is not ready never takes over, so that a component that fails leaves the old one serving. A claim may be one that a second node cannot
    /// have at the same time: then the new pod would wait for the old one, and the old one for the new.
    /// </summary>
    private static JsonObject Strategy(Grants grants) =>
        grants.Preopens.Any(preopen => preopen.Access != StorageAccess.None && preopen.Volume.Kind == VolumeKind.PersistentVolumeClaim)
            ? Json.Object(("type", "Recreate"))
            : Json.Object(("type", "RollingUpdate"), ("rollingUpdate", Json.Object(("maxUnavailable", 0), ("maxSurge", 1))));

    private static JsonObject PodSpec(ChildMaker maker, PodVolumes volumes, Settings settings)
    {
        var placement = maker.Tool.Spec.Placement;
        var user = settings.AssignsUsers ? null : JsonValue.Create(RuntimeContainer.User);
        return Json.Object(
            ("serviceAccountName", maker.Tool.Name),
            ("automountServiceAccountToken", false),
            ("imagePullSecrets", Json.Array(settings.RuntimePullSecrets.Select(name => (JsonNode?)Json.Object(("name", name)))).OrNull()),
            ("enableServiceLinks", false),
            ("securityContext", Json.Object(
                ("runAsNonRoot", true),
                ("runAsUser", user?.DeepClone()),
                ("runAsGroup", user?.DeepClone()),
                ("fsGroup", user?.DeepClone()),
                ("seccompProfile", Json.Object(("type", "RuntimeDefault"))))),
            ("terminationGracePeriodSeconds", RuntimeContainer.GraceSeconds),
            ("nodeSelector", Json.Map(placement.NodeSelector).OrNull()),
            ("tolerations", Json.Array(placement.Tolerations.Select(Json.Of)).OrNull()),
            ("affinity", placement.Affinity is { } affinity ? Json.Of(affinity) : null),
            ("topologySpreadConstraints", Json.Array(placement.TopologySpreadConstraints.Select(Json.Of)).OrNull()),
            ("priorityClassName", placement.PriorityClassName is { } priority ? JsonValue.Create(priority) : null),
            ("runtimeClassName", placement.RuntimeClassName is { } runtime ? JsonValue.Create(runtime) : null),
            ("containers", Json.Array(RuntimeContainer.Make(maker.Tool, volumes, settings))),
            ("volumes", volumes.Volumes()));
    }
}
