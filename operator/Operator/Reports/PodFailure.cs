using System.Text.Json;

namespace Tapedeck.Operator.Reports;

/// <summary>What the pods of a tool said.</summary>
/// <param name="Report">Of one that serves; null where none does.</param>
/// <param name="Failure">Of a newer one that does not; null for none.</param>
internal sealed record PodAnswer(RuntimeReport? Report, PodFailure? Failure);

/// <summary>Why a pod serves nothing, in the runtime's words.</summary>
/// <param name="ToolConfigMap">What the pod was to serve: a pod of another roll-out says nothing about this one.</param>
/// <param name="IsRetryable">The pod tries again by itself.</param>
internal sealed record PodFailure(string ToolConfigMap, string Reason, string Message, bool IsRetryable)
{
    private const int MostOfReason = 64;
    private const int MostOfMessage = 1_024;

    /// <summary>The failure, or null where the answer tells of none.</summary>
    /// <param name="podSpec">Of the pod that answered.</param>
    internal static PodFailure? Read(ReadOnlySpan<byte> json, JsonElement? podSpec)
    {
        try
        {
            var root = JsonElement.Parse(json);
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("tools", out var tools) && tools.ValueKind == JsonValueKind.Array && tools.GetArrayLength() == 1
                && tools[0].ValueKind == JsonValueKind.Object && tools[0].TryGetProperty("failure", out var failure) && failure.ValueKind == JsonValueKind.Object)
            {
                var isRetryable = failure.TryGetProperty("retryable", out var retryable) && retryable.ValueKind == JsonValueKind.True;
                return new PodFailure(ToolConfigMapOf(podSpec), Text(failure, "reason", MostOfReason), Text(failure, "message", MostOfMessage), isRetryable);
            }
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The ConfigMap that a pod, or the template of one, has its tool from; empty for none.</summary>
    internal static string ToolConfigMapOf(JsonElement? podSpec) =>
        podSpec is { ValueKind: JsonValueKind.Object } spec && spec.TryGetProperty("volumes", out var volumes) && volumes.ValueKind == JsonValueKind.Array
            ? volumes.EnumerateArray()
                .Where(volume => volume.TryGetProperty("name", out var name) && name.ValueEquals(Children.PodVolumes.ToolVolume))
                .Select(volume => volume.TryGetProperty("configMap", out var map) && map.TryGetProperty("name", out var name) ? name.GetString() : null)
                .FirstOrDefault() ?? ""
            : "";

    private static string Text(JsonElement element, string name, int most) =>
        !element.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String ? "" : value.GetString() is { } text && text.Length > most ? text[..most] : value.GetString()!;
}
