using Tapedeck.Manifest;
using Tapedeck.Operator.Tools;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Reading;
using Xunit;

namespace Tapedeck.Operator.Tests.Policies;

public sealed class FittingTests
{
    private const string Ceiling = "network: {deny: [{host: bad.example}]}";

    /// <summary>More policies than a pod reads in a list, fewer of more values than in a document, and of more text than a ConfigMap holds.</summary>
    public static TheoryData<int, string> TooMuch => new()
    {
        { 1_001, "toolSelector: {}\nnetwork: {allow: [{host: bad.example}]}" },
        { 60, $"toolSelector: {{}}\nnetwork: {{allow: [{string.Join(", ", Enumerable.Repeat($"{{host: a.example, ports: [{string.Join(", ", Enumerable.Range(1, 90).Select(i => i * 2))}]}}", 10))}]}}" },
        { 10, $"toolSelector: {{}}\nenvironment: {{allow: [{string.Join(", ", Enumerable.Range(0, 100).Select(i => $"{{name: A{i}, value: {new string('a', 1_000)}}}"))}]}}" },
    };

    [Theory]
    [MemberData(nameof(TooMuch))]
    public void A_ceiling_reaches_pods_beside_more_policies_than_they_read(int count, string policy)
    {
        var read = Given.Policy(policy);
        Assert.Null(read.Problem);
        var observed = Given.Observed(Given.Tool(Given.Plain), Given.Found, [.. Enumerable.Range(0, count).Select(i => Given.Policy(policy, $"p{i}"))], [Given.Ceiling(Ceiling)]);
        var input = Handed(observed);
        Assert.Equal("bad.example", Assert.Single(Assert.Single(input.Ceilings).Spec!.NetworkDeny).Host?.ToString());
        Assert.Contains($"pods cannot read the {count} policies", Assert.Single(input.Policies).Problem, StringComparison.Ordinal);
        Assert.Empty(GrantsMerge.Merge(input, null).NetworkAllow);
    }

    [Fact]
    public void As_many_as_pods_read_are_handed_to_them_as_they_are()
    {
        var observed = Given.Observed(Given.Tool(Given.Plain), Given.Found, [.. Enumerable.Range(0, 1_000).Select(i => Given.Policy("toolSelector: {}", $"p{i}"))], [Given.Ceiling(Ceiling)]);
        Assert.Equal(1_000, Handed(observed).Policies.Count(policy => policy.Spec is not null));
    }

    [Fact]
    public void Of_more_ceilings_than_pods_read_nothing_is_left_but_that_nothing_is_allowed_and_the_operator_still_knows_them()
    {
        var ceilings = Enumerable.Range(0, 1_001).Select(i => Given.Ceiling("registries: [registry.example]", $"c{i}"));
        var observed = Given.Observed(Given.Tool(Given.Plain), Given.Found, [Given.Policy("toolSelector: {}\nnetwork: {allow: [{host: api.example}]}")], [.. ceilings]) with
        {
            Deployment = Given.Deployment(1, 1, 1),
            LastGood = GrantsMerge.Merge(new MergeInput { Generation = 0 }, null),
        };
        var input = Handed(observed);
        Assert.Empty(GrantsMerge.Merge(input, null).NetworkAllow);
        Assert.Contains("1001 ceilings", Assert.Single(input.Ceilings).Problem, StringComparison.Ordinal);
        Assert.Equal(Reasons.NotAllowed, Planning.Plan(observed, Given.Settings).Obstacle?.Reason);
    }

    /// <summary>What pods make of the ConfigMap that they are handed.</summary>
    private static MergeInput Handed(Observed observed)
    {
        // A tool that runs: policies are for pods.
        var plan = Planning.Plan(observed with { Deployment = Given.Deployment(1, 1, 1), LastGood = GrantsMerge.Merge(new MergeInput { Generation = 0 }, null) }, Given.Settings);
        var map = plan.Children.Single(child => child.Object.Metadata.Name == "weather-policy").Object;
        var problems = new ProblemList("policy.json");
        var input = PolicySnapshot.Read(map.Find("data", "policy.json")!.Value.GetString()!, [], problems);
        Assert.Empty(problems.All);
        return input!;
    }
}
