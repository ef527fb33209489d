using System.Text.Json.Nodes;

namespace Tapedeck.Operator.Tests.Children;

/// <summary>The restricted profile of the Pod Security Standards, for servers that do not have it.
/// <see href="https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"/></summary>
internal static class Restricted
{
    private static readonly string[] Volumes = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

    internal static IEnumerable<string> Violations(JsonNode pod)
    {
        foreach (var field in new[] { "hostNetwork", "hostPID", "hostIPC" }.Where(field => pod[field]?.GetValue<bool>() == true))
        {
            yield return field;
        }
        if (pod["securityContext"]?["runAsNonRoot"]?.GetValue<bool>() != true || pod["securityContext"]?["runAsUser"]?.GetValue<int>() == 0)
        {
            yield return "runAsNonRoot";
        }
        if (pod["securityContext"]?["seccompProfile"]?["type"]?.GetValue<string>() != "RuntimeDefault")
        {
            yield return "seccompProfile";
        }
        foreach (var volume in pod["volumes"]!.AsArray().Where(volume => !volume!.AsObject().All(field => field.Key == "name" || Volumes.Contains(field.Key))))
        {
            yield return $"volume {volume!["name"]}";
        }
        foreach (var container in pod["containers"]!.AsArray())
        {
            var security = container!["securityContext"]!;
            if (security["allowPrivilegeEscalation"]?.GetValue<bool>() != false || security["privileged"]?.GetValue<bool>() == true)
            {
                yield return "privileges";
            }
            if (security["capabilities"]?["drop"]?.AsArray() is not [var drop] || drop!.GetValue<string>() != "ALL" || security["capabilities"]?["add"] is not null)
            {
                yield return "capabilities";
            }
            if (container["ports"]!.AsArray().Any(port => port!["hostPort"] is not null))
            {
                yield return "hostPort";
            }
        }
    }
}
