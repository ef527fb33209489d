using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Tapedeck.EndToEnd;

/// <summary>What the commands print and end with.</summary>
public sealed partial class CommandTests
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
            Assert.Equal((0, "all is well\n", ""), await Tapedeck.RunAsync("policy", "check", good));
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
            Assert.Contains("expected Allowed, but it is Denied", error, StringComparison.Ordinal);
            var wassette = Write("wassette.yml", "version: \"1.0\"\npermissions:\n  network:\n    allow:\n      - host: api.example.com\n");
            (code, output, _) = await Tapedeck.RunAsync("policy", "convert", wassette, "--name", "weather");
            Assert.Equal(0, code);
            Assert.Contains("host: api.example.com", output, StringComparison.Ordinal);
            Assert.Equal((0, "all is well\n", ""), await Tapedeck.RunAsync("policy", "check", Write("converted.yaml", output)));
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

    [Fact]
    public async Task Version()
    {
        var (code, output, error) = await Tapedeck.RunAsync("version", "-o", "json");
        Assert.Equal((0, ""), (code, error));
        using var json = JsonDocument.Parse(output);
        Assert.Equal(["version", "runtime", "platform", "host"], json.RootElement.EnumerateObject().Select(property => property.Name).Where(name => name != "fallbacks"));
        Assert.Matches(SomeVersion(), json.RootElement.GetProperty("version").GetString());
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

    [Fact]
    public async Task Serve_lets_a_call_that_takes_seconds_end_after_SIGTERM()
    {
        // JavaScript with much to do, for longer than a command line's patience used to be.
        await using var server = await ServedTapedeck.StartAsync("--file", Path.Combine(Tapedeck.Root, "examples", "table"));
        using var client = new HttpClient();
        var csv = string.Join("\\n", Enumerable.Repeat("1,2,3,4,5,6,7,8", 45_000));
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Mcp)
        {
            Content = new StringContent(
                $$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"sums","arguments":{"csv":"{{{csv}}}"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{} } } }""",
                Encoding.UTF8),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Accept", "application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", "tools/call");
        request.Headers.Add("Mcp-Name", "sums");
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

    [GeneratedRegex(@"^\d+\.\d+\.\d+")]
    private static partial Regex SomeVersion();
}
