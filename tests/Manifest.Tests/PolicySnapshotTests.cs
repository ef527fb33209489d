using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Requests;
using Tapedeck.Policy.Specs;
using Xunit;

namespace Tapedeck.Manifest.Tests;

public sealed class PolicySnapshotTests
{
    private const string Policies = """
        apiVersion: tapedeck.dev/v1alpha1
        kind: CapabilityPolicy
        metadata: {name: fetch}
        spec:
          toolSelector: {}
          network:
            allow: [{host: api.example, schemes: [https]}]
          environment:
            allow: [{name: TOKEN, valueFrom: {secretKeyRef: {name: s, key: k}}}]
        ---
        apiVersion: tapedeck.dev/v1alpha1
        kind: ClusterCapabilityPolicy
        metadata: {name: cap}
        spec:
          forbidAudit: true
          registries: []
        """;

    private static readonly string[] Cluster = ["10.0.0.0/8"];

    [Fact]
    public void What_is_written_grants_what_was_found()
    {
        var before = Input();
        var after = Read(PolicySnapshot.Write(before));
        Assert.Equal(PolicySnapshot.Write(before), PolicySnapshot.Write(after));
        var grants = GrantsMerge.Merge(after, null);
        Assert.Equal(12, grants.Generation);
        Assert.True(grants.Decide(HostRequest.Http("GET", "https", "api.example", "/")).Allowed);
        Assert.False(grants.Decide(HostRequest.Http("GET", "https", "other.example", "/")).Allowed);
        Assert.Equal("default/fetch", Assert.Single(grants.Policies, name => name.Contains("fetch", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_policy_that_could_not_be_read_is_carried_as_its_problem()
    {
        var input = Input() with { Policies = [new PolicyInput<CapabilityPolicySpec>("default/bad", null, "spec.network: unknown field")] };
        var grants = GrantsMerge.Merge(Read(PolicySnapshot.Write(input)), null);
        Assert.Contains("default/bad: spec.network: unknown field", grants.Problems);
    }

    [Fact]
    public void The_addresses_of_the_pod_are_those_of_whoever_reads()
    {
        Assert.True(Address.TryParse("203.0.113.9", out var own));
        var problems = new ProblemList("policy.json");
        var input = PolicySnapshot.Read(PolicySnapshot.Write(Input()), [own], problems);
        Assert.Equal(AddressClass.NeverGrantable, input!.Addresses.Classify(own));
        Assert.True(Address.TryParse("10.1.2.3", out var pod));
        Assert.Equal(AddressClass.Private, input.Addresses.Classify(pod));
    }

    [Theory]
    [InlineData("{}", "kind: expected PolicySnapshot")]
    [InlineData("", "expected one document")]
    [InlineData("""{"apiVersion":"tapedeck.dev/v1alpha1","kind":"PolicySnapshot","generation":-1}""", "generation: expected a number from 0 to 9007199254740991")]
    [InlineData("""{"apiVersion":"tapedeck.dev/v1alpha1","kind":"PolicySnapshot","generation":9007199254740992}""", "generation: expected a number from 0 to 9007199254740991")]
    [InlineData("""{"apiVersion":"tapedeck.dev/v1alpha1","kind":"PolicySnapshot","generation":1,"policy":[]}""", "unknown field 'policy'")]
    [InlineData("""{"apiVersion":"tapedeck.dev/v1alpha1","kind":"PolicySnapshot","generation":1,"policies":[{"name":"a"}]}""", "expected exactly one of spec and problem")]
    public void A_snapshot_that_is_none_is_refused(string text, string problem)
    {
        var problems = new ProblemList("policy.json");
        Assert.Null(PolicySnapshot.Read(text, [], problems));
        Assert.Contains(problems.All, found => found.ToString().Contains(problem, StringComparison.Ordinal));
    }

    private static MergeInput Read(string text)
    {
        var problems = new ProblemList("policy.json");
        var input = PolicySnapshot.Read(text, [], problems);
        Assert.Empty(problems.All);
        return input!;
    }

    private static MergeInput Input()
    {
        var file = ManifestFile.Read("policies.yaml", Policies);
        Assert.Empty(file.Problems);
        return new MergeInput
        {
            Generation = 12,
            Addresses = new AddressPlan(Cluster.Select(text => AddressRange.TryParse(text, out var range, out _) ? range : default), [], []),
            Policies = [.. file.Policies.Policies.Select(policy => new PolicyInput<CapabilityPolicySpec>(policy.QualifiedName, policy.Spec, null))],
            Ceilings = [.. file.Policies.Ceilings.Select(ceiling => new PolicyInput<ClusterCapabilityPolicySpec>(ceiling.Name, ceiling.Spec, null))],
        };
    }
}
