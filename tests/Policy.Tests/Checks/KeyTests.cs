using Tapedeck.Policy.Requests;
using Xunit;

namespace Tapedeck.Policy.Tests.Checks;

public sealed class KeyTests
{
    private static readonly Grants Grants = Policies.Grants("""
        environment:
          allow:
          - {name: PLAIN, value: "1"}
          - {name: API_KEY, valueFrom: {secretKeyRef: {name: keys, key: api}}}
          - {name: AWS_REGION, value: eu}
          - {name: DENIED, value: x}
          deny: [{name: DENIED}, {name: "AWS_*"}]
        config:
          allow: [{name: greeting, value: hello}]
        """);

    [Theory]
    [InlineData("a value", "PLAIN", "Granted")]
    [InlineData("a reference", "API_KEY", "Granted")]
    [InlineData("another case", "plain", "NoRule")]
    [InlineData("no rule", "PATH", "NoRule")]
    [InlineData("denied by name", "DENIED", "DeniedByPolicy")]
    [InlineData("denied by its beginning", "AWS_REGION", "DeniedByPolicy")]
    [InlineData("a key of config", "greeting", "NoRule")]
    [InlineData("nothing", "", "NoRule")]
    public void Environment_variable(string name, string key, string reason) =>
        Assert.Equal(reason, Grants.Decide(HostRequest.Environment(key)).Reason.ToString());

    [Theory]
    [InlineData("a value", "greeting", "Granted")]
    [InlineData("a variable", "PLAIN", "NoRule")]
    public void Config_key(string name, string key, string reason) =>
        Assert.Equal(reason, Grants.Decide(HostRequest.Config(key)).Reason.ToString());

    [Fact]
    public void The_list_has_what_may_be_read_and_nothing_else() =>
        Assert.Equal(["API_KEY", "PLAIN"], Grants.Environment.Select(entry => entry.Name));

    [Fact]
    public void Two_values_for_a_key_grant_none()
    {
        var grants = Policies.Grants("environment: {allow: [{name: K, value: a}]}", "environment: {allow: [{name: K, value: b}]}");
        Assert.False(grants.Decide(HostRequest.Environment("K")).Allowed);
        Assert.Contains("K", Assert.Single(grants.Conflicts));
    }

    [Fact]
    public void One_value_twice_is_no_conflict()
    {
        var grants = Policies.Grants("environment: {allow: [{name: K, value: a}]}", "environment: {allow: [{name: K, value: a}]}");
        Assert.True(grants.Decide(HostRequest.Environment("K")).Allowed);
        Assert.Empty(grants.Conflicts);
    }

    [Fact]
    public void A_value_is_in_no_text()
    {
        var grants = Policies.Grants("environment: {allow: [{name: K, value: hunter2}]}", "environment: {allow: [{name: K, value: other}]}");
        Assert.DoesNotContain("hunter2", Explain.Why(HostRequest.Environment("K"), grants));
        Assert.DoesNotContain("hunter2", string.Concat(Policies.Spec("environment: {allow: [{name: K, value: hunter2}]}").Environment.Allow));
    }
}
