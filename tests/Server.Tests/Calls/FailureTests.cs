using Tapedeck.Server.Tests.Serving;
using Tapedeck.Wasm;
using Xunit;

namespace Tapedeck.Server.Tests.Calls;

/// <summary>Every way in which a call can fail, through the tool as MCP has it.</summary>
public sealed class FailureTests
{
    private const string Fetch = "network: {allow: [{host: example.com, schemes: [https]}]}, ";

    /// <summary>Component, spec of the policy that selects it (empty for none), tool, arguments, code, a part of the message.</summary>
    public static TheoryData<string, string, string, string, string, string> Cases => new()
    {
        { "text", "", "divide", """{"dividend":1,"divisor":0}""", "tool-error", "division by zero" },
        { "text", "", "slug", """{"title":"!?"}""", "tool-error", "no letter or digit" },
        { "text", "", "count", """{"text":1}""", "invalid-arguments", "text" },
        { "text", "", "count", "{}", "invalid-arguments", "text" },
        { "text", "", "count", """{"text":"a","more":1}""", "invalid-arguments", "more" },
        { "text", "limits: {arguments: 16}", "count", """{"text":"0123456789abcdef"}""", "limit-arguments", "limits.arguments" },
        { "text", "limits: {response: 8}", "slug", """{"title":"0123456789abcdef"}""", "limit-response", "limits.response" },
        { "fetch", "", "get", """{"url":"https://example.com/"}""", "denied", "" },
        { "fetch", "network: {allow: [{host: example.org}]}", "get", """{"url":"https://example.com/"}""", "denied", "" },
        { "fetch", Fetch + "limits: {outboundRequests: 0}", "get", """{"url":"https://example.com/"}""", "limit-outbound-requests", "limits.outboundRequests" },
        { "fetch", Fetch + "limits: {openHandles: 1}", "get", """{"url":"https://example.com/"}""", "limit-open-handles", "limits.openHandles" },
        { "notes", "", "read", """{"name":"a"}""", "tool-error", "" },
        { "hand", "", "trap", "{}", "trap", "unreachable" },
        { "hand", "", "long", "{}", "limit-response", "limits.response" },
        { "hand", "", "grow", "{}", "limit-memory", "limits.memory" },
        { "hand", "limits: {callDeadline: 100ms}", "spin", "{}", "limit-call-deadline", "limits.callDeadline of 100ms" },
        { "hand", "limits: {cpuTime: 100ms}", "spin", "{}", "limit-cpu-time", "limits.cpuTime of 100ms" },
        { "large", "", "version", """{"spins":1}""", "limit-memory", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_call_fails_with_its_code_and_leaves_nothing(string component, string policy, string tool, string arguments, string code, string message)
    {
        using var station = new Station();
        station.Tool("tool", component switch
        {
            "hand" => HandMade.Component(),
            "large" => HandMade.Component(isLarge: true),
            _ => Station.Example(component),
        });
        if (policy.Length > 0)
        {
            station.Policy("policy", policy);
        }
        await station.ApplyAsync();
        var result = await station.CallAsync(tool, arguments);
        var (found, said, denied) = Station.ErrorOf(result);
        Assert.Equal(code, found);
        Assert.Contains(message.Replace("limits.", "", StringComparison.Ordinal), said, StringComparison.Ordinal);
        Assert.Equal(code == "denied", denied.Length > 0);
        Assert.Contains(station.Log.All, line => line.Contains($": {code}, ", StringComparison.Ordinal));
        await station.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Code_beyond_the_limits_of_translations_is_a_trap_that_says_so()
    {
        using var station = new Station(options: new() { ModuleLimits = new ModuleLimits { TranslatedBytes = 1 } });
        station.Tool("tool", HandMade.Component());
        await station.ApplyAsync();
        for (var call = 0; call < 2; call++)
        {
            var (code, message, _) = Station.ErrorOf(await station.CallAsync("version", """{"spins":1}"""));
            Assert.Equal("trap", code);
            Assert.Contains("went beyond the limits", message, StringComparison.Ordinal);
        }
        Assert.Throws<InvalidModuleException>(() => station.Served("tool").Current!.Translate());
        await station.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_denial_names_what_was_asked_for_and_why_it_was_denied()
    {
        using var station = new Station();
        station.Tool("tool", Station.Example("fetch"));
        station.Policy("policy", "network: {allow: [{host: example.com}], deny: [{host: example.com}]}");
        await station.ApplyAsync();
        var (code, _, denied) = Station.ErrorOf(await station.CallAsync("get", """{"url":"https://example.com/x"}"""));
        Assert.Equal("denied", code);
        Assert.Contains("\"capability\":\"network.http\"", denied, StringComparison.Ordinal);
        Assert.Contains("https://example.com/x", denied, StringComparison.Ordinal);
        Assert.Contains("default/policy spec.network.deny[0]", denied, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("takes it slowly")]
    [InlineData("leaves while it gets one")]
    public async Task A_client_that_wants_the_log_and(string does)
    {
        using var station = new Station();
        station.Tool("tool", Station.Example("prober"));
        await station.ApplyAsync();
        using var leaves = new CancellationTokenSource();
        var asked = new TaskCompletionSource();
        var takes = new TaskCompletionSource();
        var running = station.CallAsync(
            "write-stdout",
            """{"count":1000}""",
            async _ =>
            {
                asked.TrySetResult();
                await takes.Task.WaitAsync(leaves.Token);
            },
            cancellation: leaves.Token);
        await asked.Task;
        // The call itself is over, with all that it took, and its event says how it went.
        await station.AssertNothingIsLeftAsync();
        Assert.Contains(station.Log.All, line => line.Contains(": ok, ", StringComparison.Ordinal));
        Assert.False(running.IsCompleted);
        if (does == "takes it slowly")
        {
            takes.SetResult();
            Assert.False((await running).IsError);
        }
        else
        {
            await leaves.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }
        Assert.DoesNotContain(station.Log.All, line => line.Contains("internal", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_ends_and_is_no_deadline()
    {
        using var station = new Station();
        station.Tool("tool", HandMade.Component());
        await station.ApplyAsync();
        using var leaves = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => station.CallAsync("spin", cancellation: leaves.Token));
        Assert.Contains(station.Log.All, line => line.Contains(": cancelled, ", StringComparison.Ordinal));
        await station.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task More_calls_at_once_than_the_limit_are_refused_and_the_others_go_on()
    {
        using var station = new Station();
        station.Tool("tool", HandMade.Component(), "limits: {concurrentCalls: 2, callDeadline: 1s}");
        await station.ApplyAsync();
        var running = new[] { station.CallAsync("spin"), station.CallAsync("spin") };
        var (code, message, _) = Station.ErrorOf(await station.CallAsync("version", """{"spins":0}"""));
        Assert.Equal("limit-concurrent-calls", code);
        Assert.Contains("concurrentCalls of 2", message, StringComparison.Ordinal);
        Assert.All(await Task.WhenAll(running), result => Assert.Equal("limit-call-deadline", Station.ErrorOf(result).Code));
        Assert.Equal("1", await station.ValueAsync("version", """{"spins":0}"""));
        await station.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task More_calls_a_second_than_the_limit_are_refused_until_time_has_passed()
    {
        var time = new ManualTime();
        using var station = new Station(time);
        station.Tool("tool", HandMade.Component(), "limits: {callsPerSecond: 2}");
        await station.ApplyAsync();
        Assert.Equal("1", await station.ValueAsync("version", """{"spins":0}"""));
        Assert.Equal("1", await station.ValueAsync("version", """{"spins":0}"""));
        Assert.Equal("limit-calls-per-second", Station.ErrorOf(await station.CallAsync("version", """{"spins":0}""")).Code);
        time.Advance(TimeSpan.FromMilliseconds(400));
        Assert.Equal("limit-calls-per-second", Station.ErrorOf(await station.CallAsync("version", """{"spins":0}""")).Code);
        time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal("1", await station.ValueAsync("version", """{"spins":0}"""));
        Assert.Equal("limit-calls-per-second", Station.ErrorOf(await station.CallAsync("version", """{"spins":0}""")).Code);
    }

    [Fact]
    public async Task Calls_of_all_tools_together_are_granted_no_more_memory_than_the_process_has()
    {
        using var station = new Station(options: new() { MemoryBytes = 150 << 20 });
        station.Tool("a", HandMade.Component(1), "tools: {prefix: a_}\n  limits: {callDeadline: 1s}");
        station.Tool("b", HandMade.Component(2), "tools: {prefix: b_}\n  limits: {callDeadline: 1s}");
        await station.ApplyAsync();
        var running = new[] { station.CallAsync("a_spin"), station.CallAsync("b_spin") };
        Assert.Equal("limit-memory", Station.ErrorOf(await station.CallAsync("b_version", """{"spins":0}""")).Code);
        await Task.WhenAll(running);
        Assert.Equal("2", await station.ValueAsync("b_version", """{"spins":0}"""));
        await station.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_granted_folder_that_cannot_be_opened_fails_the_call_and_not_the_server()
    {
        var folder = Directory.CreateTempSubdirectory("notes-").FullName;
        try
        {
            using var station = new Station(volumes: new Dictionary<string, string> { ["notes"] = folder });
            station.Tool("tool", Station.Example("notes"));
            station.Policy("policy", "storage: {allow: [{volume: {name: notes, emptyDir: {sizeLimit: 1Mi}}, path: /notes, subPath: missing, access: [read]}]}");
            await station.ApplyAsync();
            var (code, message, _) = Station.ErrorOf(await station.CallAsync("names"));
            Assert.Equal("internal", code);
            Assert.Contains("folder", message, StringComparison.Ordinal);
            await station.AssertNothingIsLeftAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
