using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Tapedeck.EndToEnd;

/// <summary><c>tapedeck run --file</c>: several components over standard input and output, which follow their files.</summary>
public sealed class RunFilesTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("tapedeck-run-").FullName;

    [Fact]
    public async Task A_session_calls_tools_of_several_components_and_hears_of_those_that_come_and_go()
    {
        Tool("text");
        Tool("table");
        using var process = Start();
        await SendAsync(process, """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""");
        Assert.True((await NextAsync(process)).GetProperty("result").GetProperty("capabilities").GetProperty("tools").GetProperty("listChanged").GetBoolean());
        await SendAsync(process, """{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        Assert.Equal(["count", "divide", "init", "markdown", "slug", "sums"], await ListAsync(process));
        await SendAsync(process, """{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"slug","arguments":{"title":"A b"}}}""");
        Assert.Equal("a-b", TextOf(await NextAsync(process)));
        await SendAsync(process, """{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"sums","arguments":{"csv":"a,b\n1,2\n3,4"}}}""");
        Assert.Contains("4", TextOf(await NextAsync(process)), StringComparison.Ordinal);

        Tool("text", "tools: {prefix: my_}");
        Assert.Equal("notifications/tools/list_changed", (await NextAsync(process)).GetProperty("method").GetString());
        Assert.Equal(["init", "markdown", "my_count", "my_divide", "my_slug", "sums"], await ListAsync(process));
        File.Delete(Path.Combine(_folder, "table.yaml"));
        Assert.Equal("notifications/tools/list_changed", (await NextAsync(process)).GetProperty("method").GetString());
        Assert.Equal(["my_count", "my_divide", "my_slug"], await ListAsync(process));
        await EndAsync(process);
    }

    [Fact]
    public async Task A_client_of_the_modern_era_hears_of_changes_on_the_stream_that_it_asked_for()
    {
        const string Meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";
        Tool("text");
        using var process = Start();
        await SendAsync(process, $$$"""{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},{{{Meta}}}}}""");
        Assert.Equal("notifications/subscriptions/acknowledged", (await NextAsync(process)).GetProperty("method").GetString());
        Tool("text", "tools: {prefix: my_}");
        Assert.Equal("notifications/tools/list_changed", (await NextAsync(process)).GetProperty("method").GetString());
        await SendAsync(process, $$$"""{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"my_slug","arguments":{"title":"A b"},{{{Meta}}}}}""");
        Assert.Equal("a-b", TextOf(await NextAsync(process)));
        await EndAsync(process);
    }

    [Fact]
    public async Task A_policy_of_the_files_counts_and_its_denial_says_which_rule_is_missing()
    {
        Tool("fetch", labels: "{app: fetch}");
        Write("policy.yaml", "apiVersion: tapedeck.dev/v1alpha1\nkind: CapabilityPolicy\nmetadata: {name: p}\nspec: {toolSelector: {matchLabels: {app: fetch}}, network: {allow: [{host: elsewhere.example}]}}\n");
        using var process = Start();
        await SendAsync(process, """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""");
        await NextAsync(process);
        await SendAsync(process, """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get","arguments":{"url":"https://example.com/"}}}""");
        var answer = await NextAsync(process);
        Assert.Equal("denied", answer.GetProperty("result").GetProperty("_meta").GetProperty("tapedeck.dev/error").GetProperty("code").GetString());
        await EndAsync(process);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Process Start()
    {
        var process = Tapedeck.StartIn(Tapedeck.Root, ["run", "-f", _folder, "--cache", "none"]);
        _ = process.StandardError.ReadToEndAsync();
        return process;
    }

    /// <summary>An example's component and a WasmTool of it.</summary>
    private void Tool(string example, string more = "", string labels = "{}")
    {
        var component = Tapedeck.Example(example);
        Write($"{example}.yaml", $$"""
            apiVersion: tapedeck.dev/v1alpha1
            kind: WasmTool
            metadata: { name: {{example}}, labels: {{labels}} }
            spec:
              component: { file: { path: {{component}}, sha256: {{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(component)))}} } }
              {{more}}
            """);
    }

    /// <summary>In one step, as editors do.</summary>
    private void Write(string name, string text)
    {
        var draft = Path.Combine(_folder, "draft");
        File.WriteAllText(draft, text);
        File.Move(draft, Path.Combine(_folder, name), overwrite: true);
    }

    private static async Task SendAsync(Process process, string message)
    {
        await process.StandardInput.WriteLineAsync(message);
        await process.StandardInput.FlushAsync();
    }

    private static async Task<JsonElement> NextAsync(Process process) =>
        JsonDocument.Parse((await process.StandardOutput.ReadLineAsync().WaitAsync(Patience))!).RootElement;

    private static async Task<string[]> ListAsync(Process process)
    {
        await SendAsync(process, """{"jsonrpc":"2.0","id":"list","method":"tools/list"}""");
        return [.. (await NextAsync(process)).GetProperty("result").GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()!)];
    }

    private static string TextOf(JsonElement answer) => answer.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString()!;

    private static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, process.ExitCode);
    }
}
