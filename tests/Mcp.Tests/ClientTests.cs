using System.IO.Pipelines;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Xunit;

namespace Tapedeck.Mcp.Tests;

/// <summary>The official C# client against this server.</summary>
public sealed class ClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("modern, without sessions", "2026-07-28", false)]
    [InlineData("modern, beside sessions", "2026-07-28", true)]
    [InlineData("legacy, without sessions", "2025-11-25", false)]
    [InlineData("legacy, in a session", "2025-11-25", true)]
    public async Task It_lists_and_calls_tools(string name, string version, bool sessions)
    {
        ITool[] tools =
        [
            FuncTool.Echo(),
            new FuncTool("reports", static async (_, context) =>
            {
                await context.ReportProgressAsync(new ProgressReport(1, 2, "half"));
                // The client forgets who wants progress as soon as it has the answer, even if it has not told all of it.
                await Task.Delay(300, context.Cancellation);
                return ToolResult.Text("done");
            }),
            .. Enumerable.Range(0, 120).Select(i => FuncTool.Says($"t{i}", $"{i}")),
        ];
        await using var server = await TestServer.StartAsync(TestServer.Options(tools) with { Sessions = sessions });
        await using var client = await ConnectAsync(server, version);
        Assert.Equal(version, client.NegotiatedProtocolVersion);
        Assert.Equal("test", client.ServerInfo?.Name);

        var listed = await client.ListToolsAsync();
        Assert.Equal(tools.Select(tool => tool.Declaration.Name).Order(StringComparer.Ordinal), listed.Select(tool => tool.Name));

        var echoed = await client.CallToolAsync("echo", new Dictionary<string, object?> { ["text"] = "grüße" });
        Assert.Contains("text", TextOf(echoed), StringComparison.Ordinal);

        var progress = new TaskCompletionSource<ProgressNotificationValue>();
        var reported = await client.CallToolAsync("reports", progress: new Recorder(progress));
        Assert.Equal("done", TextOf(reported));
        Assert.Equal("half", (await progress.Task.WaitAsync(Patience)).Message);

        var error = await Assert.ThrowsAsync<McpProtocolException>(async () => await client.CallToolAsync("nobody"));
        Assert.Equal(McpErrorCode.InvalidParams, error.ErrorCode);
    }

    [Theory]
    [InlineData("2026-07-28", false)]
    [InlineData("2025-11-25", true)]
    public async Task It_cancels_a_call(string version, bool sessions)
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(TestServer.Options(FuncTool.Hangs("hangs", started, cancelled)) with { Sessions = sessions });
        await using var client = await ConnectAsync(server, version);
        using var leaves = new CancellationTokenSource();
        var call = client.CallToolAsync("hangs", cancellationToken: leaves.Token).AsTask();
        await started.Task.WaitAsync(Patience);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await cancelled.Task.WaitAsync(Patience);
    }

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    public async Task It_lists_and_calls_tools_over_stdio(string version)
    {
        var options = TestServer.Options(FuncTool.Says("says", "hi"), FuncTool.Echo());
        var (toServer, toClient) = (new Pipe(), new Pipe());
        var run = StdioServer.RunAsync(options, toServer.Reader.AsStream(), toClient.Writer.AsStream(), NullLogger.Instance, default);
        var transport = new StreamClientTransport(toServer.Writer.AsStream(), toClient.Reader.AsStream());
        await using (var client = await McpClient.CreateAsync(transport, new McpClientOptions { ProtocolVersion = version }))
        {
            Assert.Equal(version, client.NegotiatedProtocolVersion);
            Assert.Equal(["echo", "says"], (await client.ListToolsAsync()).Select(tool => tool.Name));
            Assert.Equal("hi", TextOf(await client.CallToolAsync("says")));
        }
        await toServer.Writer.CompleteAsync();
        await run.WaitAsync(Patience);
    }

    [Fact]
    public async Task It_hears_of_changes_in_a_session()
    {
        var options = TestServer.Options(FuncTool.Echo()) with { Sessions = true };
        await using var server = await TestServer.StartAsync(options);
        await using var client = await ConnectAsync(server, "2025-11-25");
        var heard = new TaskCompletionSource();
        await using var handler = client.RegisterNotificationHandler(NotificationMethods.ToolListChangedNotification, (_, _) =>
        {
            heard.TrySetResult();
            return ValueTask.CompletedTask;
        });
        options.Catalogue.Publish(new Catalogue([FuncTool.Echo("other")]));
        await heard.Task.WaitAsync(Patience);
        Assert.Equal("other", (await client.ListToolsAsync()).Single().Name);
    }

    private static Task<McpClient> ConnectAsync(TestServer server, string version) => McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions { Endpoint = server.Address, TransportMode = HttpTransportMode.StreamableHttp }),
        new McpClientOptions { ProtocolVersion = version });

    private static string TextOf(CallToolResult result) => ((TextContentBlock)result.Content[0]).Text;

    private sealed class Recorder(TaskCompletionSource<ProgressNotificationValue> first) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => first.TrySetResult(value);
    }
}
