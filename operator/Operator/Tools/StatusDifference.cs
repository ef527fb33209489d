using System.Text.Json;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Operator.Tools;

/// <summary>What a status on the server has that is not as it is to be. Conditions of types that are not ours are others' to write.</summary>
internal static class StatusDifference
{
    private const string Conditions = "conditions";

    internal static bool IsNone(JsonElement current, JsonObject wanted)
    {
        var ours = JsonNode.Parse(current.GetRawText())!.AsObject();
        if (ours[Conditions] is JsonArray all)
        {
            HashSet<string> types = [.. (wanted[Conditions] as JsonArray ?? []).Select(TypeOf)];
            ours[Conditions] = new JsonArray([.. all.Where(condition => types.Contains(TypeOf(condition))).Select(condition => condition!.DeepClone())]);
        }
        return CanonicalJson.Write(ours.Deserialize<JsonElement>()).AsSpan().SequenceEqual(CanonicalJson.Write(wanted.Deserialize<JsonElement>()));
    }

    /// <summary>A patch that takes away what is not wanted; null where there is nothing of that kind.</summary>
    internal static JsonObject? Excess(JsonElement current, JsonObject wanted)
    {
        var patch = new JsonObject();
        foreach (var field in current.EnumerateObject())
        {
            if (wanted[field.Name] is not { } value)
            {
                patch[field.Name] = null;
            }
            else if (value is JsonObject inner && field.Value.ValueKind == JsonValueKind.Object && Excess(field.Value, inner) is { } excess)
            {
                patch[field.Name] = excess;
            }
        }
        return patch.Count == 0 ? null : patch;
    }

    private static string TypeOf(JsonNode? condition) => condition?["type"] is JsonValue type && type.TryGetValue<string>(out var text) ? text : "";
}
