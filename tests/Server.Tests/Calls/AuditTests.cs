using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Tapedeck.Policy;
using Tapedeck.Policy.Requests;
using Tapedeck.Server.Calls;
using Tapedeck.Server.Tests.Serving;
using Xunit;

namespace Tapedeck.Server.Tests.Calls;

/// <summary>Who did what by which rule, as the events of a call say it.</summary>
public sealed partial class AuditTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("notes-").FullName;

    [Fact]
    public async Task Each_decision_is_an_event_that_says_whose_call_it_was_and_each_rule_that_allows_is_told_of_once()
    {
        File.WriteAllText(Path.Combine(_folder, "a.txt"), "hello");
        using var station = new Station(volumes: new Dictionary<string, string> { ["notes"] = _folder });
        station.Tool("notes", Station.Example("notes"));
        station.Policy("policy", "storage: {allow: [{volume: {name: notes, emptyDir: {sizeLimit: 1Mi}}, path: /notes, access: [read]}]}");
        await station.ApplyAsync();
        var read = await station.CallAsync("read", """{"name":"a.txt"}""", caller: "bearer");
        Assert.False(read.IsError, Encoding.UTF8.GetString(read.Content.Span));
        Assert.True((await station.CallAsync("write", """{"name":"b.txt","text":"x"}""", caller: "bearer")).IsError);
        Assert.False((await station.CallAsync("read", """{"name":"a.txt"}""")).IsError);
        var digest = station.Served("notes").Current!.Facts.Digest;
        var calls = station.Log.All.Select(line => Call().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(3, calls.Distinct().Count());
        Assert.Equal(
            string.Join('\n',
                $"Information: Allowed: default/notes asked for storage.read, read of /notes/a.txt: default/policy spec.storage.allow[0] (generation 2, call {calls[0]} by bearer of read at {digest})",
                $"Warning: Denied: default/notes asked for storage.write, write of /notes/b.txt: default/policy spec.storage.allow[0] grants /notes read-only (generation 2, call {calls[1]} by bearer of write at {digest})",
                $"Information: Allowed: default/notes asked for storage.read, read of /notes/a.txt: default/policy spec.storage.allow[0] (generation 2, call {calls[2]} by anonymous of read at {digest})"),
            string.Join('\n', station.Log.All.Where(line => line.Contains(" asked for ", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_rule_that_allows_a_thousand_times_in_a_call_is_one_event_and_each_denial_is_one()
    {
        File.WriteAllText(Path.Combine(_folder, "a.txt"), "hello");
        using var station = new Station(volumes: new Dictionary<string, string> { ["notes"] = _folder });
        station.Tool("prober", Station.Example("prober"));
        station.Policy("policy", "storage: {allow: [{volume: {name: notes, emptyDir: {sizeLimit: 1Mi}}, path: /notes, access: [read, write]}]}");
        await station.ApplyAsync();
        await station.CallAsync("keep-files", """{"path":"a.txt"}""");
        Assert.Single(station.Log.All, line => line.Contains("Allowed: ", StringComparison.Ordinal));
        station.Policy("policy", "storage: {allow: [{volume: {name: notes, emptyDir: {sizeLimit: 1Mi}}, path: /notes, access: [read]}]}");
        await station.ApplyAsync();
        await station.CallAsync("write-file", """{"path":"a.txt","text":"x"}""");
        await station.CallAsync("write-file", """{"path":"a.txt","text":"x"}""");
        Assert.Equal(2, station.Log.All.Count(line => line.Contains("Denied: ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_call_that_is_denied_things_over_and_over_does_not_flood_the_log_and_all_are_counted()
    {
        const int denials = 100_000;
        var log = new Station.LogLines();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        var audit = new AuditLog(loggers, null, new ManualTime());
        var record = new CallRecord(audit, "default/tool", "f", "sha256:0", "anonymous", "test");
        var gate = new Gate("default/tool", Grants.Nothing, static (string _, in HostRequest _, in Decision _) => { }).ForCall(record.Decided);
        for (var denial = 0; denial < denials; denial++)
        {
            Assert.False(gate.Ask(HostRequest.Http("GET", "https", "example.com", "/")).Allowed);
        }
        audit.Called(record, "ok", TimeSpan.Zero);
        Assert.Equal(denials, record.Denied);
        Assert.Equal(CallRecord.MostEvents, log.All.Count(line => line.StartsWith("Warning: Denied: default/tool asked for network.http", StringComparison.Ordinal)));
        var rest = log.All.Skip(CallRecord.MostEvents).ToArray();
        Assert.Equal(2, rest.Length);
        Assert.Equal($"Warning: {denials - CallRecord.MostEvents} more decisions against default/tool have no events of their own: it went on asking (call {record.Call} by anonymous of f at sha256:0)", rest[0]);
        Assert.Contains($"ok, {denials} denied", rest[1], StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [GeneratedRegex("^Information: call by .* call ([0-9]+)$")]
    private static partial Regex Call();
}
