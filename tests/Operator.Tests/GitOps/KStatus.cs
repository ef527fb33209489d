using System.Text.Json;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Operator.Tests.GitOps;

/// <summary>What Flux, kpt and Helm take an object for, by the rules of kstatus for custom resources, in the order of its documentation.
/// <see href="https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md"/></summary>
internal static class KStatus
{
    internal static string Of(KubeObject @object)
    {
        // "Terminating: The deletion timestamp is set."
        if (@object.Metadata.DeletionTimestamp is not null)
        {
            return "Terminating";
        }
        // "If the observedGeneration in the status does not match the generation, the resource is InProgress."
        if (@object.Find("status", "observedGeneration") is { ValueKind: JsonValueKind.Number } observed && observed.GetInt64() != @object.Metadata.Generation)
        {
            return "InProgress";
        }
        // "Reconciling: the controller works on it. Stalled: it has met an error, or makes no progress." The first of the list that is True counts.
        foreach (var (type, status) in Conditions(@object))
        {
            if (status == "True" && (type is "Reconciling" or "Stalled"))
            {
                return type == "Reconciling" ? "InProgress" : "Failed";
            }
        }
        // "Ready: where an object has it, True is Current, and everything else InProgress." An object that says nothing is taken to be Current.
        return Conditions(@object).Where(condition => condition.Type == "Ready").Select(condition => condition.Status == "True" ? "Current" : "InProgress").FirstOrDefault("Current");
    }

    private static IEnumerable<(string Type, string Status)> Conditions(KubeObject @object) => @object.Find("status", "conditions") is { ValueKind: JsonValueKind.Array } list
        ? list.EnumerateArray().Select(entry => (entry.GetProperty("type").GetString()!, entry.GetProperty("status").GetString()!))
        : [];
}
