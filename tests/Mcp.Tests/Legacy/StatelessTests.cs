using System.Net;
using Xunit;

namespace Tapedeck.Mcp.Tests.Legacy;

/// <summary>Revision 2025-11-25 and before without sessions: any replica answers.</summary>
public sealed class StatelessTests
{
    [Theory]
    [InlineData("2025-11-25", "2025-11-25")]
    [InlineData("2025-06-18", "2025-06-18")]
    [InlineData("2025-03-26", "2025-03-26")]
    [InlineData("2024-11-05", "2024-11-05")]
    [InlineData("1999-01-01", "2025-11-25")]
    [InlineData("2026-07-28", "2025-11-25")]
    public async Task Initialize_agrees_on_a_version_and_begins_no_session(string asked, string agreed)
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var answer = await server.SendAsync(server.Post(Initialize(asked)));
        Assert.Equal(
            """{"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"AGREED","capabilities":{"tools":{}},"serverInfo":{"name":"test","version":"1.2.3"}}}"""
                .Replace("AGREED", agreed, StringComparison.Ordinal),
            answer.Body);
        Assert.False(answer.Response.Headers.Contains("Mcp-Session-Id"));
    }

    [Fact]
    public async Task Each_request_stands_for_itself()
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        Assert.Equal("""{"jsonrpc":"2.0","id":1,"result":{}}""", (await server.SendAsync(server.Legacy("ping"))).Body);
        Assert.Equal(
            """{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"echo","inputSchema":{"type":"object"}}]}}""",
            (await server.SendAsync(server.Legacy("tools/list"))).Body);
        Assert.Equal(
            """{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"{\"a\":1}"}]}}""",
            (await server.SendAsync(server.Legacy("tools/call", """{"name":"echo","arguments":{"a":1}}"""))).Body);
    }

    [Theory]
    [InlineData("no header is the oldest revision with this transport", null, "2025-03-26")]
    [InlineData("the header", "2025-06-18", "2025-06-18")]
    public async Task A_tool_learns_the_version(string name, string? header, string version)
    {
        await using var server = await TestServer.StartAsync(new FuncTool("tool", static (_, context) =>
            ValueTask.FromResult<ToolReply>(ToolResult.Text(context.ProtocolVersion))));
        var request = server.Legacy("tools/call", """{"name":"tool"}""");
        request.Headers.Remove("MCP-Protocol-Version");
        if (header is not null)
        {
            request.Headers.Add("MCP-Protocol-Version", header);
        }
        Assert.Equal(version, (await server.SendAsync(request)).Text);
    }

    [Fact]
    public async Task A_version_that_is_not_served_is_refused()
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var answer = await server.SendAsync(server.Legacy("tools/list", version: "2025-99-99"));
        Assert.Equal((HttpStatusCode.BadRequest, (int?)-32022), (answer.Status, answer.ErrorCode));
    }

    [Theory]
    [InlineData("an unknown method", "resources/list", "{}", -32601)]
    [InlineData("an unknown tool", "tools/call", """{"name":"nobody"}""", -32602)]
    [InlineData("no name", "tools/call", "{}", -32602)]
    [InlineData("a cursor of somebody else", "tools/list", """{"cursor":"x"}""", -32602)]
    [InlineData("initialize without a version", "initialize", "{}", -32602)]
    public async Task Errors_are_answers_in_this_era(string name, string method, string parameters, int code)
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var answer = await server.SendAsync(server.Legacy(method, parameters));
        Assert.Equal((HttpStatusCode.OK, (int?)code), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task A_notification_is_accepted_without_a_body()
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var answer = await server.SendAsync(server.Post("""{"jsonrpc":"2.0","method":"notifications/initialized"}"""));
        Assert.Equal((HttpStatusCode.Accepted, ""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Progress_comes_on_the_stream_of_the_call()
    {
        await using var server = await TestServer.StartAsync(new FuncTool("tool", static async (_, context) =>
        {
            await context.ReportProgressAsync(new ProgressReport(1));
            return ToolResult.Text("done");
        }));
        var answer = await server.SendAsync(server.Legacy("tools/call", """{"name":"tool","_meta":{"progressToken":9}}"""));
        Assert.Equal(9, answer.Events[0].GetProperty("params").GetProperty("progressToken").GetInt32());
        Assert.Equal("done", answer.Events[1].GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_tool_that_needs_the_user_says_why_it_cannot_run()
    {
        await using var server = await TestServer.StartAsync(FuncTool.Replies("tool", new InputRequired { RequestState = "s" }));
        var answer = await server.SendAsync(server.Legacy("tools/call", """{"name":"tool"}"""));
        Assert.True(answer.Result.GetProperty("isError").GetBoolean());
    }

    internal static string Initialize(string version = "2025-11-25", string capabilities = "{}") =>
        $$$"""{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"{{{version}}}","capabilities":{{{capabilities}}},"clientInfo":{"name":"t","version":"1"} } }""";
}
