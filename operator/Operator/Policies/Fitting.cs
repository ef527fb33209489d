using Tapedeck.Manifest;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Operator.Policies;

/// <summary>
/// Sees to it that pods can read what they are handed. A snapshot that they cannot read would leave them the one before, and who writes policies could keep a
/// ceiling from them by writing more. RATIONALE.md, "What becomes of more policies than a pod reads?"
/// </summary>
internal static class Fitting
{
    /// <summary>Characters of JSON, nearly all of them a byte each. A ConfigMap holds 1 MiB.</summary>
    private const int MostCharacters = 900_000;

    /// <param name="input">Its generation is not counted yet.</param>
    /// <returns>The same where it can be read; else the ceilings with a policy that cannot be, in place of all of them, and without ceilings where those alone are too many.</returns>
    internal static MergeInput Fit(MergeInput input, string @namespace)
    {
        if (Trouble(input) is not { } trouble)
        {
            return input;
        }
        var without = input with { Policies = [Unread($"{@namespace}/*", $"{input.Policies.Length} policies", trouble)] };
        if (Trouble(without) is not { } more)
        {
            return without;
        }
        var ceilings = Unread($"{@namespace}/*", $"{input.Ceilings.Length} ceilings", more);
        return without with { Policies = [ceilings], Ceilings = [new("*", null, ceilings.Problem)] };
    }

    private static PolicyInput<CapabilityPolicySpec> Unread(string name, string which, string trouble) =>
        new(name, null, $"pods cannot read the {which} that select this tool, so that nothing is allowed ({trouble}); have fewer of them select it");

    /// <summary>What the reader of pods has against it; null for nothing.</summary>
    private static string? Trouble(MergeInput input)
    {
        var text = PolicySnapshot.Write(input);
        if (text.Length > MostCharacters)
        {
            return $"expected at most {MostCharacters} characters, but found {text.Length}";
        }
        var problems = new ProblemList("");
        return PolicySnapshot.Read(text, [], problems) is not null ? null : problems.All[0].Text;
    }
}
