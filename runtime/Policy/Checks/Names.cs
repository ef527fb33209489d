namespace Tapedeck.Policy.Checks;

/// <summary>Look-ups of names, granted by the rule that names the host and by no other.</summary>
internal static class Names
{
    internal static readonly NamedCheck[] Checks =
    [
        NetworkChecks.IsUnderstood,
        NetworkChecks.CeilingDenies,
        NetworkChecks.PolicyDenies,
        NetworkChecks.RuleAllows,
    ];
}
