using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Requests;
using Tapedeck.Policy.Specs;
using Xunit;

namespace Tapedeck.Policy.Tests.Merging;

public sealed class GrantsMergeTests
{
    private const string AllowX = "network: {allow: [{host: x.example}]}";
    private const string AllowY = "network: {allow: [{host: y.example}]}";
    private const string DenyX = "network: {deny: [{host: x.example}]}";
    private const string Audit = "mode: Audit\n";

    [Theory]
    [InlineData("nothing", "", "", "x NoRule, y NoRule")]
    [InlineData("one allow", AllowX, "", "x Granted, y NoRule")]
    [InlineData("allows add up", AllowX, AllowY, "x Granted, y Granted")]
    [InlineData("the same twice", AllowX, AllowX, "x Granted, y NoRule")]
    [InlineData("deny wins over an allow of another policy", AllowX, DenyX, "x DeniedByPolicy, y NoRule")]
    [InlineData("deny wins, the other way round", DenyX, AllowX, "x DeniedByPolicy, y NoRule")]
    [InlineData("a deny alone", DenyX, "", "x DeniedByPolicy, y NoRule")]
    [InlineData("a deny leaves the rest", AllowX + "\n", AllowY, "x Granted, y Granted")]
    public void Allows_add_up_and_denials_win(string name, string one, string two, string expected) =>
        Assert.Equal(expected, Reasons(Policies.Grants(one, two)));

    [Theory]
    [InlineData("a ceiling denies what a policy allows", "network: {deny: [{host: x.example}]}", AllowX, "x DeniedByCeiling, y NoRule")]
    [InlineData("a ceiling comes before a policy", "network: {deny: [{host: x.example}]}", DenyX, "x DeniedByCeiling, y NoRule")]
    [InlineData("a ceiling without a word", "{}", AllowX, "x Granted, y NoRule")]
    [InlineData("a ceiling grants nothing", "limits: {memory: 4Gi}", "", "x NoRule, y NoRule")]
    [InlineData("a ceiling denies everything of a scheme", "network: {deny: [{schemes: [https]}]}", AllowX, "x DeniedByCeiling, y DeniedByCeiling")]
    public void Ceilings_take_away(string name, string ceiling, string policy, string expected) =>
        Assert.Equal(expected, Reasons(Policies.GrantsUnderCeiling(ceiling, policy)));

    [Theory]
    [InlineData("every policy says so", "{}", Audit + AllowX, Audit, "x Allowed, y WouldDeny")]
    [InlineData("one policy does not", "{}", Audit + AllowX, AllowY, "x Allowed, y Allowed, z Denied")]
    [InlineData("a ceiling forbids it", "forbidAudit: true", Audit + AllowX, Audit, "x Allowed, y Denied")]
    [InlineData("a deny is not softened", "{}", Audit + DenyX, Audit, "x Denied, y WouldDeny")]
    [InlineData("a ceiling is not softened", "network: {deny: [{host: x.example}]}", Audit, Audit, "x Denied, y WouldDeny")]
    public void Audit_mode(string name, string ceiling, string one, string two, string expected)
    {
        var grants = Policies.GrantsUnderCeiling(ceiling, one, two);
        Assert.StartsWith(expected, $"x {Verdict(grants, "x")}, y {Verdict(grants, "y")}, z {Verdict(grants, "z")}");
    }

    [Theory]
    [InlineData("GET http://127.0.0.1/", "NeverGrantable")]
    [InlineData("GET http://169.254.169.254/", "NeverGrantable")]
    [InlineData("GET http://[::ffff:127.0.0.1]/", "NeverGrantable")]
    [InlineData("GET http://a..b/", "Malformed")]
    [InlineData("CONNECT http://a.example/", "NeverGrantable")]
    public void Audit_mode_softens_nothing_but_a_missing_allow(string request, string reason)
    {
        var decision = Policies.Grants(Audit).Decide(Requests.Of(request));
        Assert.Equal((Policy.Verdict.Denied, reason), (decision.Verdict, decision.Reason.ToString()));
    }

    [Fact]
    public void Audit_mode_needs_a_policy() => Assert.Equal(PolicyMode.Enforce, Grants.Nothing.Mode);

    [Fact]
    public void Audit_mode_lets_nobody_out_of_a_preopen()
    {
        var grants = Policies.Grants(Audit + "storage: {allow: [{volume: {name: a, emptyDir: {sizeLimit: 1Mi}}, path: /a, access: [read]}]}");
        Assert.Equal(DecisionReason.OutsideRoot, grants.Decide(HostRequest.Open("/a", "../b", StorageUse.Read, false)).Reason);
        Assert.Equal(Policy.Verdict.Denied, grants.Decide(HostRequest.Open("/a", "../b", StorageUse.Read, false)).Verdict);
        Assert.Equal(Policy.Verdict.WouldDeny, grants.Decide(HostRequest.Open("/a", "b", StorageUse.Write, false)).Verdict);
    }

    [Theory]
    [InlineData("nobody says anything", null, null, null, "64Mi")]
    [InlineData("a policy raises the default", "128Mi", null, null, "128Mi")]
    [InlineData("the stricter of two policies", "128Mi", "32Mi", null, "32Mi")]
    [InlineData("a ceiling caps", "1Gi", null, "256Mi", "256Mi")]
    [InlineData("a ceiling does not raise the default", null, null, "256Mi", "64Mi")]
    [InlineData("a ceiling below the default", null, null, "16Mi", "16Mi")]
    public void Limits_take_the_strictest(string name, string? one, string? two, string? ceiling, string expected)
    {
        static string Yaml(string? memory) => memory is null ? "{}" : $"limits: {{memory: {memory}}}";
        var grants = Policies.GrantsUnderCeiling(Yaml(ceiling), one is null ? "" : Yaml(one), two is null ? "" : Yaml(two));
        Assert.Equal(expected, Quantity.Format(grants.Limits.Memory));
    }

    [Fact]
    public void The_limits_of_the_tool_count()
    {
        var input = new MergeInput
        {
            Generation = 1,
            Policies = [Policies.Input("limits: {memory: 1Gi}", 0)],
            ToolLimits = StatedLimits.None.With(LimitName.Memory, 32 << 20),
        };
        Assert.Equal(32 << 20, GrantsMerge.Merge(input, null).Limits.Memory);
    }

    [Theory]
    [InlineData("no list", "{}", "evil.io/x", false, true)]
    [InlineData("a registry that is named", "registries: [ghcr.io/acme]", "ghcr.io/acme/x", false, true)]
    [InlineData("a registry that is named, with its port", "registries: [ghcr.io/acme]", "ghcr.io:443/acme/x", false, true)]
    [InlineData("another registry", "registries: [ghcr.io/acme]", "evil.io/acme/x", false, false)]
    [InlineData("a name that begins like a registry", "registries: [ghcr.io/acme]", "ghcr.io/acmex/x", false, false)]
    [InlineData("no registry at all", "registries: []", "ghcr.io/acme/x", true, false)]
    [InlineData("no signature", "requireSignatures: true", "ghcr.io/acme/x", false, false)]
    [InlineData("a signature", "requireSignatures: true", "ghcr.io/acme/x", true, true)]
    public void Ceilings_ask_of_artifacts(string name, string ceiling, string repository, bool isSigned, bool expected) =>
        Assert.Equal(expected, Policies.GrantsUnderCeiling(ceiling).Artifacts.Refuse(repository, isSigned ? [new("", "https://issuer.example", "me")] : []) is null);

    [Theory]
    [InlineData("the identity that is named", "signers: [{issuer: 'https://issuer.example', identity: me}]", "me by https://issuer.example", true)]
    [InlineData("another one", "signers: [{issuer: 'https://issuer.example', identity: me}]", "you by https://issuer.example", false)]
    [InlineData("one that only looks like it", "signers: [{issuer: 'https://issuer.example', identity: me}]", "me by https://issuer.example, as the tool alone has it", false)]
    [InlineData("the second of two keys", "signers: [{keySha256: KEY-A}, {keySha256: KEY-B}]", "key KEY-B", true)]
    [InlineData("another key", "signers: [{keySha256: KEY-A}]", "key KEY-B", false)]
    [InlineData("nobody is named", "signers: []", "key KEY-B", false)]
    [InlineData("nobody signed", "signers: [{keySha256: KEY-A}]", "", false)]
    [InlineData("a claim is a signature all the same", "requireSignatures: true", "me by https://issuer.example, as the tool alone has it", true)]
    public void Ceilings_may_name_who_has_to_have_signed(string name, string ceiling, string signer, bool expected)
    {
        string Keys(string text) => text.Replace("KEY-A", new string('a', 64), StringComparison.Ordinal).Replace("KEY-B", new string('b', 64), StringComparison.Ordinal);
        var refusal = Policies.GrantsUnderCeiling(Keys(ceiling)).Artifacts.Refuse("ghcr.io/acme/x", signer.Length == 0 ? [] : [Signer.Parse(Keys(signer))!]);
        Assert.Equal((name, expected), (name, refusal is null));
    }

    [Fact]
    public void Every_ceiling_has_to_be_content_with_an_artifact()
    {
        var grants = GrantsMerge.Merge(new MergeInput
        {
            Generation = 1,
            Ceilings = [new("a", Policies.Ceiling("registries: [ghcr.io]"), null), new("b", Policies.Ceiling("registries: [ghcr.io/acme]"), null)],
        }, null);
        Assert.Null(grants.Artifacts.Refuse("ghcr.io/acme/x", []));
        Assert.Equal("ceiling b spec.registries does not name ghcr.io/other", grants.Artifacts.Refuse("ghcr.io/other", []));
    }

    private static string Reasons(Grants grants) =>
        $"x {grants.Decide(Requests.Of("GET https://x.example/")).Reason}, y {grants.Decide(Requests.Of("GET https://y.example/")).Reason}";

    private static Verdict Verdict(Grants grants, string host) => grants.Decide(Requests.Of($"GET https://{host}.example/")).Verdict;
}
