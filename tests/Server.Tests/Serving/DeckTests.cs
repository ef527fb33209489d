using System.Collections.Concurrent;
using Tapedeck.Server.Loading;
using Tapedeck.Server.Serving;
using Xunit;

namespace Tapedeck.Server.Tests.Serving;

public sealed class DeckTests
{
    private const string NoSpins = """{"spins":0}""";

    [Fact]
    public async Task Tools_are_replaced_while_calls_run_and_none_is_lost_or_mixed()
    {
        const int versions = 12;
        using var station = new Station(options: new() { CallThreads = 16 });
        station.Tool("tool", HandMade.Component(0), "limits: {concurrentCalls: 200}");
        station.Tool("other", HandMade.Component(63), "tools: {prefix: other_}");
        await station.ApplyAsync();
        var answers = new ConcurrentBag<int>();
        using var over = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            // At least ten calls each, and on until the last version is there.
            for (var i = 0; i < 10 || !over.IsCancellationRequested; i++)
            {
                answers.Add(int.Parse(await station.ValueAsync("version", """{"spins":20000}"""), System.Globalization.CultureInfo.InvariantCulture));
            }
        })).ToArray();
        for (var version = 1; version <= versions; version++)
        {
            station.Tool("tool", HandMade.Component(version), "limits: {concurrentCalls: 200}");
            if (version % 4 == 0)
            {
                station.Delete("other.yaml");
            }
            else
            {
                station.Tool("other", HandMade.Component(63), "tools: {prefix: other_}");
            }
            await station.ApplyAsync();
            Assert.Equal($"{version}", await station.ValueAsync("version", NoSpins));
        }
        await over.CancelAsync();
        await Task.WhenAll(callers);
        Assert.True(answers.Count >= 200);
        Assert.All(answers, answer => Assert.InRange(answer, 0, versions));
        Assert.True(answers.Distinct().Count() > 2, $"{answers.Count} calls saw {string.Join(',', answers.Distinct().Order())} only");
        await station.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_call_that_found_a_version_and_begins_after_it_is_gone_is_answered_by_the_next()
    {
        using var station = new Station();
        station.Tool("tool", HandMade.Component(1));
        await station.ApplyAsync();
        var found = station.Deck.Catalogue.Current.Tools.Single(tool => tool.Declaration.Name == "version");
        station.Tool("tool", HandMade.Component(2));
        await station.ApplyAsync();
        station.Tool("tool", HandMade.Component(3));
        await station.ApplyAsync();
        var result = (Mcp.ToolResult)await found.CallAsync("""{"spins":0}"""u8.ToArray(), new Mcp.CallContext { ProtocolVersion = "test" });
        Assert.Equal("{\"result\":3}", System.Text.Encoding.UTF8.GetString(result.StructuredContent.Span));
        station.Delete("tool.yaml");
        await station.ApplyAsync();
        var late = (Mcp.ProtocolError)await found.CallAsync("""{"spins":0}"""u8.ToArray(), new Mcp.CallContext { ProtocolVersion = "test" });
        Assert.Equal((-32602, "Unknown tool: version is served no more; list the tools anew"), (late.Code, late.Message));
    }

    [Fact]
    public async Task A_version_that_is_replaced_while_it_runs_ends_its_call()
    {
        using var station = new Station();
        station.Tool("tool", HandMade.Component(1), "limits: {callDeadline: 10s}");
        await station.ApplyAsync();
        var running = station.ValueAsync("version", """{"spins":300000000}""");
        station.Tool("tool", HandMade.Component(2), "limits: {callDeadline: 10s}");
        await station.ApplyAsync();
        Assert.Equal("2", await station.ValueAsync("version", NoSpins));
        Assert.Equal("1", await running);
        await station.AssertNothingIsLeftAsync();
    }

    [Theory]
    [InlineData("no component", "PullFailed", "")]
    [InlineData("wrong hash", "PullFailed", "")]
    [InlineData("no file", "PullFailed", "")]
    [InlineData("no such tool", "InvalidTools", "spec.tools.exclude names nothing, which the component does not export")]
    [InlineData("bad name", "InvalidTools", "two words")]
    [InlineData("bad field", "", "spec.componet")]
    public async Task A_bad_new_version_leaves_the_old_one_serving_and_says_why(string what, string reason, string message)
    {
        using var station = new Station();
        station.Tool("tool", HandMade.Component(1));
        station.Tool("other", Station.Example("text"));
        await station.ApplyAsync();
        switch (what)
        {
            case "no component":
                station.Tool("tool", [1, 2, 3]);
                break;
            case "wrong hash":
                File.WriteAllBytes(Path.Combine(station.Folder, "b.wasm"), HandMade.Component(2));
                station.Write("tool.yaml", Named("b.wasm"));
                break;
            case "no file":
                station.Write("tool.yaml", Named("missing.wasm"));
                break;
            case "no such tool":
                station.Tool("tool", HandMade.Component(2), "tools: {exclude: [nothing]}");
                break;
            case "bad field":
                station.Write("tool.yaml", Named("b.wasm").Replace("component:", "componet:", StringComparison.Ordinal));
                break;
            default:
                station.Tool("tool", HandMade.Component(2), "tools: {rename: {version: two words}}");
                break;
        }
        await station.ApplyAsync();
        Assert.Equal("1", await station.ValueAsync("version", NoSpins));
        var served = station.Served("tool");
        if (served.Failure is { } failure)
        {
            Assert.Equal(reason, failure.Reason);
            Assert.Contains(message, failure.Message, StringComparison.Ordinal);
            Assert.Contains(station.Log.All, line => line.StartsWith($"Error: default/tool: {reason}", StringComparison.Ordinal) && line.EndsWith("goes on serving", StringComparison.Ordinal));
        }
        else
        {
            // The file itself is wrong, which is seen before anything is loaded.
            Assert.Contains(station.Deck.Status.Problems, problem => problem.Contains(message, StringComparison.Ordinal));
        }
        station.Tool("tool", HandMade.Component(3));
        await station.ApplyAsync();
        Assert.Null(station.Served("tool").Failure);
        Assert.Equal("3", await station.ValueAsync("version", NoSpins));

        static string Named(string file) => $$"""
            apiVersion: tapedeck.dev/v1alpha1
            kind: WasmTool
            metadata: {name: tool}
            spec: { component: { file: { path: {{file}}, sha256: {{new string('1', 64)}} } } }
            """;
    }

    [Fact]
    public async Task Of_two_tools_of_one_name_neither_is_served_until_one_has_another()
    {
        using var station = new Station();
        station.Tool("a", HandMade.Component(1));
        station.Tool("b", HandMade.Component(2));
        await station.ApplyAsync();
        Assert.Empty(station.Deck.Catalogue.Current.Tools);
        Assert.Contains("default/a and default/b both have a tool version, so that neither is served; set spec.tools.prefix or rename in one of them", station.Deck.Status.Collisions);
        Assert.Single(station.Log.All, line => line.StartsWith("Error: default/a and default/b both have a tool version", StringComparison.Ordinal));
        station.Tool("b", HandMade.Component(2), "tools: {prefix: b_}");
        await station.ApplyAsync();
        Assert.Empty(station.Deck.Status.Collisions);
        Assert.Equal("1", await station.ValueAsync("version", NoSpins));
        Assert.Equal("2", await station.ValueAsync("b_version", NoSpins));
    }

    [Fact]
    public async Task The_series_of_a_tool_end_with_its_last_call_and_begin_anew_when_it_comes_back()
    {
        using var station = new Station();
        station.Tool("tool", HandMade.Component(1));
        await station.ApplyAsync();
        using var leaves = new CancellationTokenSource();
        var running = station.CallAsync("spin", cancellation: leaves.Token);
        station.Delete("tool.yaml");
        await station.ApplyAsync();
        Assert.Contains("tapedeck_calls_running{tool=\"default/tool\"} 1\n", station.Runtime.Metrics.Write(), StringComparison.Ordinal);
        station.Tool("tool", HandMade.Component(2));
        await station.ApplyAsync();
        Assert.Equal("2", await station.ValueAsync("version", NoSpins));
        Assert.Contains("tapedeck_calls_running{tool=\"default/tool\"} 1\n", station.Runtime.Metrics.Write(), StringComparison.Ordinal);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        var text = station.Runtime.Metrics.Write();
        Assert.Contains("tapedeck_calls_running{tool=\"default/tool\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("tapedeck_calls_total{function=\"version\",outcome=\"ok\",tool=\"default/tool\"} 1\n", text, StringComparison.Ordinal);

        running = station.CallAsync("spin", cancellation: leaves.Token);
        station.Delete("tool.yaml");
        await station.ApplyAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.DoesNotContain("default/tool", station.Runtime.Metrics.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caches_say_how_often_they_had_what_was_wanted()
    {
        var cache = Directory.CreateTempSubdirectory("cache-").FullName;
        try
        {
            await using var registry = await TestRegistry.StartAsync();
            registry.Push("v1", HandMade.Component(3));
            // A core module; a manifest, a configuration and a layer.
            Assert.Equal((0, 1, 0, 3), await LoadAsync());
            Assert.Equal((1, 0, 3, 0), await LoadAsync());

            async Task<(int, int, int, int)> LoadAsync()
            {
                using var station = new Station(options: TestRegistry.Options(cache) with { CodeKeyFile = Path.Combine(cache, "key") });
                station.Write("tool.yaml", registry.Tool("tag: v1"));
                await station.ApplyAsync();
                station.Served("tool").Current!.Translate();
                var text = station.Runtime.Metrics.Write();
                return (Count("code", "hit"), Count("code", "miss"), Count("components", "hit"), Count("components", "miss"));

                int Count(string cache, string outcome) =>
                    int.Parse(text.Split($"tapedeck_cache_reads_total{{cache=\"{cache}\",outcome=\"{outcome}\"}} ")[1].Split('\n')[0], System.Globalization.CultureInfo.InvariantCulture);
            }
        }
        finally
        {
            Directory.Delete(cache, recursive: true);
        }
    }

    [Fact]
    public async Task A_tool_whose_calls_want_more_memory_than_all_calls_have_is_a_failure_that_names_both_figures()
    {
        using var station = new Station(options: new() { MemoryBytes = 1 << 30 });
        station.Tool("tool", HandMade.Component(1), "limits: {memory: 2Gi}");
        await station.ApplyAsync();
        AssertFails("2Gi", "1Gi");
        station.Tool("tool", HandMade.Component(1), "limits: {memory: 1Gi}");
        await station.ApplyAsync();
        Assert.Null(station.Served("tool").Failure);
        Assert.Equal("1", await station.ValueAsync("version", NoSpins));

        // Where the tool says nothing, a policy may raise the limit, and so withdraw what served.
        station.Tool("tool", HandMade.Component(1));
        station.Policy("policy", "limits: {memory: 1536Mi}");
        await station.ApplyAsync();
        AssertFails("1536Mi", "1Gi");
        Assert.Empty(station.Deck.Catalogue.Current.Tools);
        station.Delete("policy.yaml");
        await station.ApplyAsync();
        Assert.Null(station.Served("tool").Failure);
        Assert.Equal("1", await station.ValueAsync("version", NoSpins));
        await station.AssertNothingIsLeftAsync();

        void AssertFails(string wanted, string had)
        {
            Assert.Null(station.Served("tool").Current);
            Assert.Equal(
                new LoadFailure(LoadFailure.TooLittleMemory, $"limits.memory is {wanted} for each call, and all calls of this process together have {had}; lower the limit, or give the process more (--memory, or in a pod the tool's own limits)", false),
                station.Served("tool").Failure);
        }
    }

    [Fact]
    public async Task A_function_of_types_too_deep_for_clients_is_listed_with_its_reason_and_breaks_no_other_tool()
    {
        using var station = new Station();
        station.Tool("deep", HandMade.Nested(40));
        station.Tool("good", HandMade.Component(1));
        station.Tool("third", HandMade.Component(2), "tools: {prefix: third_}");
        await station.ApplyAsync();
        Assert.Equal("1", await station.ValueAsync("version", NoSpins));
        Assert.DoesNotContain(station.Deck.Catalogue.Current.Tools, tool => tool.Declaration.Name == "f");
        using var status = System.Text.Json.JsonDocument.Parse(new Operations(station.Deck, station.Runtime.Metrics).Status());
        var deep = status.RootElement.GetProperty("tools").EnumerateArray().Single(tool => tool.GetProperty("name").GetString() == "default/deep");
        Assert.Equal(
            """[{"export":"f","reason":"its schemas are 83 levels deep, more than 48, and clients could not read the list of tools with them"}]""",
            deep.GetProperty("unserved").GetRawText());
        station.Delete("third.yaml");
        await station.ApplyAsync();
        Assert.Equal("1", await station.ValueAsync("version", NoSpins));
        Assert.Equal(2, station.Deck.Tools.Count());
    }

    [Fact]
    public async Task A_function_of_the_deepest_types_that_are_served_can_be_called()
    {
        const int depth = 22;
        using var station = new Station();
        station.Tool("deep", HandMade.Nested(depth));
        await station.ApplyAsync();
        var value = $"{new string('[', depth)}1{new string(']', depth)}";
        Assert.Equal("1", await station.ValueAsync("f", $$"""{"x":{{value}}}"""));
        Assert.Empty(station.Served("deep").Current!.Toolset.Unserved);
        station.Tool("deep", HandMade.Nested(depth + 1));
        await station.ApplyAsync();
        Assert.Single(station.Served("deep").Current!.Toolset.Unserved);
    }

    [Fact]
    public async Task What_may_pass_is_tried_again_after_a_while_that_grows()
    {
        var time = new ManualTime();
        using var station = new Station(time, new() { Pull = new() { Addresses = new Oci.Network.AddressRules(["localhost"], []), MostTries = 1 } });
        // Nobody listens there, and that may change.
        station.Write("tool.yaml", """
            apiVersion: tapedeck.dev/v1alpha1
            kind: WasmTool
            metadata: {name: tool}
            spec: {component: {oci: {repository: "localhost:1/acme/tool", ref: {tag: v1}}}}
            """);
        station.Tool("missing", Station.Example("text"));
        await station.ApplyAsync();
        Assert.Equal("", string.Join('\n', station.Deck.Status.Problems));
        var tool = station.Served("tool");
        Assert.True(tool.Failure is { IsRetryable: true, Reason: LoadFailure.PullFailed }, $"{tool.Failure}");
        foreach (var seconds in new[] { 2, 4, 8 })
        {
            Assert.False(tool.IsRetryDue);
            time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.False(tool.IsRetryDue);
            time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(tool.IsRetryDue);
            await station.Deck.RetryAsync(default);
        }
    }

    [Fact]
    public async Task A_tool_that_takes_long_keeps_neither_policies_nor_other_tools_waiting()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        using var station = new Station(options: new() { Pull = new() { Addresses = new Oci.Network.AddressRules(["127.0.0.1"], []) } });
        station.Write("slow.yaml", $$"""
            apiVersion: tapedeck.dev/v1alpha1
            kind: WasmTool
            metadata: {name: slow}
            spec: { component: { oci: { repository: "127.0.0.1:{{((System.Net.IPEndPoint)silent.LocalEndpoint).Port}}/acme/tool", ref: { tag: v1 } } } }
            """);
        station.Tool("text", Station.Example("text"));
        using var leaves = new CancellationTokenSource();
        var desired = station.Files()!;
        Assert.Equal("", string.Join('\n', desired.Problems));
        var applied = station.Deck.ApplyAsync(desired.Tools, desired.Problems, leaves.Token);
        for (var i = 0; i < 200 && station.Served("text").Current is null; i++)
        {
            await Task.Delay(50);
        }
        Assert.Equal("\"a-b\"", await station.ValueAsync("slug", """{"title":"A b"}"""));
        Assert.False(applied.IsCompleted);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => applied);
    }

    [Fact]
    public async Task A_load_that_hangs_keeps_neither_the_retries_of_others_waiting_nor_its_own_correction()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        await using var registry = await TestRegistry.StartAsync();
        registry.Push("v1", HandMade.Component(3));
        registry.Fault = context =>
        {
            context.Abort();
            return Task.FromResult(true);
        };
        var options = TestRegistry.Options();
        using var station = new Station(options: options with { Pull = options.Pull with { AnswerTimeout = TimeSpan.FromMinutes(5), Deadline = TimeSpan.FromMinutes(5) } });
        var right = registry.Tool("tag: v1").Replace("name: tool", "name: slow", StringComparison.Ordinal) + "  tools: {prefix: slow_}\n";
        var wrong = right.Replace(registry.Host, silent.LocalEndpoint.ToString(), StringComparison.Ordinal);
        station.Write("slow.yaml", wrong);
        station.Write("tool.yaml", registry.Tool("tag: v1"));
        await using var server = await LiveServer.StartAsync(station);
        await EventuallyAsync(() => station.Served("tool").Failure is { IsRetryable: true });

        registry.Fault = _ => Task.FromResult(false);
        await EventuallyAsync(() => station.Served("tool").Current is not null);
        Assert.Equal("3", await server.AnswerAsync("version", """{"spins":0}"""));
        Assert.Equal((null, null), (station.Served("slow").Current, station.Served("slow").Failure));

        station.Write("slow.yaml", right);
        await EventuallyAsync(() => station.Deck.Catalogue.Current.Tools.Any(tool => tool.Declaration.Name == "slow_version"));
        Assert.Null(station.Served("slow").Failure);

        // What is wanted no more is not pulled any longer either.
        station.Write("slow.yaml", wrong);
        await EventuallyAsync(() => station.Served("slow").IsLoading);
        var slow = station.Served("slow");
        station.Delete("slow.yaml");
        await EventuallyAsync(() => !slow.IsLoading);
        Assert.DoesNotContain(station.Log.All, line => line.StartsWith("Error: default/slow", StringComparison.Ordinal));
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        for (var look = 0; look < 400 && !condition(); look++)
        {
            await Task.Delay(50);
        }
        Assert.True(condition());
    }

    [Fact]
    public async Task A_ceiling_that_refuses_an_artifact_and_is_taken_away_lets_it_in()
    {
        using var station = new Station();
        station.Tool("text", Station.Example("text"));
        station.Policy("base", "requireSignatures: true", kind: "ClusterCapabilityPolicy");
        await station.ApplyAsync();
        Assert.Equal(LoadFailure.NotAllowed, station.Served("text").Failure?.Reason);
        station.Delete("base.yaml");
        await station.ApplyAsync();
        Assert.Null(station.Served("text").Failure);
        Assert.Equal("\"a-b\"", await station.ValueAsync("slug", """{"title":"A b"}"""));
    }

    [Theory]
    [InlineData("requireSignatures: true")]
    [InlineData("registries: [ghcr.io/acme]")]
    [InlineData("registries: []")]
    public async Task A_ceiling_that_forbids_what_serves_stops_it_and_takes_its_grants_from_calls_that_run(string ceiling)
    {
        using var station = new Station();
        station.Tool("hand", HandMade.Component(1), "limits: {callDeadline: 20s}");
        station.Policy("grant", "network: {allow: [{host: example.com}]}");
        await station.ApplyAsync();
        var request = Policy.Requests.HostRequest.Http("GET", "https", "example.com", "/");
        var gate = station.Served("hand").Seat.Gate;
        Assert.True(gate.Ask(request).Allowed);
        var found = station.Deck.Catalogue.Current.Tools.Single(tool => tool.Declaration.Name == "version");
        using var leaves = new CancellationTokenSource();
        var running = station.CallAsync("spin", cancellation: leaves.Token);
        station.Policy("base", ceiling, kind: "ClusterCapabilityPolicy");
        await station.ApplyAsync();

        Assert.Empty(station.Deck.Catalogue.Current.Tools);
        Assert.Null(station.Served("hand").Current);
        Assert.Equal(LoadFailure.NotAllowed, station.Served("hand").Failure?.Reason);
        Assert.Contains("ceiling base", station.Served("hand").Failure!.Message, StringComparison.Ordinal);
        Assert.Contains(station.Log.All, line => line.StartsWith("Error: default/hand: NotAllowed: ceiling base", StringComparison.Ordinal) && line.EndsWith("nothing serves", StringComparison.Ordinal));
        // Whoever had found it already is told so, and that is an event as any call.
        Assert.IsType<Mcp.ProtocolError>(await found.CallAsync("""{"spins":0}"""u8.ToArray(), new Mcp.CallContext { ProtocolVersion = "test" }));
        Assert.Contains(station.Log.All, line => line.StartsWith("Information: call by anonymous of default/hand version", StringComparison.Ordinal) && line.Contains(": gone,", StringComparison.Ordinal));
        // The call that runs goes on, and has nothing.
        Assert.False(running.IsCompleted);
        Assert.False(gate.Ask(request).Allowed);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await station.AssertNothingIsLeftAsync();

        station.Delete("base.yaml");
        await station.ApplyAsync();
        Assert.Null(station.Served("hand").Failure);
        Assert.True(gate.Ask(request).Allowed);
        Assert.Equal("1", await station.ValueAsync("version", NoSpins));
    }

    [Fact]
    public async Task A_policy_counts_from_the_next_call_on()
    {
        var folder = Directory.CreateTempSubdirectory("notes-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "a.txt"), "hello");
            using var station = new Station(volumes: new Dictionary<string, string> { ["notes"] = folder });
            station.Tool("notes", Station.Example("notes"));
            await station.ApplyAsync();
            Assert.True((await station.CallAsync("names")).IsError);
            station.Policy("policy", "storage: {allow: [{volume: {name: notes, emptyDir: {sizeLimit: 1Mi}}, path: /notes, access: [read]}]}");
            await station.ApplyAsync();
            Assert.Contains("a", await station.ValueAsync("names"), StringComparison.Ordinal);
            Assert.Equal("denied", Station.ErrorOf(await station.CallAsync("write", """{"name":"b","text":"x"}""")).Code);
            station.Policy("policy", "storage: {allow: [{volume: {name: notes, emptyDir: {sizeLimit: 1Mi}}, path: /notes, access: [read, write]}]}");
            await station.ApplyAsync();
            Assert.Equal("null", await station.ValueAsync("write", """{"name":"b","text":"x"}"""));
            station.Delete("policy.yaml");
            await station.ApplyAsync();
            Assert.True((await station.CallAsync("names")).IsError);
            Assert.Single(station.Deck.Tools);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
