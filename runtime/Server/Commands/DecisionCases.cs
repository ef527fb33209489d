using System.Collections.Immutable;
using Tapedeck.Policy;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Requests;

namespace Tapedeck.Server.Commands;

/// <summary>A decision that a team expects of its policies, so that a change that widens or breaks them fails in CI.</summary>
/// <param name="Rule">What the rule that decided has to contain; null for any.</param>
internal sealed record DecisionCase(string Place, HostRequest Request, Verdict Expect, string? Rule)
{
    internal string? Mismatch(Grants grants)
    {
        var decision = grants.Decide(Request);
        if (decision.Verdict != Expect)
        {
            return $"{Place}: {Request}: expected {DecisionCases.Word(Expect)}, but it is {decision}";
        }
        return Rule is null || (decision.Rule?.ToString() ?? "").Contains(Rule, StringComparison.Ordinal)
            ? null
            : $"{Place}: {Request}: expected the rule {Rule}, but {(decision.Rule is { } rule ? $"{rule} decided" : "no rule decided")}";
    }
}

/// <summary>Reads a file of cases: a mapping with the list <c>cases</c>.</summary>
internal static class DecisionCases
{
    internal static ImmutableArray<DecisionCase> Read(string file, string text, out ImmutableArray<Problem> problems)
    {
        var list = new ProblemList(file);
        var cases = ImmutableArray.CreateBuilder<DecisionCase>();
        foreach (var document in Documents.Read(text, list))
        {
            var fields = new FieldReader(document, "", list);
            fields.TakeRequired("cases", "a list of cases");
            foreach (var (item, field) in fields.TakeList("cases"))
            {
                if (Read(file, new FieldReader(item, field, list)) is { } one)
                {
                    cases.Add(one);
                }
            }
            fields.Done();
        }
        problems = list.All;
        return cases.ToImmutable();
    }

    /// <summary>As a file of cases has it.</summary>
    internal static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Allowed => "allowed",
        Verdict.WouldDeny => "would-deny",
        _ => "denied",
    };

    private static DecisionCase? Read(string file, FieldReader fields)
    {
        fields.TakeRequired("request", "a request");
        fields.TakeRequired("expect", "allowed, denied or would-deny");
        var isRequest = fields.TryTake<HostRequest>("request", Request, out var request);
        var isVerdict = fields.TryTake<Verdict>("expect", Expect, out var verdict);
        var rule = fields.TakeText("rule");
        fields.Done();
        return isRequest && isVerdict ? new DecisionCase($"{file}:{fields.Node.Line}", request, verdict, rule) : null;
    }

    private static bool Request(string text, out HostRequest request, out string expected)
    {
        expected = WrittenRequest.Help;
        return WrittenRequest.TryParse(text, out request, out _);
    }

    private static bool Expect(string text, out Verdict verdict, out string expected)
    {
        expected = "allowed, denied or would-deny";
        verdict = text switch
        {
            "allowed" => Verdict.Allowed,
            "would-deny" => Verdict.WouldDeny,
            _ => Verdict.Denied,
        };
        return text is "allowed" or "denied" or "would-deny";
    }
}
