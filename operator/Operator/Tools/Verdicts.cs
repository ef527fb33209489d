using Tapedeck.Kube.Objects;

namespace Tapedeck.Operator.Tools;

/// <summary>What those for whom a child is made say against it, in its status. They say it in texts of their own, which are cut.</summary>
internal static class Verdicts
{
    private const int MostCharacters = 200;
    private const int MostParents = 4;

    // Of the conditions that the Gateway API has these are False where a route does not work.
    private static readonly string[] Wanted = ["Accepted", "ResolvedRefs"];

    /// <summary>
    /// Why the policy is nothing to rely on; null where Cilium says that it takes it. Its resource may be there without it, left over or for its flows alone, and its
    /// DNS proxy may be off. <see href="https://docs.cilium.io/en/stable/security/policy/lifecycle/"/>
    /// </summary>
    internal static string? DoubtOfCilium(KubeObject? policy) => (policy is null ? null : Condition.Find(policy, "Valid")) switch
    {
        { Status: true } => null,
        { Status: false } refused => $"Cilium refuses it: {Cut(refused.Message)}",
        _ => "Cilium has not said that it takes it",
    };

    /// <summary><see href="https://gateway-api.sigs.k8s.io/reference/spec/#routeparentstatus"/></summary>
    internal static string? OfGateways(KubeObject? route)
    {
        string[] all =
        [
            .. from parent in route?.Find("status").Items("parents") ?? []
               from condition in parent.Items("conditions")
               where Wanted.Contains(condition.Text("type")) && condition.Text("status") == "False"
               select Cut($"{parent.Field("parentRef").Text("kind") ?? "Gateway"} {parent.Field("parentRef").Text("name")}: {condition.Text("type")} is False ({condition.Text("reason")}): {condition.Text("message")}"),
        ];
        return all.Length == 0 ? null : $"spec.httpRoute: {string.Join("; ", all.Take(MostParents))}";
    }

    private static string Cut(string text) => text.Length <= MostCharacters ? text : text[..MostCharacters];
}
