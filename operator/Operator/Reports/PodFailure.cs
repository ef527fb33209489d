using System.Text.Json;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Operator.Reports;

/// <summary>Why a pod serves nothing, in the runtime's words.</summary>
/// <param name="ToolConfigMap">What the pod was to serve: a pod of another roll-out says nothing about this one.</param>
/// <param name="IsRetryable">The pod tries again by itself.</param>
internal sealed record PodFailure(string ToolConfigMap, string Reason, string Message, bool IsRetryable)
{
    private const int MostOfReason = 64;
    private const int MostOfMessage = 1_024;

    /// <summary>The failure, or null where the answer tells of none of this tool.</summary>
    /// <param name="name">Of the tool, with its namespace.</param>
    /// <param name="podSpec">Of the pod that answered.</param>
    internal static PodFailure? Read(ReadOnlySpan<byte> json, string name, JsonElement? podSpec)
    {
        try
        {
            return JsonElement.Parse(json).Items("tools").ToArray() is [var tool] && tool.Text("name") == name && tool.Field("failure") is { ValueKind: JsonValueKind.Object } failure
                ? new PodFailure(ToolConfigMapOf(podSpec), Text(failure, "reason", MostOfReason), Text(failure, "message", MostOfMessage), failure.Flag("retryable"))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The ConfigMap that a pod, or the template of one, has its tool from; empty for none.</summary>
    internal static string ToolConfigMapOf(JsonElement? podSpec) =>
        podSpec.Items("volumes").Where(volume => volume.Text("name") == Children.PodVolumes.ToolVolume).Select(volume => volume.Field("configMap").Text("name")).FirstOrDefault() ?? "";

    private static string Text(JsonElement element, string name, int most) => element.Text(name) is not { } text ? "" : text.Length > most ? text[..most] : text;
}
