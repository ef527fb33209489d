using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Specs;
using Xunit;

namespace Tapedeck.Policy.Tests.Specs;

public sealed class SelectionTests
{
    private static readonly Dictionary<string, string> Labels = new() { ["app"] = "weather", ["tier"] = "free" };

    [Theory]
    [InlineData("everything", "{}", true)]
    [InlineData("a label", "{matchLabels: {app: weather}}", true)]
    [InlineData("another value", "{matchLabels: {app: other}}", false)]
    [InlineData("two labels", "{matchLabels: {app: weather, tier: paid}}", false)]
    [InlineData("In", "{matchExpressions: [{key: app, operator: In, values: [a, weather]}]}", true)]
    [InlineData("In of a label that is not there", "{matchExpressions: [{key: x, operator: In, values: [a]}]}", false)]
    [InlineData("NotIn", "{matchExpressions: [{key: app, operator: NotIn, values: [weather]}]}", false)]
    [InlineData("NotIn of a label that is not there", "{matchExpressions: [{key: x, operator: NotIn, values: [a]}]}", true)]
    [InlineData("Exists", "{matchExpressions: [{key: app, operator: Exists}]}", true)]
    [InlineData("DoesNotExist", "{matchExpressions: [{key: app, operator: DoesNotExist}]}", false)]
    [InlineData("all of several", "{matchLabels: {app: weather}, matchExpressions: [{key: x, operator: Exists}]}", false)]
    public void Tool_by_label(string name, string selector, bool expected) =>
        Assert.Equal(expected, Read($"toolSelector: {selector}").Selects(Tool("ghcr.io/acme/weather")));

    [Theory]
    [InlineData("the repository", "{repository: ghcr.io/acme/weather}", "ghcr.io/acme/weather", true)]
    [InlineData("below a prefix", "{repository: ghcr.io/acme}", "ghcr.io/acme/weather", true)]
    [InlineData("a longer segment", "{repository: ghcr.io/acme}", "ghcr.io/acme-evil/weather", false)]
    [InlineData("another registry", "{repository: ghcr.io/acme}", "evil.io/ghcr.io/acme/weather", false)]
    [InlineData("the registry with its port", "{repository: ghcr.io/acme}", "ghcr.io:443/acme/weather", true)]
    [InlineData("the registry with its port, and zeros", "{repository: ghcr.io/acme}", "ghcr.io:0443/acme/weather", true)]
    [InlineData("the registry without TLS, with its port", "{repository: ghcr.io/acme}", "ghcr.io:80/acme/weather", true)]
    [InlineData("a port in the policy", "{repository: 'ghcr.io:443/acme'}", "ghcr.io/acme/weather", true)]
    [InlineData("a port of another registry", "{repository: ghcr.io/acme}", "ghcr.io:8443/acme/weather", false)]
    [InlineData("Docker Hub, not named", "{repository: docker.io/acme}", "acme/weather", true)]
    [InlineData("Docker Hub by its index", "{repository: docker.io/acme}", "index.docker.io/acme/weather", true)]
    [InlineData("Docker Hub by its API", "{repository: docker.io/acme}", "registry-1.docker.io:443/acme/weather", true)]
    [InlineData("Docker Hub's own, without an owner", "{repository: docker.io/library}", "docker.io/weather", true)]
    [InlineData("Docker Hub's own, copied from the tool", "{repository: docker.io/weather}", "docker.io/weather", true)]
    [InlineData("Docker Hub's own, copied from the tool without the registry", "{repository: weather}", "weather", true)]
    [InlineData("another of Docker Hub's own", "{repository: docker.io/weather}", "docker.io/weather2", false)]
    [InlineData("an owner of that name", "{repository: docker.io/weather}", "docker.io/weather/one", true)]
    [InlineData("an address in two spellings", "{repository: '[::1]:5000/acme'}", "[0:0::1]:5000/acme/weather", true)]
    [InlineData("an address of IPv4 written as one of IPv6", "{repository: '10.0.0.5:5000/acme'}", "[::ffff:10.0.0.5]:5000/acme/weather", true)]
    [InlineData("an address of IPv4 written as one of IPv6 in the policy", "{repository: '[::ffff:a00:5]/acme'}", "10.0.0.5/acme/weather", true)]
    [InlineData("no repository at all", "{repository: docker.io}", "", false)]
    [InlineData("the signer", "{signer: {issuer: i, identity: me}}", "ghcr.io/acme/weather", true)]
    [InlineData("another identity", "{signer: {issuer: i, identity: you}}", "ghcr.io/acme/weather", false)]
    [InlineData("the repository and another signer", "{repository: ghcr.io/acme, signer: {issuer: j, identity: me}}", "ghcr.io/acme/weather", false)]
    public void Tool_by_artifact(string name, string artifact, string repository, bool expected) =>
        Assert.Equal(expected, Read($"toolSelector: {{}}\nartifact: {artifact}").Selects(Tool(repository)));

    [Fact]
    public void An_identity_that_the_tool_alone_vouches_for_is_not_the_one_that_a_policy_names()
    {
        var claimed = Tool("ghcr.io/acme/weather") with { Signers = [new Signer("", "i", "me") { IsClaimed = true }] };
        Assert.False(Read("toolSelector: {}\nartifact: {signer: {issuer: i, identity: me}}").Selects(claimed));
    }

    [Theory]
    [InlineData("key 00ff", "00ff", "", "", false)]
    [InlineData("me by https://issuer.example", "", "https://issuer.example", "me", false)]
    [InlineData("me by you by https://issuer.example", "", "https://issuer.example", "me by you", false)]
    [InlineData("me by https://issuer.example, as the tool alone has it", "", "https://issuer.example", "me", true)]
    [InlineData("key 00ff by C=US, O=Acme, as the tool alone has it", "", "C=US, O=Acme", "key 00ff", true)]
    public void A_signer_is_read_as_it_is_written(string text, string key, string issuer, string identity, bool isClaimed)
    {
        var signer = new Signer(key, issuer, identity) { IsClaimed = isClaimed };
        Assert.Equal((text, signer), (signer.ToString(), Signer.Parse(text)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("me")]
    [InlineData(" by you")]
    public void What_is_no_signer_is_read_as_none(string text) => Assert.Null(Signer.Parse(text));

    [Theory]
    [InlineData("everything", "{}", true)]
    [InlineData("the namespace", "namespaceSelector: {matchLabels: {env: prod}}", true)]
    [InlineData("another namespace", "namespaceSelector: {matchLabels: {env: dev}}", false)]
    [InlineData("the namespace and another tool", "{namespaceSelector: {matchLabels: {env: prod}}, toolSelector: {matchLabels: {app: x}}}", false)]
    public void Tool_below_a_ceiling(string name, string yaml, bool expected) =>
        Assert.Equal(expected, Policies.Ceiling(yaml).Selects(Tool("ghcr.io/acme/weather")));

    [Theory]
    [InlineData("{host: x.example}", "80,443")]
    [InlineData("{host: x.example, schemes: [https]}", "443")]
    [InlineData("{host: x.example, ports: [81, 80, 8000-8010, 8005-8020]}", "80-81,8000-8020")]
    public void Ports_that_an_entry_opens(string entry, string expected) =>
        Assert.Equal(expected, Policies.Spec($"network: {{allow: [{entry}]}}").Network.Allow[0].GrantedPorts.ToString());

    private static ToolFacts Tool(string repository) =>
        new(Labels, new Dictionary<string, string> { ["env"] = "prod" }, repository) { Signers = [new Signer("", "i", "me")] };

    private static CapabilityPolicySpec Read(string yaml)
    {
        var problems = new ProblemList("p.yaml");
        var spec = CapabilityPolicyReader.Read(Documents.Read(yaml, problems)[0], "spec", problems);
        Assert.Empty(problems.All);
        return spec!;
    }
}
