using System.Text.Json;
using Tapedeck.Manifest;
using Tapedeck.Policy;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Network;
using Tapedeck.Policy.Reading;
using Tapedeck.Policy.Requests;
using Tapedeck.Server.Serving;
using Xunit;

namespace Tapedeck.Server.Tests.Serving;

/// <summary>The files that the operator writes, as they change under a pod that runs.</summary>
public sealed class PodManifestTests
{
    private const string Tool = """{"apiVersion":"tapedeck.dev/v1alpha1","kind":"WasmTool","metadata":{"name":"t"},"spec":{"component":{"file":{"path":"t.wasm","sha256":"HASH"}}}}""";

    [Fact]
    public async Task A_broken_snapshot_leaves_what_was_in_force_and_a_broken_tool_leaves_what_served()
    {
        using var station = new Station();
        station.Tool("t", Station.Example("fetch"));
        var hash = Path.GetFileNameWithoutExtension(Directory.GetFiles(station.Folder, "*.wasm").Single());
        station.Delete("t.yaml");
        station.Write("tool.json", Tool.Replace("t.wasm", Path.Combine(station.Folder, $"{hash}.wasm"), StringComparison.Ordinal).Replace("HASH", hash, StringComparison.Ordinal));
        Snapshot(1, "network: {allow: [{host: example.com}, {host: example.org}], deny: [{host: example.org}]}");
        var pod = new PodManifest(Path.Combine(station.Folder, "tool.json"), Path.Combine(station.Folder, "policy.json"), []);
        await ApplyAsync(0);
        Assert.Null(station.Served("t").Failure);
        Assert.Equal((true, false, 1), Decisions());
        Assert.Null(pod.ReadIfChanged());

        station.Write("policy.json", "{");
        await ApplyAsync(1);
        Assert.Equal((true, false, 1), Decisions());
        station.Delete("policy.json");
        await ApplyAsync(1);
        Assert.Equal((true, false, 1), Decisions());

        // What the file says counts, whatever number it has: the highest may be one that nobody handed out.
        Snapshot(9_007_199_254_740_991, "network: {allow: [{host: example.com}, {host: example.org}]}");
        await ApplyAsync(0);
        Assert.Equal((true, true, 9_007_199_254_740_991), Decisions());
        Snapshot(1, "network: {allow: [{host: example.com}]}");
        await ApplyAsync(0);
        Assert.Equal((true, false, 1), Decisions());
        // A status names what is in force by its text.
        Assert.Equal(PolicySnapshot.HashOf(File.ReadAllText(Path.Combine(station.Folder, "policy.json"))), JsonElement.Parse(new Operations(station.Deck, station.Runtime.Metrics).Status()).GetProperty("tools")[0].GetProperty("policy").GetProperty("hash").GetString());
        Snapshot(2, "network: {allow: [{host: example.org}]}");
        await ApplyAsync(0);
        Assert.Equal((false, true, 2), Decisions());

        // What the tool itself asks for counts at once, under the policies as they were.
        var tool = File.ReadAllText(Path.Combine(station.Folder, "tool.json"));
        station.Write("tool.json", tool.Replace("\"component\"", "\"limits\":{\"callDeadline\":\"2s\"},\"component\"", StringComparison.Ordinal));
        await ApplyAsync(0);
        Assert.Equal((false, true, 2), Decisions());
        Assert.Equal(TimeSpan.FromSeconds(2), station.Served("t").Seat.Gate.Current.Limits.CallDeadline);

        station.Write("tool.json", "{\"kind\":");
        await ApplyAsync(1);
        Assert.Equal("get", Assert.Single(station.Deck.Catalogue.Current.Tools).Declaration.Name);

        async Task ApplyAsync(int problems)
        {
            var desired = pod.ReadIfChanged();
            Assert.NotNull(desired);
            Assert.Equal(problems > 0, desired.Problems.Length > 0);
            await station.Deck.ApplyAsync(desired.Tools, desired.Problems, default);
        }

        (bool Com, bool Org, long Generation) Decisions()
        {
            var grants = station.Served("t").Seat.Gate.Current;
            return (Allows("example.com"), Allows("example.org"), grants.Generation);

            bool Allows(string host) => grants.Decide(HostRequest.Http("GET", "https", host, "/")).Verdict == Verdict.Allowed;
        }

        void Snapshot(long generation, string spec)
        {
            var problems = new ProblemList("policy");
            var read = CapabilityPolicyReader.Read(Documents.Read($"toolSelector: {{}}\n{spec}\n", problems).Single(), "spec", problems);
            Assert.True(problems.IsEmpty);
            station.Write("policy.json", PolicySnapshot.Write(new MergeInput { Generation = generation, Addresses = AddressPlan.Default, Policies = [new("default/p", read, null)] }));
        }
    }
}
