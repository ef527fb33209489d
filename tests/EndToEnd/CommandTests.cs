using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Tapedeck.EndToEnd;

/// <summary>What the commands print and end with.</summary>
public sealed class CommandTests
{
    [Theory]
    [InlineData("slug", """{"title":"Hello, World"}""", "text", 0, "hello-world\n", "")]
    [InlineData("slug", """{"title":"Hello, World"}""", "json", 0, "{\"result\":\"hello-world\"}\n", "")]
    [InlineData("divide", """{"dividend":1,"divisor":0}""", "text", 1, "", "division by zero\n")]
    [InlineData("divide", """{"dividend":1,"divisor":0}""", "json", 1, "{\"tapedeck.dev/error\":{\"code\":\"tool-error\",\"message\":\"division by zero\",\"detail\":\"division by zero\"}}\n", "")]
    [InlineData("slug", "{", "text", 2, "", "tapedeck: --args expects a JSON object")]
    [InlineData("slug", "[]", "text", 2, "", "tapedeck: --args expects a JSON object")]
    [InlineData("nobody", "{}", "text", 2, "", "tapedeck: there is no tool nobody; there are: count, divide, slug\n")]
    public async Task Call(string tool, string arguments, string format, int code, string output, string error)
    {
        var result = await Tapedeck.RunAsync("call", Tapedeck.Example("text"), tool, "--args", arguments, "-o", format, "--cache", "none");
        Assert.Equal((code, output), (result.Code, result.Out));
        Assert.Contains(error, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect()
    {
        var (code, output, _) = await Tapedeck.RunAsync("inspect", Tapedeck.Example("fetch"), "-o", "json", "--cache", "none");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(["network.http"], json.RootElement.GetProperty("requestedCapabilities").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(["network.http"], json.RootElement.GetProperty("missingCapabilities").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal("get", json.RootElement.GetProperty("tools")[0].GetProperty("name").GetString());
        (code, output, _) = await Tapedeck.RunAsync("inspect", Tapedeck.Example("text"), "--wit", "--cache", "none");
        Assert.Equal(0, code);
        Assert.Contains("export divide: func(dividend: f64, divisor: f64) -> result<f64, string>;", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy()
    {
        var folder = Directory.CreateTempSubdirectory("policy-").FullName;
        try
        {
            var good = Write("good.yaml", """
                apiVersion: tapedeck.dev/v1alpha1
                kind: CapabilityPolicy
                metadata: {name: fetch}
                spec:
                  toolSelector: {}
                  network: {allow: [{host: example.com, schemes: [https]}]}
                """);
            var bad = Write("bad.yaml", """
                apiVersion: tapedeck.dev/v1alpha1
                kind: CapabilityPolicy
                metadata: {name: fetch}
                spec:
                  toolSelector: {}
                  network: {alow: []}
                """);
            var cases = Write("cases.txt", """
                cases:
                  - {request: "GET https://example.com/", expect: allowed, rule: fetch}
                  - {request: "GET http://example.com/", expect: denied}
                  - {request: "GET https://example.org/", expect: allowed}
                """);
            Assert.Equal((0, "all is well: 0 tools, 1 policies\n", ""), await Tapedeck.RunAsync("policy", "check", good));
            var (code, output, error) = await Tapedeck.RunAsync("policy", "check", bad);
            Assert.Equal((1, ""), (code, output));
            Assert.Contains("bad.yaml:6:", error, StringComparison.Ordinal);
            Assert.Contains("spec.network.alow", error, StringComparison.Ordinal);
            (code, output, _) = await Tapedeck.RunAsync("policy", "explain", "GET https://example.com/", "-p", good);
            Assert.Equal(0, code);
            Assert.Contains("default/fetch", output, StringComparison.Ordinal);
            Assert.Equal(1, (await Tapedeck.RunAsync("policy", "explain", "GET https://example.org/", "-p", good)).Code);
            Assert.Equal(2, (await Tapedeck.RunAsync("policy", "explain", "fetch it", "-p", good)).Code);
            (code, output, error) = await Tapedeck.RunAsync("policy", "test", cases, "-p", good);
            Assert.Equal((1, "2 passed, 1 failed\n"), (code, output));
            Assert.Contains("cases.txt:4: ", error, StringComparison.Ordinal);
            Assert.Contains("expected allowed, but it is denied: no rule allows", error, StringComparison.Ordinal);
            var wassette = Write("wassette.yml", "version: \"1.0\"\npermissions:\n  network:\n    allow:\n      - host: api.example.com\n");
            (code, output, _) = await Tapedeck.RunAsync("policy", "convert", wassette, "--name", "weather");
            Assert.Equal(0, code);
            Assert.Contains("host: api.example.com", output, StringComparison.Ordinal);
            Assert.Equal((0, "all is well: 0 tools, 1 policies\n", ""), await Tapedeck.RunAsync("policy", "check", Write("converted.yaml", output)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        string Write(string name, string text)
        {
            var file = Path.Combine(folder, name);
            File.WriteAllText(file, text);
            return file;
        }
    }

    [Theory]
    [InlineData("version")]
    [InlineData("inspect NOTES")]
    [InlineData("call TEXT count --args {\"text\":\"a\"}")]
    [InlineData("call TEXT divide --args {\"dividend\":1,\"divisor\":0}")]
    [InlineData("pull TEXT")]
    [InlineData("compile TEXT")]
    [InlineData("policy check EXAMPLES")]
    [InlineData("policy explain args")]
    [InlineData("policy test CASES")]
    [InlineData("stats")]
    public async Task Answers_for_programs_are_JSON_and_the_same_as_YAML(string line)
    {
        var folder = Directory.CreateTempSubdirectory("answers-").FullName;
        await using var server = line == "stats" ? await ServedTapedeck.StartAsync("--file", Path.Combine(Tapedeck.Root, "examples", "text"), "--operations", "127.0.0.1:0") : null;
        try
        {
            var cases = Path.Combine(folder, "cases.yaml");
            await File.WriteAllTextAsync(cases, "cases: [{request: args, expect: allowed}]");
            string[] arguments = [.. line.Split(' ').Select(word => word switch
            {
                "NOTES" => Tapedeck.Example("notes"),
                "TEXT" => Tapedeck.Example("text"),
                "EXAMPLES" => Path.Combine(Tapedeck.Root, "examples"),
                "CASES" => cases,
                _ => word,
            }), .. line == "stats" ? ["--operations", server!.Operations!.Authority] : Array.Empty<string>()];
            var (code, output, _) = await Tapedeck.RunAsync([.. arguments, "-o", "json"]);
            Assert.InRange(code, 0, 1);
            using var json = JsonDocument.Parse(output);
            var (same, yaml, _) = await Tapedeck.RunAsync([.. arguments, "-o", "yaml"]);
            Assert.Equal(code, same);
            Assert.StartsWith($"{json.RootElement.EnumerateObject().First().Name}:", yaml.TrimStart('"').Replace("\":", ":", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.DoesNotContain("{\"", yaml, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_table_that_a_program_reads_breaks_no_line()
    {
        var (code, output, _) = await Tapedeck.RunAsync("inspect", Tapedeck.Example("text"));
        Assert.Equal(0, code);
        Assert.Contains("func(text: string) -> record { characters: u32, words: u32, lines: u32 }", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stats_asked_of_another_server_says_so()
    {
        await using var server = await ServedTapedeck.StartAsync("--file", Path.Combine(Tapedeck.Root, "examples", "text"));
        var (code, _, error) = await Tapedeck.RunAsync("stats", "--operations", server.Mcp.Authority);
        Assert.Equal((2, $"tapedeck: {server.Mcp.Authority} is no operations port of tapedeck; name the ADDRESS:PORT that the server was started with as --operations\n"), (code, error));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_in_one_line()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var (code, _, error) = await Tapedeck.RunAsync("serve", "--file", Path.Combine(Tapedeck.Root, "examples", "text"), "--cache", "none", "--listen", $"{listener.LocalEndpoint}");
        Assert.Equal(2, code);
        Assert.Contains($"tapedeck: {listener.LocalEndpoint} cannot be served: ", error, StringComparison.Ordinal);
        Assert.Contains("Stop what listens there, or name another address and port", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [ShellTheory("script")]
    [InlineData("run")]
    public async Task A_person_who_starts_what_an_agent_should_is_told_so(string command)
    {
        // A terminal of its own, which ends with the program.
        var line = $"{string.Join(' ', Tapedeck.Dotnet)} {Path.Combine(Tapedeck.Folder, "tapedeck.dll")} {command} {Tapedeck.Example("text")} --cache none";
        var start = new ProcessStartInfo(ShellTheoryAttribute.PathOf("script"), ["-qfec", line, "/dev/null"]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        using var process = Process.Start(start)!;
        var text = "";
        while (!text.Contains("For one call by hand", StringComparison.Ordinal) && await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2)) is { } more)
        {
            text += more;
        }
        Assert.Contains("this speaks MCP on standard input and output, for an agent that starts it; Ctrl+C ends it. For one call by hand: tapedeck call COMPONENT TOOL --args JSON", text, StringComparison.Ordinal);
        // Ctrl+C, as the terminal has it, which forgets what was typed while a program set it up.
        for (var tries = 0; tries < 100 && !process.HasExited; tries++)
        {
            await process.StandardInput.WriteAsync('\u0003');
            await process.StandardInput.FlushAsync();
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(1_000));
        }
        Assert.True(process.HasExited);
    }

    [Fact]
    public async Task Ctrl_C_ends_a_pull_without_a_trace()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var process = Tapedeck.StartIn(Tapedeck.Root, ["pull", $"oci://{silent.LocalEndpoint}/a/b:1", "--allow-address", "127.0.0.1", "--plain-http", $"{silent.LocalEndpoint}"]);
        using var connection = await silent.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await SignalAsync(process, "INT");
        Assert.Equal("tapedeck: interrupted\n", await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(130, process.ExitCode);
    }

    [Theory]
    [InlineData("default", true)]
    [InlineData("ignore", false)]
    public async Task A_terminal_that_is_closed_ends_a_server_in_good_order_unless_it_was_started_to_outlive_it(string signal, bool ends)
    {
        // As nohup does.
        string[] by = OperatingSystem.IsLinux() ? ["env", $"--{signal}-signal=HUP", "dotnet"] : ends ? ["dotnet"] : ["nohup", "dotnet"];
        var folder = Directory.CreateTempSubdirectory("tapedeck-tests-");
        try
        {
            string[] serve = ["--file", Path.Combine(Tapedeck.Root, "examples", "text"), "--cache", Path.Combine(folder.FullName, "cache")];
            await using var server = await ServedTapedeck.StartByAsync(by, Tapedeck.Root, new() { ["XDG_STATE_HOME"] = folder.FullName }, serve);
            await SignalAsync(server.Process, "HUP");
            if (ends)
            {
                await server.Process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
                Assert.Equal(0, server.Process.ExitCode);
                Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder.FullName, "cache", "crashes")));
            }
            else
            {
                await Task.Delay(TimeSpan.FromSeconds(2));
                Assert.False(server.Process.HasExited);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_second_Ctrl_C_does_not_wait_for_calls_and_counts_against_no_component()
    {
        var folder = Directory.CreateTempSubdirectory("tapedeck-tests-");
        try
        {
            string[] serve = ["--file", Path.Combine(Tapedeck.Root, "examples", "table"), "--cache", Path.Combine(folder.FullName, "cache")];
            var state = new Dictionary<string, string> { ["XDG_STATE_HOME"] = folder.FullName };
            using var client = new HttpClient();
            for (var round = 0; round < 3; round++)
            {
                await using var server = await ServedTapedeck.StartInAsync(Tapedeck.Root, state, serve);
                using var request = LongCall(server.Mcp);
                var running = client.SendAsync(request);
                await Task.Delay(500);
                await SignalAsync(server.Process, "INT");
                await Task.Delay(500);
                Assert.False(server.Process.HasExited);
                await SignalAsync(server.Process, "INT");
                await server.Process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
                Assert.Equal(130, server.Process.ExitCode);
                await Assert.ThrowsAnyAsync<HttpRequestException>(() => running);
            }
            await using var last = await ServedTapedeck.StartInAsync(Tapedeck.Root, state, serve);
            using var call = CallOf(last.Mcp, "sums", """{"csv":"1,2"}""");
            using var answer = await client.SendAsync(call);
            Assert.Contains("structuredContent", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Version()
    {
        var (code, output, error) = await Tapedeck.RunAsync("version", "-o", "json");
        Assert.Equal((0, ""), (code, error));
        using var json = JsonDocument.Parse(output);
        Assert.Equal(["version", "runtime", "platform", "host"], json.RootElement.EnumerateObject().Select(property => property.Name).Where(name => name != "fallbacks"));
        // That of the chart, which asks for images of it.
        var chart = await File.ReadAllLinesAsync(Path.Combine(Tapedeck.Root, "charts", "tapedeck", "Chart.yaml"));
        Assert.Contains($"appVersion: {json.RootElement.GetProperty("version").GetString()}", chart);
    }

    [Fact]
    public async Task Serve_reads_no_settings_of_the_web_server_from_the_current_folder()
    {
        var folder = Directory.CreateTempSubdirectory("tapedeck-tests-");
        try
        {
            // Whoever reads it fails.
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "appsettings.json"), "{ no JSON");
            await using var server = await ServedTapedeck.StartInAsync(folder.FullName, "--file", Path.Combine(Tapedeck.Root, "examples", "text"));
            using var http = new HttpClient();
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(server.Page)).StatusCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Serve_lets_a_call_that_takes_seconds_end_after_SIGTERM(bool inSession)
    {
        // JavaScript with much to do, for longer than a command line's patience used to be.
        await using var server = await ServedTapedeck.StartAsync("--file", Path.Combine(Tapedeck.Root, "examples", "table"));
        using var client = new HttpClient();
        using var request = LongCall(server.Mcp);
        if (inSession)
        {
            await BeginSessionAsync(client, request);
        }
        var started = TimeProvider.System.GetTimestamp();
        var running = client.SendAsync(request);
        await Task.Delay(300);
        await server.TerminateAsync();
        using var response = await running;
        var text = await response.Content.ReadAsStringAsync();
        Assert.Contains("structuredContent", text, StringComparison.Ordinal);
        await server.Process.WaitForExitAsync();
        Assert.True(server.Process.ExitCode == 0, $"it ended with {server.Process.ExitCode} after {TimeProvider.System.GetElapsedTime(started)}");
    }

    [Theory]
    [InlineData("text", "call by anonymous of default/text slug ")]
    [InlineData("json", "\"Function\":\"slug\"")]
    public async Task Each_call_has_its_audit_event_also_when_the_end_comes_at_once(string format, string audited)
    {
        const int Calls = 300;
        await using var server = await ServedTapedeck.StartAsync("--file", Path.Combine(Tapedeck.Root, "examples", "text"), "--log-format", format);
        using var client = new HttpClient();
        await Task.WhenAll(Enumerable.Range(0, Calls).Select(async _ =>
        {
            using var request = CallOf(server.Mcp, "slug", """{"title":"A b"}""");
            using var response = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }));
        await server.TerminateAsync();
        // Of the two ways to wait the one that waits for standard error as well.
        await Task.Run(server.Process.WaitForExit);
        Assert.Equal(0, server.Process.ExitCode);
        Assert.Equal(Calls, server.Log.Count(line => line.Contains(audited, StringComparison.Ordinal)));
    }

    /// <summary>Begins a session of the legacy era, and makes a call one of it.</summary>
    private static async Task BeginSessionAsync(HttpClient client, HttpRequestMessage call)
    {
        using var initialize = new HttpRequestMessage(HttpMethod.Post, call.RequestUri)
        {
            Content = new StringContent(
                """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""",
                Encoding.UTF8, "application/json"),
        };
        initialize.Headers.Add("Accept", "application/json, text/event-stream");
        using var answer = await client.SendAsync(initialize);
        call.Content = new StringContent((await call.Content!.ReadAsStringAsync()).Replace("2026-07-28", "2025-11-25", StringComparison.Ordinal)
            .Replace("\"io.modelcontextprotocol/protocolVersion\":\"2025-11-25\",", "", StringComparison.Ordinal), Encoding.UTF8, "application/json");
        call.Headers.Clear();
        call.Headers.Add("Accept", "application/json, text/event-stream");
        call.Headers.Add("MCP-Protocol-Version", "2025-11-25");
        call.Headers.Add("Mcp-Session-Id", answer.Headers.GetValues("Mcp-Session-Id").Single());
    }

    /// <summary>JavaScript with much to do.</summary>
    private static HttpRequestMessage LongCall(Uri mcp) => CallOf(mcp, "sums", $$"""{"csv":"{{string.Join("\\n", Enumerable.Repeat("1,2,3,4,5,6,7,8", 45_000))}}"}""");

    internal static HttpRequestMessage CallOf(Uri mcp, string tool, string arguments)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, mcp)
        {
            Content = new StringContent(
                $$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{} } } }""",
                Encoding.UTF8),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Accept", "application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", "tools/call");
        request.Headers.Add("Mcp-Name", tool);
        return request;
    }

    private static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }
}
