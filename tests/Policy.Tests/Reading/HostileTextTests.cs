using FsCheck;
using Tapedeck.Policy.Limits;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Requests;
using Tapedeck.Policy.Specs;
using Tapedeck.Policy.Storage;
using Tapedeck.Policy.Wassette;
using Xunit;
using HostName = Tapedeck.Policy.Network.HostName;

namespace Tapedeck.Policy.Tests.Reading;

/// <summary>Whatever a text holds, reading it gives a value or a problem, and never an exception.</summary>
public sealed class HostileTextTests
{
    private const string Good = """
        apiVersion: tapedeck.dev/v1alpha1
        kind: CapabilityPolicy
        metadata: {name: p, namespace: team}
        spec:
          toolSelector: {matchLabels: {app: x}, matchExpressions: [{key: a, operator: In, values: [b]}]}
          artifact: {repository: ghcr.io/acme, signer: {issuer: i, identity: j}}
          mode: Enforce
          network:
            allow:
            - {host: "*.example.com", cidr: 10.0.0.0/8, ports: [443, "8000-8100"], schemes: [https], methods: [GET], pathPrefix: /api}
            deny: [{host: bücher.example, protocol: udp}]
          storage:
            allow: [{volume: {name: a, emptyDir: {sizeLimit: 1Mi}}, path: /a, access: [read, write], subPath: x, globs: ["**/*.csv"]}]
          environment: {allow: [{name: K, valueFrom: {secretKeyRef: {name: s, key: k}}}]}
          limits: {memory: 64Mi, callDeadline: 30s}
        """;

    private const string GoodWassette = """
        version: "1.0"
        permissions:
          storage: {allow: [{uri: "fs://job/**", access: [read]}], deny: [{uri: "fs://etc", access: [read]}]}
          network: {allow: [{host: "https://x.example:1/p"}, {cidr: 10.0.0.0/8}], deny: [{host: "*"}]}
          environment: {allow: [{key: K}]}
          resources: {limits: {cpu: 500m, memory: 512Mi}}
        """;

    private static readonly char[] Pieces = ['{', '}', '[', ']', ':', ',', '-', '\n', ' ', '"', '\'', '&', '*', '!', '|', '>', '#', '%', '@', '\t', '\0', '\ud800', 'é', '0', '.', '/', '?', '\\'];

    /// <summary>A good text with some characters replaced, doubled or dropped.</summary>
    private static Gen<string> Damaged(string text) =>
        from edits in (from place in Gen.Choose(0, text.Length - 1) from kind in Gen.Choose(0, 2) from piece in Gen.Elements(Pieces) select (place, kind, piece)).NonEmptyListOf()
        select edits.Aggregate(text, static (damaged, edit) => Damage(damaged, edit.place, edit.kind, edit.piece));

    private static string Damage(string text, int place, int kind, char piece)
    {
        place = Math.Min(place, text.Length);
        return kind == 0 ? text.Insert(place, $"{piece}") : text.Remove(place, Math.Min(kind, text.Length - place));
    }

    /// <summary>Texts that the parser of YAML once threw something else at than what it declares.</summary>
    [Theory]
    [InlineData("!!@.]")]
    public void A_text_that_the_parser_gets_lost_in_is_a_problem(string text) => Assert.NotEmpty(PolicyFile.Read("p.yaml", text).Problems);

    [Fact]
    public void Damaged_policies() => Prop.ForAll(Damaged(Good).ToArbitrary(), text =>
    {
        var file = PolicyFile.Read("p.yaml", text);
        return file.Invalid.IsEmpty || !file.Problems.IsEmpty;
    }).Hold(2_000);

    [Fact]
    public void Damaged_policies_of_Wassette() => Prop.ForAll(Damaged(GoodWassette).ToArbitrary(), text =>
    {
        var conversion = WassettePolicy.Convert("p.yaml", text, LabelSelector.Everything);
        return conversion.Spec is not null || !conversion.Problems.IsEmpty;
    }).Hold(2_000);

    [Fact]
    public void Noise() => Prop.ForAll(Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces)).ToArbitrary(), text =>
    {
        PolicyFile.Read("p.yaml", text);
        PolicyFile.Read("p.json", "{" + text);
        return true;
    }).Hold(2_000);

    [Fact]
    public void Texts_of_guests() => Prop.ForAll(Arb.Default.String(), Arb.Default.String(), (one, two) =>
    {
        (one, two) = (one ?? "", two ?? "");
        Assert.NotNull(Explain.Why(HostRequest.Http(one, "https", two, "/" + one), Grants.Nothing));
        Assert.NotNull(Explain.Why(HostRequest.Http("GET", one, one, two), Grants.Nothing));
        Assert.NotNull(Explain.Why(HostRequest.Dns(one), Grants.Nothing));
        Assert.NotNull(Explain.Why(HostRequest.Open(one, two, StorageUse.Move, true), Grants.Nothing));
        Assert.NotNull(Explain.Why(HostRequest.Environment(one), Grants.Nothing));
        return true;
    }).Hold(2_000);

    [Fact]
    public void Texts_of_fields() => Prop.ForAll(Arb.Default.String(), text =>
    {
        text ??= "";
        bool[] read =
        [
            HostPattern.TryParse(text, out _, out _), AddressRange.TryParse(text, out _, out _), PathPrefix.TryParse(text, out _, out _),
            PortRange.TryParse(text, out _, out _), Glob.TryParse(text, out _, out _), GuestPath.TryParse(text, out _, out _),
            RepositoryPrefix.TryParse(text, out _, out _), Authority.TryParse(text, out _), HostName.TryParse("xn--" + text, out _),
            .. Limit.All.Select(limit => limit.TryParse(text, out _, out _)),
        ];
        return read.Length > 0;
    }).Hold(5_000);

    [Fact]
    public void A_bomb_of_aliases_is_refused_at_its_first_anchor()
    {
        var bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(0, 20).Select(level => $"b{level}: &b{level} [*a,*a,*a,*a,*a,*a,*a,*a]\n"));
        Assert.Contains("anchors", Assert.Single(PolicyFile.Read("p.yaml", bomb).Problems).Message);
    }
}
