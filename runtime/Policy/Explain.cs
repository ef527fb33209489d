using System.Text;
using Tapedeck.Policy.Checks;
using Tapedeck.Policy.Requests;

namespace Tapedeck.Policy;

/// <summary>Why a request was answered as it was: every check and every rule that was considered, in order, as text for people.</summary>
public static class Explain
{
    private const int MostRules = 50;

    public static string Why(in HostRequest request, Grants grants)
    {
        var text = new StringBuilder();
        text.Append($"{request}: {grants.Decide(request)}\n");
        text.Append($"generation {grants.Generation}, mode {grants.Mode}, policies: {string.Join(", ", grants.Policies.DefaultIfEmpty("none"))}\n");
        foreach (var problem in grants.Problems)
        {
            text.Append($"not in order, so nothing new is granted: {problem}\n");
        }
        foreach (var conflict in grants.Conflicts)
        {
            text.Append($"in conflict: {conflict}\n");
        }
        AppendChecks(text, request, grants);
        return text.ToString();
    }

    private static void AppendChecks(StringBuilder text, in HostRequest request, Grants grants)
    {
        foreach (var check in CheckLists.Of(request.Kind))
        {
            var finding = check.Run(request, grants);
            text.Append($"{check.Question} {Answer(finding)}\n");
            AppendRules(text, [.. check.Rules?.Invoke(request, grants) ?? []]);
            if (finding is not null)
            {
                return;
            }
        }
    }

    private static void AppendRules(StringBuilder text, ReadOnlySpan<string> rules)
    {
        foreach (var rule in rules[..Math.Min(rules.Length, MostRules)])
        {
            text.Append($"  {rule}\n");
        }
        if (rules.Length > MostRules)
        {
            text.Append($"  and {rules.Length - MostRules} more\n");
        }
    }

    private static string Answer(Finding? finding) => finding is not { } found ? "nothing to say"
        : found.Reason == DecisionReason.Granted ? $"yes: {found.Rule}"
        : $"{found.Reason}: {found.Message}";
}
