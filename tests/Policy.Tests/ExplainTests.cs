using Tapedeck.Policy.Requests;
using Xunit;

namespace Tapedeck.Policy.Tests;

public sealed class ExplainTests
{
    private static readonly Grants Grants = Policies.GrantsUnderCeiling("network: {deny: [{host: bad.example}]}", """
        network:
          allow:
          - {host: api.example, methods: [GET], pathPrefix: /v1}
          - {cidr: 0.0.0.0/0}
          - {host: db.example, protocol: tcp, ports: [5432]}
          deny: [{cidr: 198.41.0.0/24}]
        """);

    [Fact]
    public void A_missing_allow_names_every_rule_and_what_differs() => Assert.Equal("""
        GET https://api.example/v2: denied: no rule allows GET https://api.example/v2
        generation 1, mode Enforce, policies: team/p0
        is it well formed? nothing to say
        is it a tunnel? nothing to say
        can its address be granted at all? nothing to say
        does a ceiling deny it? nothing to say
          ceiling base spec.network.deny[0] (host=bad.example): names another host
        does a policy deny it? nothing to say
          team/p0 spec.network.deny[0] (cidr=198.41.0.0/24): is about an address, and none is known yet
        does a rule allow it? nothing to say
          team/p0 spec.network.allow[1] (cidr=0.0.0.0/0): names no host
          team/p0 spec.network.allow[0] (host=api.example methods=GET pathPrefix=/v1): is about another path than /v2
          team/p0 spec.network.allow[2] (host=db.example ports=5432 protocol=tcp): is about tcp

        """, Explain.Why(Requests.Of("GET https://api.example/v2"), Grants), ignoreLineEndingDifferences: true);

    [Fact]
    public void A_private_address_names_the_range_that_a_rule_needs() =>
        Assert.Contains("10.1.2.3 is private, which only a rule with a cidr inside 10.0.0.0/8 can allow", Explain.Why(Requests.Of("GET http://10.1.2.3/"), Grants));

    [Fact]
    public void A_denial_names_its_rule_and_stops() =>
        Assert.EndsWith("""
            does a policy deny it? DeniedByPolicy: team/p0 spec.network.deny[0] denies GET http://198.41.0.4/
              team/p0 spec.network.deny[0] (cidr=198.41.0.0/24): matches

            """.ReplaceLineEndings("\n"), Explain.Why(Requests.Of("GET http://198.41.0.4/"), Grants));

    [Theory]
    [InlineData("GET https://api.example/v1", "allowed by team/p0 spec.network.allow[0]")]
    [InlineData("GET https://bad.example/", "denied: ceiling base spec.network.deny[0] denies")]
    [InlineData("GET http://127.0.0.1/", "127.0.0.1 is loopback, which nothing can grant")]
    [InlineData("GET http://a..b/", "the authority is not a host")]
    [InlineData("POST https://api.example/v1", "is about other methods than POST")]
    [InlineData("GET https://api.example:8443/v1", "is about the scheme's own port, not 8443")]
    [InlineData("TCP 8.8.8.8 53", "no rule allows TCP to 8.8.8.8:53")]
    [InlineData("DNS other.example", "no rule allows look-up of other.example")]
    public void Answer_in_words(string request, string expected) => Assert.Contains(expected, Explain.Why(Requests.Of(request), Grants));

    [Fact]
    public void Rules_of_storage_and_keys_are_listed()
    {
        var grants = Policies.Grants("""
            storage: {allow: [{volume: {name: a, emptyDir: {sizeLimit: 1Mi}}, path: /a, access: [read], globs: ["*.csv"]}], deny: [{path: /a/secret}]}
            environment: {allow: [{name: K, value: hunter2}], deny: [{name: "AWS_*"}]}
            """);
        var why = Explain.Why(HostRequest.Open("/a", "x.txt", StorageUse.Read, false), grants);
        Assert.Contains("team/p0 spec.storage.deny[0] (path=/a/secret access=read,write)", why);
        Assert.Contains("access=read globs=*.csv", why);
        Assert.Contains("team/p0 spec.environment.deny[0] (name=AWS_*)", Explain.Why(HostRequest.Environment("HOME"), grants));
        Assert.DoesNotContain("hunter2", Explain.Why(HostRequest.Environment("HOME"), grants));
    }

    [Fact]
    public void Every_kind_of_request_has_an_explanation() =>
        Assert.All(
            [
                HostRequest.Environment("K"), HostRequest.Config("k"), HostRequest.Open("/d", "f", StorageUse.Read, false), HostRequest.Stdio("stdin"),
                HostRequest.Arguments(), HostRequest.TcpListen(), HostRequest.TcpBind(default, 1), default,
            ],
            request => Assert.Contains("denied", Explain.Why(request, Grants)));

    [Fact]
    public void Every_rule_that_counts_is_said_and_no_value() => Assert.Equal(
        [
            "allows network host=api.example schemes=https: team/p0 spec.network.allow[0]",
            "denies network cidr=198.41.0.0/24: team/p1 spec.network.deny[0]",
            "denies network host=bad.example: ceiling base spec.network.deny[0]",
            "allows storage path=/notes volume=notes emptyDir=1Mi access=read: team/p1 spec.storage.allow[0]",
            "allows environment name=TOKEN from=Secret:key/token: team/p0 spec.environment.allow[0]",
            "allows config name=greeting from=value:0d5a9ff416e27646: team/p1 spec.config.allow[0]",
        ],
        Policies.GrantsUnderCeiling(
            "network: {deny: [{host: bad.example}]}",
            "network: {allow: [{host: api.example, schemes: [https]}]}\nenvironment: {allow: [{name: TOKEN, valueFrom: {secretKeyRef: {name: key, key: token}}}]}",
            "network: {deny: [{cidr: 198.41.0.0/24}]}\nstorage: {allow: [{volume: {name: notes, emptyDir: {sizeLimit: 1Mi}}, path: /notes, access: [read]}]}\nconfig: {allow: [{name: greeting, value: a plain text}]}")
            .Rules.Select(rule => $"{(rule.Allows ? "allows" : "denies")} {rule.Capability} {rule.Entry}: {rule.Reference}"));
}
