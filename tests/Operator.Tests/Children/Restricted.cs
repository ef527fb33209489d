using System.Text.Json.Nodes;

namespace Tapedeck.Operator.Tests.Children;

/// <summary>The restricted profile of the Pod Security Standards, for servers that do not have it.
/// <see href="https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"/></summary>
internal static class Restricted
{
    private static readonly string[] Volumes = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

    internal static IEnumerable<string> Violations(JsonNode pod) =>
        OfPod(pod).Concat(pod["containers"]!.AsArray().SelectMany(container => OfContainer(container!)));

    private static IEnumerable<string> OfPod(JsonNode pod)
    {
        foreach (var field in new[] { "hostNetwork", "hostPID", "hostIPC" }.Where(field => pod[field] is not null))
        {
            yield return field;
        }
        if (Text(pod, "securityContext", "runAsNonRoot") != "true" || Text(pod, "securityContext", "runAsUser") is "0")
        {
            yield return "runAsNonRoot";
        }
        if (Text(pod, "securityContext", "seccompProfile", "type") != "\"RuntimeDefault\"")
        {
            yield return "seccompProfile";
        }
        foreach (var volume in (pod["volumes"] as JsonArray ?? []).Where(volume => !volume!.AsObject().All(field => field.Key == "name" || Volumes.Contains(field.Key))))
        {
            yield return $"volume {volume!["name"]}";
        }
    }

    private static IEnumerable<string> OfContainer(JsonNode container)
    {
        if (Text(container, "securityContext", "allowPrivilegeEscalation") != "false" || Text(container, "securityContext", "privileged") == "true")
        {
            yield return "privileges";
        }
        if (Text(container, "securityContext", "capabilities") != "{\"drop\":[\"ALL\"]}")
        {
            yield return "capabilities";
        }
        if (container["ports"]!.AsArray().Any(port => port!["hostPort"] is not null))
        {
            yield return "hostPort";
        }
    }

    /// <summary>The JSON at a path; null where there is none.</summary>
    private static string? Text(JsonNode node, params string[] path) => path.Aggregate((JsonNode?)node, (value, name) => value?[name])?.ToJsonString();
}
