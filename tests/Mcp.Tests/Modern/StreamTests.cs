using System.Net;
using Xunit;

namespace Tapedeck.Mcp.Tests.Modern;

/// <summary>What comes before an answer, and what ends one that does not come.</summary>
public sealed class StreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static FuncTool Reports() => new("reports", static async (_, context) =>
    {
        foreach (var progress in (double[])[1, 1, 0.5, double.NaN, 2.5])
        {
            await context.ReportProgressAsync(new ProgressReport(progress, 10, "so far"));
        }
        await context.LogAsync(new LogEntry(LogSeverity.Debug, "\"quiet\""u8.ToArray()));
        await context.LogAsync(new LogEntry(LogSeverity.Warning, "{\"a\":1}"u8.ToArray(), "me"));
        return ToolResult.Text("done");
    });

    [Fact]
    public async Task Progress_and_log_lines_come_before_the_answer_where_they_are_wanted()
    {
        await using var server = await TestServer.StartAsync(Reports());
        var answer = await server.SendAsync(server.Call("reports", meta: TestServer.Meta[..^1] + ",\"progressToken\":\"t\",\"io.modelcontextprotocol/logLevel\":\"info\"}"));
        Assert.Equal("text/event-stream", answer.ContentType);
        Assert.Equal("no", answer.Response.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.Equal(
        [
            """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":1,"total":10,"message":"so far"}}""",
            """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":2.5,"total":10,"message":"so far"}}""",
            """{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"warning","logger":"me","data":{"a":1}}}""",
        ], answer.Events[..^1].Select(message => message.GetRawText()));
        Assert.Equal("done", answer.Events[^1].GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Nothing_is_reported_that_nobody_asked_for()
    {
        await using var server = await TestServer.StartAsync(Reports());
        var answer = await server.SendAsync(server.Call("reports"));
        Assert.Equal(("application/json", "done"), (answer.ContentType, answer.Text));
    }

    [Fact]
    public async Task What_is_reported_after_the_answer_is_dropped()
    {
        CallContext? kept = null;
        await using var server = await TestServer.StartAsync(new FuncTool("tool", (_, context) =>
        {
            kept = context;
            return ValueTask.FromResult<ToolReply>(ToolResult.Text("done"));
        }));
        var answer = await server.SendAsync(server.Call("tool", meta: TestServer.Meta[..^1] + ",\"progressToken\":1}"));
        Assert.Equal("done", answer.Text);
        await kept!.ReportProgressAsync(new ProgressReport(1));
        Assert.Equal("done", (await server.SendAsync(server.Call("tool"))).Text);
    }

    [Fact]
    public async Task A_line_break_in_a_tools_JSON_does_not_break_the_stream()
    {
        var result = new ToolResult { Content = "[\r\n{\"type\":\"text\",\n\"text\":\"a\"}]"u8.ToArray() };
        await using var server = await TestServer.StartAsync(new FuncTool("tool", async (_, context) =>
        {
            await context.ReportProgressAsync(new ProgressReport(1));
            return result;
        }));
        var answer = await server.SendAsync(server.Call("tool", meta: TestServer.Meta[..^1] + ",\"progressToken\":1}"));
        Assert.Equal("a", answer.Events[^1].GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("before anything came", false)]
    [InlineData("on a stream", true)]
    public async Task A_client_that_goes_cancels_its_call(string name, bool streaming)
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        var hangs = FuncTool.Hangs("hangs", started, cancelled);
        await using var server = await TestServer.StartAsync(new FuncTool("hangs", async (arguments, context) =>
        {
            await context.ReportProgressAsync(new ProgressReport(1));
            return await hangs.CallAsync(arguments, context);
        }));
        using var leaves = new CancellationTokenSource();
        var call = server.SendAsync(server.Call("hangs", meta: streaming ? TestServer.Meta[..^1] + ",\"progressToken\":1}" : TestServer.Meta), leaves.Token);
        await started.Task.WaitAsync(Patience);
        await leaves.CancelAsync();
        await cancelled.Task.WaitAsync(Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_listener_hears_of_what_it_asked_for()
    {
        var options = TestServer.Options(FuncTool.Echo());
        await using var server = await TestServer.StartAsync(options);
        using var stream = await server.StreamAsync(server.Modern("subscriptions/listen", parameters: "\"notifications\":{\"toolsListChanged\":true,\"promptsListChanged\":true}", id: "\"s1\""));
        Assert.Equal(
            """{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"s1"},"notifications":{"toolsListChanged":true}}}""",
            (await stream.NextAsync())?.GetRawText());
        options.Catalogue.Publish(new Catalogue([FuncTool.Echo("other")]));
        Assert.Equal(
            """{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"_meta":{"io.modelcontextprotocol/subscriptionId":"s1"}}}""",
            (await stream.NextAsync())?.GetRawText());
    }

    [Fact]
    public async Task A_listener_does_not_hear_of_what_it_did_not_ask_for()
    {
        var options = TestServer.Options(FuncTool.Echo());
        await using var server = await TestServer.StartAsync(options);
        using var stream = await server.StreamAsync(server.Modern("subscriptions/listen", parameters: "\"notifications\":{}"));
        await stream.NextAsync();
        options.Catalogue.Publish(Catalogue.Empty);
        var stopping = server.StopAsync();
        Assert.Equal("notifications/cancelled", (await stream.NextAsync())?.GetProperty("method").GetString());
        await stopping;
    }

    [Fact]
    public async Task A_server_that_ends_says_so_to_those_who_listen()
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        using var stream = await server.StreamAsync(server.Modern("subscriptions/listen", parameters: "\"notifications\":{\"toolsListChanged\":true}", id: "7"));
        await stream.NextAsync();
        var stopping = server.StopAsync();
        Assert.Equal(7, (await stream.NextAsync())?.GetProperty("params").GetProperty("requestId").GetInt32());
        Assert.Equal("""{"resultType":"complete","_meta":{"io.modelcontextprotocol/subscriptionId":7}}""", (await stream.NextAsync())?.GetProperty("result").GetRawText());
        Assert.Null(await stream.NextAsync());
        await stopping.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_silent_stream_is_kept_alive()
    {
        await using var server = await TestServer.StartAsync(TestServer.Options() with { Limits = new McpLimits { KeepAlive = TimeSpan.FromMilliseconds(50) } });
        using var stream = await server.StreamAsync(server.Modern("subscriptions/listen", parameters: "\"notifications\":{}"));
        await stream.NextAsync();
        foreach (var line in (string[])["", ":", "", ":"])
        {
            Assert.Equal(line, await stream.NextLineAsync());
        }
    }

    [Fact]
    public async Task A_long_call_becomes_a_stream_that_is_kept_alive()
    {
        var slow = new FuncTool("slow", static async (_, context) =>
        {
            await Task.Delay(1_000, context.Cancellation);
            return ToolResult.Text("late");
        });
        await using var server = await TestServer.StartAsync(TestServer.Options(slow) with { Limits = new McpLimits { KeepAlive = TimeSpan.FromMilliseconds(100) } });
        using var stream = await server.StreamAsync(server.Call("slow"));
        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(":", await stream.NextLineAsync());
        Assert.Equal("late", (await stream.NextAsync())?.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Streams_are_counted()
    {
        await using var server = await TestServer.StartAsync(TestServer.Options() with { Limits = new McpLimits { Streams = 1 } });
        using (var first = await server.StreamAsync(server.Modern("subscriptions/listen", parameters: "\"notifications\":{}")))
        {
            await first.NextAsync();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.SendAsync(server.Modern("subscriptions/listen", parameters: "\"notifications\":{}"))).Status);
        }
        // The place is free again once the server has seen the first client go.
        for (var attempt = 0; ; attempt++)
        {
            using var second = await server.StreamAsync(server.Modern("subscriptions/listen", parameters: "\"notifications\":{}"));
            if (second.Response.IsSuccessStatusCode)
            {
                return;
            }
            Assert.InRange(attempt, 0, 100);
            await Task.Delay(50);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"notifications\":true")]
    [InlineData("\"notifications\":{\"toolsListChanged\":1}")]
    [InlineData("\"notifications\":{\"resourceSubscriptions\":[1]}")]
    public async Task A_filter_that_is_wrong_is_refused(string parameters)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.SendAsync(server.Modern("subscriptions/listen", parameters: parameters));
        Assert.Equal((400, (int?)-32602), ((int)answer.Status, answer.ErrorCode));
    }
}
