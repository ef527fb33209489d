using System.Collections.Immutable;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Policies;
using Tapedeck.Policy.Specs;
using Xunit;

namespace Tapedeck.Operator.Tests.Policies;

public sealed class ConflictsTests
{
    private const int Many = 50;

    /// <summary>As after a change of one tool: all policies of its namespace are looked at.</summary>
    [Theory]
    [InlineData("tools that are alike", 1)]
    [InlineData("tools of a label each", Many)]
    public void Each_policy_is_asked_once_about_each_kind_of_tool(string name, int kinds)
    {
        var policies = Enumerable.Range(0, Many).Select(i => Policy($"p{i}", $"V{i}", "a")).ToArray();
        var tools = Enumerable.Range(0, Many).Select(i => Tool($"t{i}", $"{i % kinds}")).ToArray();
        var asked = 0;
        var conflicts = new Conflicts((entry, facts) =>
        {
            asked++;
            return Selecting.Selects(entry, facts);
        });
        Assert.All(policies, policy => Assert.Empty(conflicts.Of(policy, policies, tools)));
        Assert.Equal((name, kinds * Many), (name, asked));
        // Nothing that policies select by is another one.
        Assert.All(policies, policy => Assert.Empty(conflicts.Of(policy, policies, [.. tools.Select(pair => (pair.Tool, pair.Facts))])));
        Assert.Equal((name, kinds * Many), (name, asked));
    }

    [Fact]
    public void What_changes_is_looked_at_anew()
    {
        var conflicts = new Conflicts(Selecting.Selects);
        var (one, two, only) = (Policy("one", "KEY", "a"), Policy("two", "KEY", "b"), Policy("two", "KEY", "b", "toolSelector: {matchLabels: {kind: x}}", 3));
        (KubeObject, ToolFacts)[] tools = [Tool("t", "y")];
        Assert.Single(conflicts.Of(one, [one, two], tools));
        Assert.Single(conflicts.Of(two, [one, two], tools));
        // Of the same name, and another generation.
        Assert.Empty(conflicts.Of(one, [one, only], tools));
        Assert.Single(conflicts.Of(one, [one, only], [.. tools, Tool("u", "x")]));
        Assert.Empty(conflicts.Of(one, [one], tools));
    }

    private static PolicyEntry<CapabilityPolicySpec> Policy(string name, string variable, string value, string selector = "toolSelector: {}", long generation = 2)
    {
        var entry = Given.Policy($"{selector}\nenvironment: {{allow: [{{name: {variable}, value: {value}}}]}}", name);
        var json = System.Text.Json.Nodes.JsonNode.Parse(entry.Object.Json.GetRawText())!.AsObject();
        json["metadata"]!["generation"] = generation;
        return entry with { Object = KubeObject.From(json) };
    }

    private static (KubeObject Tool, ToolFacts Facts) Tool(string name, string kind)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(Given.Tool(Given.Plain, name).Json.GetRawText())!.AsObject();
        json["metadata"]!["labels"]!["kind"] = kind;
        var tool = KubeObject.From(json);
        return (tool, new ToolFacts(tool.Metadata.Labels, ImmutableDictionary<string, string>.Empty, "ghcr.io/acme/weather"));
    }
}
