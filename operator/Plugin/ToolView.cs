using System.Text.Json;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Plugin;

/// <summary>A condition of an object.</summary>
/// <param name="ObservedGeneration">The generation of the spec that it was decided from; 0 where it does not say.</param>
internal sealed record ConditionView(string Type, string Status, string Reason, string Message, long ObservedGeneration);

/// <summary>What a WasmTool says of itself.</summary>
internal sealed class ToolView(KubeObject tool)
{
    private const int CharactersOfDigest = 19;

    private static readonly string[] InTheWay = ["Stalled", "ArtifactResolved", "Verified", "PolicyAccepted", "Ready"];

    internal KubeObject Object => tool;

    internal ObjectKey Key => tool.Key;

    internal IEnumerable<ConditionView> Conditions => Items("status", "conditions").Select(one =>
        new ConditionView(Text(one, "type"), Text(one, "status"), Text(one, "reason"), Text(one, "message"), Number(one, "observedGeneration")));

    internal ConditionView? Condition(string type) => Conditions.FirstOrDefault(condition => condition.Type == type);

    /// <summary>Whether the status is about the spec as it is now.</summary>
    internal bool IsCurrent => tool.Find("status")?.Number("observedGeneration") == tool.Metadata.Generation;

    internal bool IsReady => IsCurrent && Condition("Ready") is { Status: "True" };

    /// <summary>The condition that tells why a tool is not ready, or is ready with a version that is not the newest: the first that stands in the way.</summary>
    internal ConditionView? Obstacle => InTheWay.Select(Condition).OfType<ConditionView>().FirstOrDefault(StandsInTheWay);

    internal string Text(params string[] path) => tool.Find(path) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    internal string Number(params string[] path) => tool.Find(path) is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : "";

    internal string Digest => Text("status", "artifact", "digest");

    internal string ShortDigest => Digest.Length > CharactersOfDigest ? Digest[..CharactersOfDigest] : Digest;

    internal bool IsSuspended => tool.Find("spec", "component", "oci", "suspend") is { ValueKind: JsonValueKind.True };

    internal string Ref => string.Join(' ', tool.Find("spec", "component", "oci", "ref") is { ValueKind: JsonValueKind.Object } reference
        ? reference.EnumerateObject().Select(one => $"{one.Name} {one.Value}") : []);

    internal IEnumerable<string> Texts(params string[] path) => Items(path).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!);

    internal IEnumerable<string> Policies => Items("status", "policies").Select(one => $"{Text(one, "kind")} {Text(one, "name")}{(Number(one, "generation") is > 0 and var generation ? $" (generation {generation})" : "")}");

    private static bool StandsInTheWay(ConditionView condition) => condition.Type switch
    {
        "Stalled" => condition.Status == "True",
        // That no signature was asked for is so by the spec.
        "Verified" => condition.Status == "False" && condition.Reason != "NotAsked",
        "Ready" => condition.Status != "True",
        _ => condition.Status == "False",
    };

    private JsonElement[] Items(params string[] path) => tool.Find(path) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];

    private static string Text(JsonElement element, string name) => element.Text(name) ?? "";

    private static long Number(JsonElement element, string name) => element.Number(name) ?? 0;
}
