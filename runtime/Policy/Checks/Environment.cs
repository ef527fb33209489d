using Tapedeck.Policy.Requests;

namespace Tapedeck.Policy.Checks;

/// <summary>Environment variables.</summary>
internal static class Environment
{
    internal static readonly NamedCheck[] Checks =
    [
        new("does a ceiling deny it?", DeniedByCeiling, static (in HostRequest _, Grants grants) => RuleWords.Of(grants.EnvironmentKeys.Ceiling)),
        new("does a policy deny it?", DeniedByPolicy, static (in HostRequest _, Grants grants) => RuleWords.Of(grants.EnvironmentKeys.Deny)),
        new("does a rule allow it?", AllowedByRule, static (in HostRequest _, Grants grants) => RuleWords.Of(grants.Sum.Environment.Allow)),
    ];

    private static Finding? DeniedByCeiling(in HostRequest request, Grants grants) => Keys.Denied(grants.EnvironmentKeys.Ceiling, request);

    private static Finding? DeniedByPolicy(in HostRequest request, Grants grants) => Keys.Denied(grants.EnvironmentKeys.Deny, request);

    private static Finding? AllowedByRule(in HostRequest request, Grants grants) => Keys.Allowed(grants.EnvironmentKeys, request);
}
