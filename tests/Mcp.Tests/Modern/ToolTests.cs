using System.Text;
using Xunit;

namespace Tapedeck.Mcp.Tests.Modern;

public sealed class ToolTests
{
    private const string ServerInfo = "\"io.modelcontextprotocol/serverInfo\":{\"name\":\"test\",\"version\":\"1.2.3\"}";

    [Fact]
    public async Task An_answer_that_is_all_there_is_comes_as_JSON()
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var answer = await server.SendAsync(server.Call("echo", """{"a": [1, "\u00e4"]}"""));
        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal("""{"a": [1, "\u00e4"]}""", answer.Text);
    }

    [Fact]
    public async Task A_result_goes_out_as_the_tool_encoded_it()
    {
        var result = new ToolResult
        {
            Content = "[{\"type\":\"text\",\"text\":\"1\"}]"u8.ToArray(),
            StructuredContent = "{\"result\":1.0}"u8.ToArray(),
            IsError = true,
            Meta = "{\"tapedeck.dev/error\":{\"code\":\"trap\"}}"u8.ToArray(),
        };
        await using var server = await TestServer.StartAsync(FuncTool.Replies("tool", result));
        var answer = await server.SendAsync(server.Call("tool"));
        Assert.Equal(
            """{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[{"type":"text","text":"1"}],"structuredContent":{"result":1.0},"isError":true,"_meta":{SERVER_INFO,"tapedeck.dev/error":{"code":"trap"}}}}""".Replace("SERVER_INFO", ServerInfo, StringComparison.Ordinal),
            answer.Body);
    }

    [Fact]
    public async Task A_tool_may_ask_the_client_first()
    {
        var input = new InputRequired { InputRequests = "{\"a\":{\"method\":\"roots/list\"}}"u8.ToArray(), RequestState = "s\"1" };
        await using var server = await TestServer.StartAsync(FuncTool.Replies("tool", input));
        var answer = await server.SendAsync(server.Call("tool"));
        Assert.Equal(
            """{"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","inputRequests":{"a":{"method":"roots/list"}},"requestState":"s\"1","_meta":{SERVER_INFO}}}""".Replace("SERVER_INFO", ServerInfo, StringComparison.Ordinal),
            answer.Body);
    }

    [Theory]
    [InlineData(-32602, 200)]
    [InlineData(-32601, 404)]
    [InlineData(-32021, 400)]
    public async Task A_tool_may_refuse_the_request_itself(int code, int status)
    {
        await using var server = await TestServer.StartAsync(FuncTool.Replies("tool", new ProtocolError(code, "no") { Data = "[1]"u8.ToArray() }));
        var answer = await server.SendAsync(server.Call("tool"));
        Assert.Equal((status, (int?)code), ((int)answer.Status, answer.ErrorCode));
        Assert.Equal("[1]", answer.Json.GetProperty("error").GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task What_a_tool_throws_is_not_told()
    {
        await using var server = await TestServer.StartAsync(new FuncTool("tool", static (_, _) => throw new InvalidOperationException("a secret")));
        var answer = await server.SendAsync(server.Call("tool"));
        Assert.Equal(-32603, answer.ErrorCode);
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("an unknown tool", "nobody", "\"name\":\"nobody\"", 200, -32602)]
    [InlineData("no name", "echo", "\"arguments\":{}", 400, -32602)]
    [InlineData("a name that is a number", "1", "\"name\":1", 400, -32602)]
    [InlineData("arguments that are an array", "echo", "\"name\":\"echo\",\"arguments\":[]", 400, -32602)]
    [InlineData("arguments of null", "echo", "\"name\":\"echo\",\"arguments\":null", 400, -32602)]
    [InlineData("answers that are an array", "echo", "\"name\":\"echo\",\"inputResponses\":[]", 400, -32602)]
    [InlineData("answers of null", "echo", "\"name\":\"echo\",\"inputResponses\":null", 400, -32602)]
    [InlineData("a state that is a number", "echo", "\"name\":\"echo\",\"requestState\":1", 400, -32602)]
    [InlineData("no arguments", "echo", "\"name\":\"echo\"", 200, null)]
    public async Task Parameters_of_a_call(string name, string header, string parameters, int status, int? code)
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var answer = await server.SendAsync(server.Modern("tools/call", header, parameters));
        Assert.Equal((status, code), ((int)answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task A_tool_learns_what_it_may_know_of_the_call()
    {
        CallContext? seen = null;
        string meta = "", capabilities = "", responses = "";
        await using var server = await TestServer.StartAsync(new FuncTool("tool", (_, context) =>
        {
            seen = context;
            meta = Encoding.UTF8.GetString(context.Meta.Span);
            capabilities = Encoding.UTF8.GetString(context.ClientCapabilities.Span);
            responses = Encoding.UTF8.GetString(context.InputResponses.Span);
            return ValueTask.FromResult<ToolReply>(ToolResult.Text("ok"));
        }));
        const string Meta = """{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"sampling":{}},"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","x":[1]}""";
        var request = server.Call("tool", more: ",\"inputResponses\":{\"a\":{}},\"requestState\":\"s\"", meta: $"\"_meta\":{Meta}");
        request.Headers.Add("traceparent", "00-11111111111111111111111111111111-2222222222222222-01");
        await server.SendAsync(request);
        Assert.Equal(("2026-07-28", "s", "anonymous"), (seen!.ProtocolVersion, seen.RequestState, seen.Caller));
        Assert.Equal((Meta, "{\"sampling\":{}}", "{\"a\":{}}"), (meta, capabilities, responses));
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", seen.Trace.TraceId.ToHexString());
        Assert.False(seen.WantsProgress || seen.WantsLog(LogSeverity.Emergency));
    }

    [Theory]
    [InlineData("the header, where the body says nothing", "", "11111111111111111111111111111111")]
    [InlineData("the header, where the body's is malformed", ",\"traceparent\":\"00-zz\"", "11111111111111111111111111111111")]
    public async Task The_callers_span_is_that_of(string name, string more, string trace)
    {
        await using var server = await TestServer.StartAsync(new FuncTool("tool", static (_, context) =>
            ValueTask.FromResult<ToolReply>(ToolResult.Text(context.Trace.TraceId.ToHexString()))));
        var request = server.Call("tool", meta: TestServer.Meta[..^1] + more + "}");
        request.Headers.Add("traceparent", "00-11111111111111111111111111111111-2222222222222222-01");
        Assert.Equal(trace, (await server.SendAsync(request)).Text);
    }

    [Fact]
    public async Task Tools_are_listed_as_they_were_declared()
    {
        var tool = new FuncTool("tool", static (_, _) => default)
        {
            Declaration = new ToolDeclaration
            {
                Name = "tool",
                Title = "A tool",
                Description = "Does \"it\"\n",
                InputSchema = Encoding.UTF8.GetBytes("{\n  \"type\": \"object\",\n  \"properties\": { \"n\": { \"maximum\": 1.50 } }\n}"),
                OutputSchema = "{\"type\": \"integer\"}"u8.ToArray(),
                Annotations = new ToolAnnotations { ReadOnlyHint = true, OpenWorldHint = false },
                Meta = "{\"a\":1}"u8.ToArray(),
            },
        };
        await using var server = await TestServer.StartAsync(tool, FuncTool.Echo());
        var answer = await server.SendAsync(server.Modern("tools/list"));
        Assert.Equal(
            """{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","tools":[{"name":"echo","inputSchema":{"type":"object"}},{"name":"tool","title":"A tool","description":"Does \"it\"\n","inputSchema":{"type":"object","properties":{"n":{"maximum":1.50}}},"outputSchema":{"type":"integer"},"annotations":{"readOnlyHint":true,"openWorldHint":false},"_meta":{"a":1}}],"ttlMs":60000,"cacheScope":"public","_meta":{SERVER_INFO}}}""".Replace("SERVER_INFO", ServerInfo, StringComparison.Ordinal),
            answer.Body);
    }

    [Fact]
    public async Task What_only_a_bearer_may_see_is_not_for_shared_caches()
    {
        await using var server = await TestServer.StartAsync(TestServer.Options(FuncTool.Echo()) with { BearerToken = new BearerToken("t") });
        var request = server.Modern("tools/list");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer t");
        Assert.Equal("private", (await server.SendAsync(request)).Result.GetProperty("cacheScope").GetString());
    }

    [Fact]
    public async Task Pages_hold_every_tool_once()
    {
        var tools = Enumerable.Range(0, 250).Select(i => (ITool)FuncTool.Says($"tool-{i:000}", "")).Reverse().ToArray();
        await using var server = await TestServer.StartAsync(tools);
        var names = new List<string>();
        string? cursor = null;
        do
        {
            var answer = await server.SendAsync(server.Modern("tools/list", parameters: cursor is null ? "" : $"\"cursor\":\"{cursor}\""));
            names.AddRange(answer.Result.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()!));
            cursor = answer.Result.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
        Assert.Equal(tools.Select(tool => tool.Declaration.Name).Order(), names);
    }

    [Theory]
    [InlineData("\"nonsense\"")]
    [InlineData("\"\"")]
    [InlineData("\"bm9uc2Vuc2U\"")]
    [InlineData("7")]
    [InlineData("null")]
    public async Task A_cursor_of_somebody_else_is_refused(string cursor)
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        Assert.Equal(-32602, (await server.SendAsync(server.Modern("tools/list", parameters: $"\"cursor\":{cursor}"))).ErrorCode);
    }

    [Fact]
    public async Task A_cursor_outlives_the_tool_that_it_names()
    {
        var options = TestServer.Options([.. Enumerable.Range(0, 101).Select(i => FuncTool.Says($"tool-{i:000}", ""))]);
        await using var server = await TestServer.StartAsync(options);
        var cursor = (await server.SendAsync(server.Modern("tools/list"))).Result.GetProperty("nextCursor").GetString();
        options.Catalogue.Publish(new Catalogue([FuncTool.Says("a", ""), FuncTool.Says("tool-099a", ""), FuncTool.Says("z", "")]));
        var rest = await server.SendAsync(server.Modern("tools/list", parameters: $"\"cursor\":\"{cursor}\""));
        Assert.Equal(["tool-099a", "z"], rest.Result.GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()!));
    }

    [Theory]
    [InlineData("the header matches", """{"region":"eu","n":42,"deep":{"flag":true}}""", "eu", "42.0", "true", 200)]
    [InlineData("encoded", """{"region":"\u00e4"}""", "=?base64?w6Q=?=", null, null, 200)]
    [InlineData("nothing given", "{}", null, null, null, 200)]
    [InlineData("null has no header", """{"region":null}""", null, null, null, 200)]
    [InlineData("null with a header", """{"region":null}""", "eu", null, null, 400)]
    [InlineData("the header is missing", """{"region":"eu"}""", null, null, null, 400)]
    [InlineData("the header says something else", """{"region":"eu"}""", "us", null, null, 400)]
    [InlineData("a header for nothing", "{}", "eu", null, null, 400)]
    [InlineData("another number", """{"n":42}""", null, "43", null, 400)]
    [InlineData("no number", """{"n":42}""", null, "x", null, 400)]
    [InlineData("a boolean in capitals", """{"deep":{"flag":true}}""", null, null, "True", 400)]
    [InlineData("a way that is no object", """{"deep":1}""", null, null, null, 200)]
    public async Task Parameters_are_repeated_in_headers_where_the_schema_says_so(
        string name, string arguments, string? region, string? number, string? flag, int status)
    {
        const string Schema = """
            {"type":"object","properties":{
              "region":{"type":"string","x-mcp-header":"Region"},
              "n":{"type":"integer","x-mcp-header":"N"},
              "deep":{"type":"object","properties":{"flag":{"type":"boolean","x-mcp-header":"Flag"}}}}}
            """;
        await using var server = await TestServer.StartAsync(new FuncTool("tool", static (_, _) => ValueTask.FromResult<ToolReply>(ToolResult.Text("ok")), Schema));
        var request = server.Call("tool", arguments);
        foreach (var (header, value) in new[] { ("Mcp-Param-Region", region), ("mcp-param-n", number), ("Mcp-Param-Flag", flag) })
        {
            if (value is not null)
            {
                request.Headers.Add(header, value);
            }
        }
        var answer = await server.SendAsync(request);
        Assert.Equal((status, status == 200 ? null : (int?)-32020), ((int)answer.Status, answer.ErrorCode));
    }
}
