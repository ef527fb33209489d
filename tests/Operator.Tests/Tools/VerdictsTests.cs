using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Tools;
using Xunit;

namespace Tapedeck.Operator.Tests.Tools;

public sealed class VerdictsTests
{
    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{"parents": "x"}""", null)]
    [InlineData("""{"parents": [{"parentRef": {"name": "a"}, "conditions": [{"type": "Accepted", "status": "True"}, {"type": "ResolvedRefs", "status": "Unknown"}, {"type": "Other", "status": "False"}]}]}""", null)]
    [InlineData("""{"parents": [{"parentRef": {"name": "a", "kind": "Gateway"}, "conditions": [{"type": "Accepted", "status": "False", "reason": "NotAllowedByListeners", "message": "no listener"}]}, 7]}""", "spec.httpRoute: Gateway a: Accepted is False (NotAllowedByListeners): no listener")]
    [InlineData("""{"parents": [{"conditions": [{"type": "Accepted", "status": "False"}, {"type": "ResolvedRefs", "status": "False", "reason": "RefNotPermitted", "message": "no"}]}]}""", "spec.httpRoute: Gateway : Accepted is False (): ; Gateway : ResolvedRefs is False (RefNotPermitted): no")]
    public void What_gateways_say_against_a_route(string status, string? expected) => Assert.Equal(expected, Verdicts.OfGateways(With("HTTPRoute", status)));

    [Theory]
    [InlineData("{}", "Cilium has not said that it takes it")]
    [InlineData("""{"conditions": 7}""", "Cilium has not said that it takes it")]
    [InlineData("""{"conditions": [{"type": "Valid", "status": "Unknown"}]}""", "Cilium has not said that it takes it")]
    [InlineData("""{"conditions": [{"type": "Valid", "status": "True", "message": "fine"}]}""", null)]
    [InlineData("""{"conditions": [{"type": "Valid", "status": "False", "message": "no proxy"}]}""", "Cilium refuses it: no proxy")]
    [InlineData("""{"conditions": [{"type": "Valid", "status": "False"}]}""", "Cilium refuses it: ")]
    public void What_Cilium_says_of_a_policy(string status, string? expected) => Assert.Equal(expected, Verdicts.DoubtOfCilium(With("CiliumNetworkPolicy", status)));

    [Fact]
    public void Of_what_is_not_there_nobody_said_anything() => Assert.Equal("Cilium has not said that it takes it", Verdicts.DoubtOfCilium(null));

    [Fact]
    public void What_others_say_is_cut()
    {
        var text = new string('x', 10_000);
        Assert.InRange(Verdicts.DoubtOfCilium(With("CiliumNetworkPolicy", $$"""{"conditions": [{"type": "Valid", "status": "False", "message": "{{text}}"}]}"""))!.Length, 200, 250);
        var parent = $$"""{"parentRef": {"name": "a"}, "conditions": [{"type": "Accepted", "status": "False", "reason": "{{text}}"}]}""";
        Assert.InRange(Verdicts.OfGateways(With("HTTPRoute", $$"""{"parents": [{{string.Join(',', Enumerable.Repeat(parent, 32))}}]}"""))!.Length, 800, 900);
    }

    private static KubeObject With(string kind, string status) =>
        KubeObject.From(Json.Object(("apiVersion", "v1"), ("kind", kind), ("metadata", Json.Object(("name", "weather"))), ("status", JsonNode.Parse(status))));
}
