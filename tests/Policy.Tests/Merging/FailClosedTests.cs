using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Specs;
using Xunit;

namespace Tapedeck.Policy.Tests.Merging;

/// <summary>What stays in force while something cannot be read. Policy a allows x, policy b allows z and denies y.</summary>
public sealed class FailClosedTests
{
    private const string A = "network: {allow: [{host: x.example}, {host: y.example}]}";
    private const string AWithMore = "network: {allow: [{host: x.example}, {host: y.example}, {host: new.example}]}";
    private const string B = "network: {allow: [{host: z.example}], deny: [{host: y.example}]}";
    private const string Ceiling = "network: {deny: [{host: c.example}]}\nlimits: {memory: 32Mi}\nforbidAudit: true\nrequireSignatures: true";

    private static readonly Grants Good = Merge(null, null, Valid("a", A), Valid("b", B));

    [Fact]
    public void While_all_is_well() => Assert.Equal("x Granted, y DeniedByPolicy, z Granted, new NoRule", Reasons(Good));

    [Fact]
    public void The_denials_of_a_broken_policy_stay_and_its_grants_do_not() =>
        Assert.Equal("x Granted, y DeniedByPolicy, z NoRule, new NoRule", Reasons(Merge(Good, null, Valid("a", A), Broken("b"))));

    [Fact]
    public void Nothing_new_is_granted_by_another_policy() =>
        Assert.Equal("x Granted, y DeniedByPolicy, z NoRule, new NoRule", Reasons(Merge(Good, null, Valid("a", AWithMore), Broken("b"))));

    [Fact]
    public void Nothing_new_is_granted_by_a_new_policy() =>
        Assert.Equal("x Granted, y DeniedByPolicy, z NoRule, new NoRule", Reasons(Merge(Good, null, Valid("a", A), Broken("b"), Valid("c", AWithMore))));

    [Fact]
    public void New_denials_take_effect() =>
        Assert.Equal("x DeniedByPolicy, y DeniedByPolicy, z NoRule, new NoRule",
            Reasons(Merge(Good, null, Valid("a", A), Broken("b"), Valid("c", "network: {deny: [{host: x.example}]}"))));

    [Fact]
    public void What_a_policy_takes_back_is_gone() =>
        Assert.Equal("x NoRule, y DeniedByPolicy, z NoRule, new NoRule",
            Reasons(Merge(Good, null, Valid("a", "network: {allow: [{host: y.example}]}"), Broken("b"))));

    [Fact]
    public void What_a_policy_no_longer_denies_stays_denied() =>
        Assert.Equal("x Granted, y DeniedByPolicy, z NoRule, new NoRule", Reasons(Merge(Good, null, Valid("a", A), Valid("b", "{}"), Broken("c"))));

    [Fact]
    public void The_same_rule_at_another_place_of_its_list_is_not_new() =>
        Assert.Equal("x Granted, y DeniedByPolicy, z NoRule, new NoRule",
            Reasons(Merge(Good, null, Valid("a", "network: {allow: [{host: y.example}, {host: x.example}]}"), Broken("b"))));

    [Fact]
    public void A_tool_whose_only_policy_is_broken_from_the_start_has_nothing() =>
        Assert.Equal("x NoRule, y NoRule, z NoRule, new NoRule", Reasons(Merge(null, null, Broken("a"))));

    [Fact]
    public void A_new_tool_gets_nothing_while_one_of_its_policies_is_broken() =>
        Assert.Equal("x NoRule, y NoRule, z NoRule, new NoRule", Reasons(Merge(null, null, Valid("a", A), Broken("b"))));

    [Fact]
    public void It_stays_so_over_several_merges()
    {
        var grants = Good;
        for (var round = 0; round < 3; round++)
        {
            grants = Merge(grants, null, Valid("a", AWithMore), Broken("b"));
        }
        Assert.Equal("x Granted, y DeniedByPolicy, z NoRule, new NoRule", Reasons(grants));
    }

    [Fact]
    public void All_is_as_written_when_the_policy_is_mended() =>
        Assert.Equal("x Granted, y DeniedByPolicy, z Granted, new Granted",
            Reasons(Merge(Merge(Good, null, Valid("a", A), Broken("b")), null, Valid("a", AWithMore), Valid("b", B))));

    [Fact]
    public void A_policy_that_is_gone_is_gone() =>
        Assert.Equal("x Granted, y Granted, z NoRule, new NoRule", Reasons(Merge(Good, null, Valid("a", A))));

    [Fact]
    public void A_policy_that_a_prune_deleted_denies_until_it_is_back() =>
        Assert.Equal("x Granted, y DeniedByPolicy, z NoRule, new NoRule",
            Reasons(Merge(Good, null, Valid("a", A), new("team/b", null, "deleted a moment ago"))));

    [Fact]
    public void An_incomplete_list_changes_no_grant_and_drops_no_denial() =>
        Assert.Equal("x Granted, y DeniedByPolicy, z Granted, new NoRule", Reasons(Merge(Good, "the cache is not in sync", Valid("a", AWithMore))));

    [Fact]
    public void An_incomplete_list_for_a_new_tool_grants_nothing() =>
        Assert.Equal("x NoRule, y NoRule, z NoRule, new NoRule", Reasons(Merge(null, "the cache is not in sync", Valid("a", A))));

    [Fact]
    public void Denials_that_are_seen_count_in_an_incomplete_list() =>
        Assert.Equal("x DeniedByPolicy, y DeniedByPolicy, z Granted, new NoRule",
            Reasons(Merge(Good, "the cache is not in sync", Valid("c", "network: {deny: [{host: x.example}]}"))));

    [Fact]
    public void Audit_mode_ends_where_something_is_broken()
    {
        var audit = Merge(null, null, Valid("a", "mode: Audit"));
        Assert.Equal(PolicyMode.Audit, audit.Mode);
        Assert.Equal(PolicyMode.Enforce, Merge(audit, null, Valid("a", "mode: Audit"), Broken("b")).Mode);
        Assert.Equal(PolicyMode.Enforce, Merge(audit, "the cache is not in sync", Valid("a", "mode: Audit")).Mode);
    }

    [Fact]
    public void A_broken_ceiling_stays_what_it_was()
    {
        var good = GrantsMerge.Merge(Input(null, Valid("a", A)) with { Ceilings = [new("base", Policies.Ceiling(Ceiling), null)] }, null);
        var broken = GrantsMerge.Merge(Input(null, Valid("a", A)) with { Ceilings = [new("base", null, "line 3: a colon was expected")] }, good);
        Assert.Equal(DecisionReason.DeniedByCeiling, broken.Decide(Requests.Of("GET https://c.example/")).Reason);
        Assert.Equal(32 << 20, broken.Limits.Memory);
        Assert.NotNull(broken.Artifacts.Refuse("ghcr.io/x", []));
        Assert.Equal("ceiling base: line 3: a colon was expected", Assert.Single(broken.Problems));
    }

    [Fact]
    public void A_new_ceiling_that_is_broken_stops_new_grants()
    {
        var grants = GrantsMerge.Merge(Input(null, Valid("a", AWithMore)) with { Ceilings = [new("base", null, "no")] }, Good);
        Assert.Equal("x Granted, y DeniedByPolicy, z NoRule, new NoRule", Reasons(grants));
    }

    [Fact]
    public void Limits_do_not_rise_while_something_is_broken()
    {
        var good = Merge(null, null, Valid("a", "limits: {memory: 32Mi}"), Valid("b", "limits: {memory: 16Mi}"));
        var broken = Merge(good, null, Valid("a", "limits: {memory: 1Gi}"), Broken("b"));
        Assert.Equal(16 << 20, broken.Limits.Memory);
    }

    [Fact]
    public void The_reasons_are_told()
    {
        var grants = Merge(Good, "the cache is not in sync", Broken("b"));
        Assert.Equal("the cache is not in sync; team/b: line 1: unknown field 'denny'", string.Join("; ", grants.Problems));
        Assert.Contains("unknown field 'denny'", Explain.Why(Requests.Of("GET https://x.example/"), grants));
    }

    private static Grants Merge(Grants? last, string? incomplete, params PolicyInput<CapabilityPolicySpec>[] policies) =>
        GrantsMerge.Merge(Input(incomplete, policies), last);

    private static MergeInput Input(string? incomplete, params PolicyInput<CapabilityPolicySpec>[] policies) =>
        new() { Generation = 1, Policies = [.. policies], Incomplete = incomplete };

    private static PolicyInput<CapabilityPolicySpec> Valid(string name, string yaml) => new($"team/{name}", Policies.Spec(yaml), null);

    private static PolicyInput<CapabilityPolicySpec> Broken(string name) => new($"team/{name}", null, "line 1: unknown field 'denny'");

    private static string Reasons(Grants grants) => string.Join(", ", new[] { "x", "y", "z", "new" }
        .Select(host => $"{host} {grants.Decide(Requests.Of($"GET https://{host}.example/")).Reason}"));
}
