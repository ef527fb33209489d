using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Requests;
using Xunit;

namespace Tapedeck.Policy.Tests;

/// <summary>Changes of generation under running calls.</summary>
public sealed class GateTests
{
    private static readonly HostRequest X = Requests.Of("GET https://x.example/");

    [Fact]
    public void The_next_question_is_answered_by_the_new_grants()
    {
        var gate = new Gate("team/tool", Of(1, "network: {allow: [{host: x.example}]}"), null);
        Assert.True(gate.Ask(X).Allowed);
        gate.Swap(Of(2, "{}"));
        var decision = gate.Ask(X);
        Assert.Equal((DecisionReason.NoRule, 2L), (decision.Reason, decision.Generation));
    }

    /// <summary>What a generation was given to before may have been nobody's to give.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_grants_of_the_last_swap_are_in_force(long generation)
    {
        var gate = new Gate("team/tool", Of(2, "network: {allow: [{host: x.example}]}"), null);
        gate.Swap(Of(generation, "{}"));
        Assert.Equal(generation, gate.Current.Generation);
        Assert.False(gate.Ask(X).Allowed);
    }

    [Fact]
    public void What_is_open_is_asked_about_after_a_swap()
    {
        var gate = new Gate("team/tool", Of(1, "network: {allow: [{host: x.example}, {host: y.example}]}"), null);
        string[] open = ["https://x.example/", "https://y.example/"];
        var closed = new List<string>();
        gate.Changed += (_, _) => closed.AddRange(open.Where(url => !gate.StillGrants(Requests.Of("GET " + url))));
        gate.Swap(Of(2, "network: {allow: [{host: y.example}]}"));
        Assert.Equal(["https://x.example/"], closed);
    }

    [Fact]
    public void Every_answer_is_an_event()
    {
        var events = new List<string>();
        var gate = new Gate("team/tool", Of(7, "network: {allow: [{host: x.example}]}"),
            (string tool, in HostRequest request, in Decision decision) =>
                events.Add($"{tool} {request.Capability} {decision.Verdict} {decision.Rule} {decision.Generation}"));
        gate.Ask(X);
        gate.Ask(HostRequest.Environment("HOME"));
        Assert.Equal(["team/tool network.http Allowed team/p0 spec.network.allow[0] 7", "team/tool environment Denied  7"], events);
    }

    [Fact]
    public void Of_what_may_stay_open_there_is_no_event()
    {
        var count = 0;
        var gate = new Gate("team/tool", Of(1, "network: {allow: [{host: x.example}]}"), (string _, in HostRequest _, in Decision _) => count++);
        Assert.True(gate.StillGrants(X));
        Assert.False(gate.StillGrants(HostRequest.Environment("HOME")));
        Assert.Equal(1, count);
    }

    [Fact]
    public void The_gate_of_a_call_follows_the_gate_of_its_tool_and_tells_both_sinks()
    {
        var (all, own) = (new List<string>(), new List<string>());
        var gate = new Gate("team/tool", Grants.Nothing, (string _, in HostRequest request, in Decision decision) => all.Add($"{decision.Verdict} {decision.Generation}"));
        var call = gate.ForCall((string _, in HostRequest request, in Decision decision) => own.Add($"{decision.Verdict} {decision.Generation}"));
        var changes = 0;
        call.Changed += (_, _) => changes++;
        Assert.False(call.Ask(X).Allowed);
        gate.Swap(Of(2, "network: {allow: [{host: x.example}]}"));
        Assert.True(call.Ask(X).Allowed);
        Assert.Equal(2, call.Current.Generation);
        Assert.Equal(1, changes);
        Assert.True(gate.Ask(X).Allowed);
        Assert.Equal(["Denied 0", "Allowed 2", "Allowed 2"], all);
        Assert.Equal(["Denied 0", "Allowed 2"], own);
    }

    [Theory]
    [InlineData("network.http", "GET https://x.example/")]
    [InlineData("network.dns", "DNS x.example")]
    [InlineData("network.tcp", "TCP 1.2.3.4 5")]
    [InlineData("network.udp", "UDP 1.2.3.4 5")]
    public void Capability_of_a_request(string capability, string request) => Assert.Equal(capability, Requests.Of(request).Capability);

    [Fact]
    public void A_request_in_words_has_no_query_and_no_control_characters()
    {
        Assert.Equal("GET https://x.example/a", Requests.Of("GET https://x.example/a?token=secret").ToString());
        Assert.Equal("environment variable a?[2Jb", HostRequest.Environment("a\u001b[2Jb").ToString());
        Assert.Equal("environment variable a?b", HostRequest.Environment("a\u202eb").ToString());
    }

    private static Grants Of(long generation, string yaml) =>
        GrantsMerge.Merge(new MergeInput { Generation = generation, Policies = [Policies.Input(yaml == "{}" ? "" : yaml, 0)] }, null);
}
