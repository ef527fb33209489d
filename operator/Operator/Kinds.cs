using System.Collections.Immutable;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Operator;

/// <summary>The resources that the operator has to do with.</summary>
internal static class Kinds
{
    internal static readonly Resource WasmTools = new("tapedeck.dev", "v1alpha1", "wasmtools", "WasmTool");
    internal static readonly Resource Policies = new("tapedeck.dev", "v1alpha1", "capabilitypolicies", "CapabilityPolicy");
    internal static readonly Resource Ceilings = new("tapedeck.dev", "v1alpha1", "clustercapabilitypolicies", "ClusterCapabilityPolicy", Namespaced: false);

    internal static readonly Resource Namespaces = new("", "v1", "namespaces", "Namespace", Namespaced: false);
    internal static readonly Resource Pods = new("", "v1", "pods", "Pod");
    internal static readonly Resource Secrets = new("", "v1", "secrets", "Secret");
    internal static readonly Resource ConfigMaps = new("", "v1", "configmaps", "ConfigMap");
    internal static readonly Resource ServiceAccounts = new("", "v1", "serviceaccounts", "ServiceAccount");
    internal static readonly Resource Services = new("", "v1", "services", "Service");
    internal static readonly Resource Deployments = new("apps", "v1", "deployments", "Deployment");
    internal static readonly Resource ReplicaSets = new("apps", "v1", "replicasets", "ReplicaSet");
    internal static readonly Resource NetworkPolicies = new("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy");
    internal static readonly Resource DisruptionBudgets = new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget");
    internal static readonly Resource OldDisruptionBudgets = new("policy", "v1beta1", "poddisruptionbudgets", "PodDisruptionBudget");
    internal static readonly Resource HttpRoutes = new("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute");
    internal static readonly Resource CiliumPolicies = new("cilium.io", "v2", "ciliumnetworkpolicies", "CiliumNetworkPolicy");

    /// <summary>What every server has and the operator owns. A Deployment's status is read as well, so it is not among them.</summary>
    internal static readonly ImmutableArray<Resource> Owned = [ConfigMaps, ServiceAccounts, Services, NetworkPolicies];

    /// <summary>
    /// Pods and what they start with. Where one of these cannot be made, or is somebody else's, nothing after it is made: no pod starts without its wall, or reads what others wrote,
    /// and what leads to pods does not change before they do.
    /// </summary>
    internal static readonly ImmutableArray<Resource> OfPods = [ConfigMaps, CiliumPolicies, NetworkPolicies, ServiceAccounts, Deployments];
}

/// <summary>What a server has that not every server has.</summary>
/// <param name="DisruptionBudgets">Null for none.</param>
/// <param name="HttpRoutes">Gateway API is installed.</param>
/// <param name="CiliumPolicies">Cilium is installed.</param>
internal sealed record Surface(Resource? DisruptionBudgets, bool HttpRoutes, bool CiliumPolicies);
