using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Tools;

namespace Tapedeck.Operator.Policies;

/// <summary>What the status of a policy or ceiling says: how many tools it selects, the first of them by name, and whether it can be read. Pure.</summary>
internal static class PolicyStatus
{
    internal const int MostNames = 50;

    /// <param name="problem">Why it cannot be read; null where it can.</param>
    /// <param name="selected">The tools that it selects.</param>
    /// <param name="conflicts">What it and others say differently of one of them.</param>
    internal static JsonObject Status(KubeObject policy, string? problem, IEnumerable<KubeObject> selected, ImmutableArray<string> conflicts, DateTimeOffset now)
    {
        KubeObject[] tools = [.. selected.OrderBy(tool => tool.Key.ToString(), StringComparer.Ordinal)];
        return Json.Object(
            ("observedGeneration", policy.Metadata.Generation),
            ("conditions", Json.Array(Conditions(problem).Select(condition => (JsonNode?)condition.ToJson(policy, now)))),
            ("selected", tools.Length),
            ("enforcing", tools.Count(tool => Names(tool, policy))),
            ("tools", Json.Texts(tools.Take(MostNames).Select(tool => tool.Key.ToString())).OrNull()),
            ("truncated", tools.Length > MostNames),
            ("conflicts", Json.Texts(conflicts).OrNull()));
    }

    private static ImmutableArray<Condition> Conditions(string? problem) => problem is null
        ?
        [
            new(Condition.Ready, true, "Accepted", "every field is understood and enforced"),
            new(Condition.Reconciling, false, Reasons.Done, "everything is as it is to be"),
            new(Condition.Stalled, false, Reasons.Progressing, "nothing is in the way"),
        ]
        :
        [
            new(Condition.Ready, false, Reasons.InvalidPolicy, problem),
            new(Condition.Reconciling, false, Reasons.Done, "nothing is tried again until something changes"),
            new(Condition.Stalled, true, Reasons.InvalidPolicy, problem),
        ];

    /// <summary>Whether a pod of the tool said that it enforces what this generation of the policy is part of.</summary>
    private static bool Names(KubeObject tool, KubeObject policy) =>
        Gathering.PolicyGeneration(tool) is > 0 and var handed && tool.Find("status")?.Number("enforcedPolicyGeneration") == handed
        && tool.Find("status").Items("policies").Any(entry =>
            entry.Text("kind") == policy.Kind && entry.Text("name") == policy.Metadata.Name && entry.Number("generation") == policy.Metadata.Generation);
}
