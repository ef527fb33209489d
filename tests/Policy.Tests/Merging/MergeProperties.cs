using System.Collections.Immutable;
using FsCheck;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Specs;
using Xunit;

namespace Tapedeck.Policy.Tests.Merging;

/// <summary>Laws of the merge, over policies put together from pieces and requests that these pieces are about.</summary>
public sealed class MergeProperties
{
    private const int Times = 300;

    private static readonly NetworkEntry[] Entries = [.. Policies.Spec("""
        network:
          allow:
          - {host: a.example}
          - {host: "*.example"}
          - {host: b.example, methods: [GET], pathPrefix: /api}
          - {cidr: 0.0.0.0/0}
          - {cidr: 10.0.0.0/8}
          - {cidr: 10.1.0.0/16, ports: [80, 443, 5432]}
          - {host: a.example, cidr: 10.1.0.0/16}
          - {cidr: 10.1.0.0/16, protocol: tcp, ports: [5432]}
          - {host: a.example, protocol: tcp, ports: [5432]}
          - {cidr: "::/0"}
          - {host: b.example, schemes: [https]}
        """).Network.Allow];

    private static readonly string[] Questions =
    [
        "GET https://a.example/", "POST https://b.example/api/x", "GET http://b.example/", "GET https://b.example/api", "GET https://c.example/", "DNS a.example", "DNS c.example",
        "GET https://a.example/ @ 93.184.216.34", "GET https://a.example/ @ 10.1.0.1", "GET https://a.example/ @ 127.0.0.1", "GET https://c.example/ @ 10.2.0.1",
        "GET http://10.1.0.1/", "GET http://10.2.0.1/", "GET http://169.254.169.254/", "GET http://[2a00::1]/", "GET http://[64:ff9b::10.1.0.1]/",
        "TCP 10.1.0.1 5432", "TCP 93.184.216.34 5432 as a.example", "TCP 10.1.0.1 443", "UDP 8.8.8.8 53",
    ];

    private static readonly Gen<ImmutableArray<NetworkEntry>> SomeEntries = Gen.SubListOf(Entries).Select(entries => entries.ToImmutableArray());

    private static readonly Gen<CapabilityPolicySpec> Specs =
        from allow in SomeEntries
        from deny in Gen.Frequency(Tuple.Create(2, Gen.Constant(ImmutableArray<NetworkEntry>.Empty)), Tuple.Create(1, SomeEntries))
        from mode in Gen.Elements(PolicyMode.Enforce, PolicyMode.Audit)
        from memory in Gen.Elements("", "limits: {memory: 1Gi}", "limits: {memory: 1Mi}")
        select Policies.Spec(memory) with { Network = new(allow, deny), Mode = mode };

    private static readonly Gen<ClusterCapabilityPolicySpec> Ceilings =
        from deny in SomeEntries
        from forbid in Arb.Generate<bool>()
        select new ClusterCapabilityPolicySpec { NetworkDeny = deny, ForbidAudit = forbid };

    /// <summary>Up to three policies with names, since a policy is in a cluster once.</summary>
    private static readonly Gen<Contribution> Contributions =
        from name in Gen.Elements("team/a", "team/b", "team/c")
        from spec in Specs
        select Contribution.Of(name, spec);

    private static readonly Arbitrary<CapabilityPolicySpec> AnySpec = Specs.ToArbitrary();
    private static readonly Arbitrary<Contribution> AnyContribution = Contributions.ToArbitrary();

    [Fact]
    public void The_merge_is_commutative() => Prop.ForAll(AnyContribution, AnyContribution, (a, b) => Text(a.Plus(b)) == Text(b.Plus(a))).Hold(Times);

    [Fact]
    public void The_merge_is_associative() =>
        Prop.ForAll(AnyContribution, AnyContribution, AnyContribution, (a, b, c) => Text(a.Plus(b).Plus(c)) == Text(a.Plus(b.Plus(c)))).Hold(Times);

    [Fact]
    public void The_merge_is_idempotent() => Prop.ForAll(AnyContribution, a => Text(a.Plus(a)) == Text(Contribution.Nothing.Plus(a))).Hold(Times);

    [Fact]
    public void The_merge_has_an_identity() => Prop.ForAll(AnyContribution, a => Text(a.Plus(Contribution.Nothing)) == Text(Contribution.Nothing.Plus(a))).Hold(Times);

    [Fact]
    public void Adding_a_deny_never_grants() => Prop.ForAll(AnySpec, SomeEntries.ToArbitrary(), (spec, deny) =>
        GrantsNoMore(Of(spec with { Network = spec.Network with { Deny = [.. spec.Network.Deny, .. deny] } }), Of(spec))).Hold(Times);

    [Fact]
    public void Adding_an_allow_never_takes_away() => Prop.ForAll(AnySpec, SomeEntries.ToArbitrary(), (spec, allow) =>
        GrantsNoMore(Of(spec), Of(spec with { Network = spec.Network with { Allow = [.. spec.Network.Allow, .. allow] } }))).Hold(Times);

    [Fact]
    public void A_ceiling_never_grants() => Prop.ForAll(AnySpec, Ceilings.ToArbitrary(), (spec, ceiling) =>
        GrantsNoMore(Of(spec, ceiling), Of(spec))).Hold(Times);

    [Fact]
    public void Deny_beats_allow() => Prop.ForAll(AnySpec, SomeEntries.ToArbitrary(), (spec, entries) =>
    {
        var both = Of(spec with { Mode = PolicyMode.Enforce, Network = new([.. spec.Network.Allow, .. entries], entries) });
        var allowed = Of(spec with { Mode = PolicyMode.Enforce, Network = new(entries, []) });
        // What these very entries allow they deny as well, except for a look-up of which they deny a part only.
        return Questions.Where(question => !question.StartsWith("DNS", StringComparison.Ordinal) && IsDecidable(question, entries))
            .All(question => !allowed.Decide(Requests.Of(question)).Allowed || !both.Decide(Requests.Of(question)).Allowed);
    }).Hold(Times);

    [Fact]
    public void A_broken_policy_never_grants() => Prop.ForAll(AnySpec, AnySpec, (before, now) =>
    {
        var last = Of(before);
        var input = new MergeInput
        {
            Generation = 2,
            Policies = [new("team/p", now, null), new("team/broken", null, "broken")],
        };
        return GrantsNoMore(GrantsMerge.Merge(input, last), last);
    }).Hold(Times);

    private static Grants Of(CapabilityPolicySpec spec, params ClusterCapabilityPolicySpec[] ceilings) => GrantsMerge.Merge(new MergeInput
    {
        Generation = 1,
        Policies = [new("team/p", spec, null)],
        Ceilings = [.. ceilings.Select((ceiling, index) => new PolicyInput<ClusterCapabilityPolicySpec>($"c{index}", ceiling, null))],
    }, null);

    private static bool GrantsNoMore(Grants one, Grants two) =>
        Questions.All(question => !one.Decide(Requests.Of(question)).Allowed || two.Decide(Requests.Of(question)).Allowed);

    /// <summary>Before a name is resolved a denial with a cidr cannot speak.</summary>
    private static bool IsDecidable(string question, ImmutableArray<NetworkEntry> entries) =>
        question.Contains('@', StringComparison.Ordinal) || Requests.Of(question).Address is not null || entries.All(entry => entry.Cidr is null);

    private static string Text(Contribution contribution) => string.Join('\n', (object?[])
    [
        string.Join(',', contribution.Policies), contribution.Mode, contribution.AuditIsForbidden, contribution.Limits, contribution.LimitCeiling,
        string.Join(',', contribution.Network.Allow), string.Join(',', contribution.Network.Deny), string.Join(',', contribution.Network.Ceiling),
    ]);
}
