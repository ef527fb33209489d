using Tapedeck.Policy.Reading;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>The rights of the operator. That they are enough is shown by the tests against a real server, which run under them.</summary>
public sealed class RbacTests
{
    private static readonly string[] Never = ["*", "escalate", "bind", "impersonate"];

    private static readonly (string[] Resources, string[] Verbs)[] Rules =
    [
        .. new[] { "operator_role.yaml", "leader_role.yaml", "user_roles.yaml" }.SelectMany(Rbac.Documents)
            .SelectMany(document => (document.Find("rules") as SequenceNode)?.Items ?? [])
            .Select(rule => (Texts(rule, "resources"), Texts(rule, "verbs"))),
    ];

    [Fact]
    public void No_rule_has_a_wildcard_or_a_way_to_more_rights()
    {
        Assert.True(Rules.Length > 10);
        Assert.All(Rules, rule => Assert.Empty(rule.Resources.Concat(rule.Verbs).Intersect(Never)));
    }

    [Fact]
    public void Secrets_are_neither_listed_nor_watched() =>
        Assert.Equal(["get"], Rules.Where(rule => rule.Resources.Contains("secrets")).SelectMany(rule => rule.Verbs));

    [Fact]
    public void Who_edits_a_namespace_writes_no_policies()
    {
        var edit = Rbac.Documents("user_roles.yaml").Single(document => ((ScalarNode)((MappingNode)document.Find("metadata")!).Find("name")!).Value == "tapedeck-edit");
        Assert.DoesNotContain(((SequenceNode)edit.Find("rules")!).Items, rule => Texts(rule, "resources").Contains("capabilitypolicies"));
    }

    private static string[] Texts(Node rule, string name) => [.. ((SequenceNode)((MappingNode)rule).Find(name)!).Items.Select(item => ((ScalarNode)item).Value)];
}
