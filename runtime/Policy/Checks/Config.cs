using Tapedeck.Policy.Requests;

namespace Tapedeck.Policy.Checks;

/// <summary>Keys of <c>wasi:config</c>.</summary>
internal static class Config
{
    internal static readonly NamedCheck[] Checks =
    [
        new("does a ceiling deny it?", DeniedByCeiling, static (in HostRequest _, Grants grants) => RuleWords.Of(grants.ConfigKeys.Ceiling)),
        new("does a policy deny it?", DeniedByPolicy, static (in HostRequest _, Grants grants) => RuleWords.Of(grants.ConfigKeys.Deny)),
        new("does a rule allow it?", AllowedByRule, static (in HostRequest _, Grants grants) => RuleWords.Of(grants.Sum.Config.Allow)),
    ];

    private static Finding? DeniedByCeiling(in HostRequest request, Grants grants) => Keys.Denied(grants.ConfigKeys.Ceiling, request);

    private static Finding? DeniedByPolicy(in HostRequest request, Grants grants) => Keys.Denied(grants.ConfigKeys.Deny, request);

    private static Finding? AllowedByRule(in HostRequest request, Grants grants) => Keys.Allowed(grants.ConfigKeys, request);
}
