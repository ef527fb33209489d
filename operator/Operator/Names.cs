using System.Security.Cryptography;
using System.Text;

namespace Tapedeck.Operator;

/// <summary>The names and labels that the operator gives.</summary>
internal static class Names
{
    /// <summary>Under which the operator owns fields, and reports events.</summary>
    internal const string FieldManager = "tapedeck-operator";

    internal const string ManagedByLabel = "app.kubernetes.io/managed-by";
    internal const string ManagedBy = "tapedeck";
    internal const string ToolLabel = "tapedeck.dev/tool";

    /// <summary>Counts the snapshots of policies of a tool. On the ConfigMap it says which it holds, on a pod which it is to read.</summary>
    internal const string PolicyGenerationAnnotation = "tapedeck.dev/policy-generation";

    internal const string PolicyHashAnnotation = "tapedeck.dev/policy-hash";

    /// <summary>On the ConfigMap with the policies: the hash of their text, which is what pods say of it.</summary>
    internal const string PolicyTextHashAnnotation = "tapedeck.dev/policy-text-hash";

    /// <summary>On a WasmTool: another value than the last one has the registry asked now.</summary>
    internal const string ReconcileAtAnnotation = "tapedeck.dev/reconcile-at";

    /// <summary>On a WasmTool: the digest that its tag may go back to.</summary>
    internal const string AllowRollbackAnnotation = "tapedeck.dev/allow-rollback";

    /// <summary>On a Deployment that the operator stopped: how many pods it asked for before.</summary>
    internal const string StoppedFromAnnotation = "tapedeck.dev/stopped-from";

    internal const string OwnedSelector = $"{ManagedByLabel}={ManagedBy}";

    private const int HexDigits = 10;

    /// <summary>Of the ConfigMap with the tool. Its name has its content's hash, so that old pods never see what new pods are to run.</summary>
    internal static string ToolConfigMap(string tool, string content) => $"{tool}-tool-{Hash(content)}";

    internal static string PolicyConfigMap(string tool) => $"{tool}-policy";

    /// <summary>A volume of a pod, for an object whose name may be longer than a volume's.</summary>
    internal static string Volume(string kind, string name) => $"{kind}-{Hash(name)}";

    internal static string PodSelector(string tool) => $"{ManagedByLabel}={ManagedBy},{ToolLabel}={tool}";

    internal static string Hash(string text) => FullHash(text)[..HexDigits];

    internal static string FullHash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
