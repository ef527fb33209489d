using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Tapedeck.Mcp.Tests.Legacy;
using Xunit;

namespace Tapedeck.Mcp.Tests.Stdio;

public sealed class StdioTests
{
    private const string Meta = TestServer.Meta;
    private const int Limit = 100_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static string Call(string tool, string id) =>
        $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"tools/call\",\"params\":{{\"name\":\"{tool}\",{Meta}}}}}";

    [Fact]
    public async Task What_was_asked_for_before_the_input_ends_is_answered()
    {
        var slow = new FuncTool("slow", static async (_, context) =>
        {
            await Task.Delay(300, context.Cancellation);
            return ToolResult.Text("late");
        });
        var output = new MemoryStream();
        var input = new MemoryStream(Encoding.UTF8.GetBytes(Call("slow", "1")));
        await StdioServer.RunAsync(TestServer.Options(slow), input, output, NullLogger.Instance, default).WaitAsync(Patience);
        Assert.Contains("late", Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_asked_for_in_the_legacy_era_is_answered_as_well()
    {
        var output = new MemoryStream();
        string[] lines =
        [
            StatelessTests.Initialize(),
            """{"jsonrpc":"2.0","method":"notifications/initialized"}""",
            """{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"says"}}""",
        ];
        var input = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        await StdioServer.RunAsync(TestServer.Options(FuncTool.Says("says", "hi")), input, output, NullLogger.Instance, default).WaitAsync(Patience);
        var answers = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, answers.Length);
        Assert.Contains("\"protocolVersion\":\"2025-11-25\"", answers.Single(line => line.Contains("\"id\":0", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("hi", answers.Single(line => line.Contains("\"id\":\"x\"", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("modern")]
    [InlineData("legacy")]
    public async Task Arguments_reach_a_tool_as_the_client_wrote_them_in_the_era(string era)
    {
        const string arguments = """{ "text":"中文 \u00e4 +<>&", "number": 1.0e2 }""";
        await using var stdio = new StdioClient(TestServer.Options(FuncTool.Echo()));
        if (era == "legacy")
        {
            await stdio.SendAsync(StatelessTests.Initialize());
            await stdio.NextAsync();
            await stdio.SendAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        }
        await stdio.SendAsync($"{{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{{\"name\":\"echo\",\"arguments\":{arguments}{(era == "modern" ? "," + Meta : "")}}}}}");
        Assert.Equal(arguments, (await stdio.NextAsync()).GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"params\":{}")]
    [InlineData(",\"params\":{\"name\":\"echo\",\"arguments\":[]}")]
    public async Task A_call_in_the_legacy_era_that_lacks_what_it_needs_is_answered(string more)
    {
        await using var stdio = new StdioClient(TestServer.Options(FuncTool.Echo()));
        await stdio.SendAsync(StatelessTests.Initialize());
        await stdio.NextAsync();
        await stdio.SendAsync($"{{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\"{more}}}");
        Assert.Equal(-32602, (await stdio.NextAsync()).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Both_eras_are_served_on_one_stream()
    {
        await using var stdio = new StdioClient(TestServer.Options(FuncTool.Says("says", "hi")));
        await stdio.SendAsync($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\",\"params\":{{{Meta}}}}}");
        Assert.Equal("2026-07-28", (await stdio.NextAsync()).GetProperty("result").GetProperty("supportedVersions")[0].GetString());
        await stdio.SendAsync(StatelessTests.Initialize());
        Assert.Equal("2025-11-25", (await stdio.NextAsync()).GetProperty("result").GetProperty("protocolVersion").GetString());
        await stdio.SendAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        await stdio.SendAsync("""{"jsonrpc":"2.0","id":2,"method":"tools/list"}""");
        Assert.False((await stdio.NextAsync()).GetProperty("result").TryGetProperty("resultType", out _));
        await stdio.SendAsync(Call("says", "3"));
        Assert.Equal("complete", (await stdio.NextAsync()).GetProperty("result").GetProperty("resultType").GetString());
    }

    [Theory]
    [InlineData("modern", true)]
    [InlineData("legacy", false)]
    public async Task A_call_is_cancelled_by_notification_and_nothing_is_sent_for_it(string era, bool modern)
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using var stdio = new StdioClient(TestServer.Options(FuncTool.Hangs("hangs", started, cancelled), FuncTool.Says("says", "hi")));
        if (!modern)
        {
            await stdio.SendAsync(StatelessTests.Initialize());
            await stdio.NextAsync();
            await stdio.SendAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        }
        await stdio.SendAsync(modern ? Call("hangs", "\"c\"") : """{"jsonrpc":"2.0","id":"c","method":"tools/call","params":{"name":"hangs"}}""");
        await started.Task.WaitAsync(Patience);
        await stdio.SendAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"c"}}""");
        await cancelled.Task.WaitAsync(Patience);
        await stdio.SendAsync(Call("says", "2"));
        Assert.Equal(2, (await stdio.NextAsync()).GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task Those_who_listen_hear_of_changes_in_each_era()
    {
        var options = TestServer.Options(FuncTool.Echo());
        await using var stdio = new StdioClient(options);
        await stdio.SendAsync(StatelessTests.Initialize());
        await stdio.NextAsync();
        await stdio.SendAsync($"{{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"subscriptions/listen\",\"params\":{{\"notifications\":{{\"toolsListChanged\":true}},{Meta}}}}}");
        Assert.Equal("notifications/subscriptions/acknowledged", (await stdio.NextAsync()).GetProperty("method").GetString());
        options.Catalogue.Publish(Catalogue.Empty);
        JsonElement[] both = [await stdio.NextAsync(), await stdio.NextAsync()];
        Assert.All(both, message => Assert.Equal("notifications/tools/list_changed", message.GetProperty("method").GetString()));
        Assert.Single(both, message => message.TryGetProperty("params", out _));
        await stdio.CloseAsync();
        Assert.Equal("notifications/cancelled", (await stdio.NextAsync()).GetProperty("method").GetString());
        Assert.Equal(5, (await stdio.NextAsync()).GetProperty("id").GetInt32());
    }

    [Theory]
    [InlineData("no JSON", "hello", -32700)]
    [InlineData("a batch", "[]", -32600)]
    [InlineData("a modern method without metadata", """{"jsonrpc":"2.0","id":1,"method":"server/discover"}""", -32602)]
    [InlineData("a version that is not served", """{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2099-01-01","io.modelcontextprotocol/clientCapabilities":{}}}}""", -32022)]
    [InlineData("a line that is too long", "LONG", -32600)]
    public async Task A_line_that_is_wrong_is_refused_and_the_next_is_served(string name, string line, int code)
    {
        await using var stdio = new StdioClient(TestServer.Options(FuncTool.Says("says", "hi")) with { Room = new MessageRoom(Limit, Limit) });
        await stdio.SendAsync(line == "LONG" ? new string('x', Limit + 1) : line);
        Assert.Equal(code, (await stdio.NextAsync()).GetProperty("error").GetProperty("code").GetInt32());
        await stdio.SendAsync("\r");
        await stdio.SendAsync(Call("says", "2"));
        Assert.Equal(2, (await stdio.NextAsync()).GetProperty("id").GetInt32());
    }

    [Theory]
    [InlineData("the id first, as .NET's SDK has it", """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"x":"LONG"}}""", "7")]
    [InlineData("the id last, as those of TypeScript and Python have it", """{"method":"tools/call","params":{"x":"LONG"},"jsonrpc":"2.0","id":7}""", "7")]
    [InlineData("a text, and white space", """ { "method" : "tools/call" , "params" : {"x":"LONG"}, "id" : "a b" } """, "\"a b\"")]
    [InlineData("the method last", """{"id":7,"params":{"x":"LONG"},"method":"tools/call"}""", "7")]
    [InlineData("an id in the parameters", """{"jsonrpc":"2.0","method":"tools/call","params":{"x":"LONG","id":7}}""", null)]
    [InlineData("an id within a text", """{"jsonrpc":"2.0","method":"tools/call","params":{"x":"LONG"},"y":",\"id\":7}"}""", null)]
    [InlineData("a response, whose id is one of ours", """{"jsonrpc":"2.0","id":7,"result":{"x":"LONG"}}""", null)]
    [InlineData("a notification", """{"jsonrpc":"2.0","method":"notifications/progress","params":{"x":"LONG"}}""", null)]
    [InlineData("an id that is no JSON", """{"jsonrpc":"2.0","id":007,"method":"tools/call","params":{"x":"LONG"}}""", null)]
    public async Task A_request_that_is_too_long_is_refused_with_its_id(string name, string line, string? id)
    {
        await using var stdio = new StdioClient(TestServer.Options(FuncTool.Says("says", "hi")) with { Room = new MessageRoom(Limit, Limit) });
        // In one piece and in many.
        foreach (var length in new[] { Limit, 20 * Limit })
        {
            await stdio.SendAsync(line.Replace("LONG", new string('x', length), StringComparison.Ordinal));
            var answer = await stdio.NextAsync();
            Assert.Equal($"Invalid request: a message has at most {Limit} bytes", answer.GetProperty("error").GetProperty("message").GetString());
            Assert.Equal(id, answer.TryGetProperty("id", out var found) ? found.GetRawText() : null);
        }
        await stdio.SendAsync(Call("says", "2"));
        Assert.Equal(2, (await stdio.NextAsync()).GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task A_server_that_is_asked_to_end_ends_though_the_client_keeps_its_end_open()
    {
        using var ends = new CancellationTokenSource();
        var run = StdioServer.RunAsync(TestServer.Options(), new EndlessStream(), Stream.Null, NullLogger.Instance, ends.Token);
        await ends.CancelAsync();
        await run.WaitAsync(Patience);
    }

    [Fact]
    public async Task An_id_that_is_in_use_is_refused()
    {
        var started = new TaskCompletionSource();
        await using var stdio = new StdioClient(TestServer.Options(FuncTool.Hangs("hangs", started, new TaskCompletionSource())));
        await stdio.SendAsync(Call("hangs", "1"));
        await started.Task.WaitAsync(Patience);
        await stdio.SendAsync(Call("hangs", "1"));
        Assert.Equal(-32600, (await stdio.NextAsync()).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Progress_comes_before_its_answer()
    {
        await using var stdio = new StdioClient(TestServer.Options(new FuncTool("tool", static async (_, context) =>
        {
            await context.ReportProgressAsync(new ProgressReport(1));
            return new ToolResult { Content = "[\n]"u8.ToArray() };
        })));
        await stdio.SendAsync($"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{{\"name\":\"tool\",{Meta[..^1]},\"progressToken\":\"p\"}}}}}}");
        Assert.Equal("p", (await stdio.NextAsync()).GetProperty("params").GetProperty("progressToken").GetString());
        Assert.Equal(1, (await stdio.NextAsync()).GetProperty("id").GetInt32());
    }

    /// <summary>As a terminal at which nobody types: a read that has begun cannot be called off.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
            return 0;
        }
    }

    /// <summary>A server on two pipes, and the client's ends of them.</summary>
    private sealed class StdioClient : IAsyncDisposable
    {
        private readonly Pipe _in = new();
        private readonly Pipe _out = new();
        private readonly StreamReader _reader;
        private readonly Task _run;

        internal StdioClient(McpOptions options)
        {
            _reader = new StreamReader(_out.Reader.AsStream());
            _run = StdioServer.RunAsync(options, _in.Reader.AsStream(), _out.Writer.AsStream(), NullLogger.Instance, default);
        }

        internal async Task SendAsync(string line) => await _in.Writer.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));

        internal async Task<JsonElement> NextAsync() => JsonDocument.Parse((await _reader.ReadLineAsync().WaitAsync(Patience))!).RootElement;

        internal async Task CloseAsync() => await _in.Writer.CompleteAsync();

        public async ValueTask DisposeAsync()
        {
            await _in.Writer.CompleteAsync();
            await _run.WaitAsync(Patience);
        }
    }
}
