using Tapedeck.Policy;
using Tapedeck.Policy.Requests;
using Xunit;

namespace Tapedeck.Server.Tests.Serving;

/// <summary>Which policies of a folder count for a tool, and what a mistake does.</summary>
public sealed class PolicyBookTests
{
    private const string Allow = "network: {allow: [{host: example.com}]}";
    private const string Deny = "network: {deny: [{host: example.com}]}";
    private const string Web = "{matchLabels: {role: web}}";

    [Theory]
    [InlineData("of its namespace, all tools", "default", "{}", true)]
    [InlineData("of its namespace, its label", "default", Web, true)]
    [InlineData("of its namespace, another label", "default", "{matchLabels: {role: db}}", false)]
    [InlineData("of another namespace", "other", "{}", false)]
    public async Task A_policy_selects_by_namespace_and_labels(string name, string @namespace, string selector, bool isSelected)
    {
        using var station = new Station();
        station.Tool("tool", Station.Example("fetch"), labels: "{role: web}");
        station.Write("policy.yaml", $$"""
            apiVersion: tapedeck.dev/v1alpha1
            kind: CapabilityPolicy
            metadata: { name: policy, namespace: {{@namespace}} }
            spec: { toolSelector: {{selector}}, {{Allow}} }
            """);
        await station.ApplyAsync();
        Assert.Equal("", string.Join('\n', station.Deck.Status.Problems));
        Assert.Equal(isSelected, IsAllowed(station));
    }

    /// <summary>What becomes of the policy that denies, while another one allows.</summary>
    [Theory]
    [InlineData("an unknown field", "apiVersion: tapedeck.dev/v1alpha1\nkind: CapabilityPolicy\nmetadata: {name: deny}\nspec: {toolSelector: {}, network: {dney: []}}")]
    [InlineData("no YAML", "apiVersion: tapedeck.dev/v1alpha1\nkind: [CapabilityPolicy")]
    [InlineData("a misspelt kind", "apiVersion: tapedeck.dev/v1alpha1\nkind: CapabilityPolcy\nmetadata: {name: deny}\nspec: {toolSelector: {}}")]
    [InlineData("too large", "#")]
    public async Task A_policy_that_is_broken_goes_on_denying_and_grants_nothing_new(string name, string broken)
    {
        using var station = new Station();
        station.Tool("tool", Station.Example("fetch"), labels: "{role: web}");
        station.Policy("allow", Allow.Replace("example.com", "example.org", StringComparison.Ordinal));
        station.Policy("deny", Deny);
        await station.ApplyAsync();
        Assert.True(IsAllowed(station, "example.org"));
        station.Policy("allow", "network: {allow: [{host: example.com}, {host: example.org}, {host: example.net}]}");
        station.Write("deny.yaml", broken == "#" ? new string('#', (1 << 20) + 1) : broken);
        await station.ApplyAsync();
        Assert.False(IsAllowed(station));
        Assert.False(IsAllowed(station, "example.net"));
        Assert.True(IsAllowed(station, "example.org"));
        Assert.NotEmpty(station.Deck.Status.Problems);
        Assert.NotEmpty(station.Served("tool").Seat.Gate.Current.Problems);
        station.Policy("deny", Deny);
        await station.ApplyAsync();
        Assert.False(IsAllowed(station));
        Assert.True(IsAllowed(station, "example.net"));
    }

    [Fact]
    public async Task A_broken_policy_of_other_tools_is_nothing_to_this_one()
    {
        using var station = new Station();
        station.Tool("tool", Station.Example("fetch"), labels: "{role: web}");
        station.Policy("allow", Allow);
        station.Policy("broken", "network: {dney: []}", "{matchLabels: {role: db}}");
        await station.ApplyAsync();
        Assert.True(IsAllowed(station));
        Assert.NotEmpty(station.Deck.Status.Problems);
    }

    [Fact]
    public void Files_are_read_anew_only_where_something_changed()
    {
        using var station = new Station();
        station.Tool("tool", Station.Example("text"));
        Assert.Single(station.Files()!.Tools);
        Assert.Null(station.Files());
        station.Write("notes.txt", "nothing of ours");
        Assert.Null(station.Files());
        station.Policy("allow", Allow);
        Assert.NotNull(station.Files());
        // As long as before, and within the same tick of the file system's clock.
        station.Policy("allow", Allow.Replace("example.com", "example.org", StringComparison.Ordinal));
        Assert.NotNull(station.Files());
        station.Delete("allow.yaml");
        Assert.NotNull(station.Files());
        station.Delete("tool.yaml");
        Assert.Empty(station.Files()!.Tools);
        Assert.Null(station.Files());
    }

    [Fact]
    public void A_tool_that_is_there_twice_is_a_problem()
    {
        using var station = new Station();
        station.Tool("tool", Station.Example("text"));
        File.Copy(Path.Combine(station.Folder, "tool.yaml"), Path.Combine(station.Folder, "twin.yaml"));
        var read = station.Files()!;
        Assert.Single(read.Tools);
        Assert.EndsWith("default/tool is there twice; the first one counts", Assert.Single(read.Problems), StringComparison.Ordinal);
    }

    private static bool IsAllowed(Station station, string host = "example.com") =>
        station.Served("tool").Seat.Gate.Current.Decide(HostRequest.Http("GET", "https", host, "/")).Verdict == Verdict.Allowed;
}
