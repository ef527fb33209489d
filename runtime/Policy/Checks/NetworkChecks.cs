using Tapedeck.Policy.Matching;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Requests;

namespace Tapedeck.Policy.Checks;

/// <summary>The checks that HTTP, sockets and look-ups share.</summary>
internal static class NetworkChecks
{
    internal static readonly NamedCheck IsUnderstood = new("is it well formed?", Understood);
    internal static readonly NamedCheck AddressMayBeGranted = new("can its address be granted at all?", AddressIsGrantable);
    internal static readonly NamedCheck CeilingDenies = new("does a ceiling deny it?", DeniedByCeiling, CeilingRules);
    internal static readonly NamedCheck PolicyDenies = new("does a policy deny it?", DeniedByPolicy, DenyRules);
    internal static readonly NamedCheck RuleAllows = new("does a rule allow it?", AllowedByRule, AllowRules);

    private static AddressFacts Facts(in HostRequest request, Grants grants) =>
        request.Address is { } address ? grants.Addresses.Look(address) : default;

    private static Finding? Understood(in HostRequest request, Grants grants) =>
        request.Malformed is { } problem ? Finding.Malformed(problem) : null;

    private static Finding? AddressIsGrantable(in HostRequest request, Grants grants) =>
        Facts(request, grants) is { Class: AddressClass.NeverGrantable } facts
            ? Finding.Never($"{facts.Address} is {facts.Kind}, which nothing can grant")
            : null;

    private static Finding? DeniedByCeiling(in HostRequest request, Grants grants) => Denied(grants.Ceiling, request, grants);

    private static Finding? DeniedByPolicy(in HostRequest request, Grants grants) => Denied(grants.Deny, request, grants);

    private static Finding? AllowedByRule(in HostRequest request, Grants grants)
    {
        var facts = Facts(request, grants);
        return grants.Allow.Find(request, facts) is { } rule ? Finding.Granted(rule.Reference)
            : facts.Class == AddressClass.Private ? NeedsCidr(request, facts)
            : null;
    }

    private static IEnumerable<string> CeilingRules(in HostRequest request, Grants grants) => RuleWords.Of(grants.Ceiling, request, Facts(request, grants));

    private static IEnumerable<string> DenyRules(in HostRequest request, Grants grants) => RuleWords.Of(grants.Deny, request, Facts(request, grants));

    private static IEnumerable<string> AllowRules(in HostRequest request, Grants grants) => RuleWords.Of(grants.Allow, request, Facts(request, grants));

    private static Finding NeedsCidr(in HostRequest request, in AddressFacts facts) => new(
        DecisionReason.NoRule, null, $"no rule allows {request}: {facts.Address} is {facts.Kind}, which only a rule with a cidr inside {facts.Narrowest} can allow");

    private static Finding? Denied(NetworkRules rules, in HostRequest request, Grants grants) =>
        rules.All.IsEmpty || rules.Find(request, Facts(request, grants)) is not { } rule ? null : Finding.Denied(request, rule.Reference);
}
