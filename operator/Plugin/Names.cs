using Tapedeck.Kube.Objects;

namespace Tapedeck.Plugin;

/// <summary>What the operator calls things. A test compares it with the operator's own list.</summary>
internal static class Names
{
    internal const string ReconcileAtAnnotation = "tapedeck.dev/reconcile-at";
    internal const string PolicyKey = "policy.json";

    /// <summary>Under which fields are written that a person changes with this program.</summary>
    internal const string FieldManager = "kubectl-tapedeck";

    internal static readonly Resource WasmTools = new("tapedeck.dev", "v1alpha1", "wasmtools", "WasmTool");
    internal static readonly Resource ConfigMaps = new("", "v1", "configmaps", "ConfigMap");

    internal static string PolicyConfigMap(string tool) => $"{tool}-policy";

    internal static string PodSelector(string tool) => $"app.kubernetes.io/managed-by=tapedeck,tapedeck.dev/tool={tool}";
}
