using System.Net;
using Xunit;

namespace Tapedeck.Mcp.Tests.Modern;

/// <summary>What a request of revision 2026-07-28 has to say of itself, in its body and again in its headers.</summary>
public sealed class RequestTests
{
    private const string Version = "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"";
    private const string Capabilities = "\"io.modelcontextprotocol/clientCapabilities\":{}";

    [Theory]
    [InlineData("all of it", $"\"_meta\":{{{Version},{Capabilities}}}", 200, null)]
    [InlineData("no metadata", "\"x\":1", 400, -32602)]
    [InlineData("no version", $"\"_meta\":{{{Capabilities}}}", 400, -32602)]
    [InlineData("no capabilities", $"\"_meta\":{{{Version}}}", 400, -32602)]
    [InlineData("a version that is a number", $"\"_meta\":{{\"io.modelcontextprotocol/protocolVersion\":1,{Capabilities}}}", 400, -32602)]
    [InlineData("capabilities that are an array", $"\"_meta\":{{{Version},\"io.modelcontextprotocol/clientCapabilities\":[]}}", 400, -32602)]
    [InlineData("client information that is a text", $"\"_meta\":{{{Version},{Capabilities},\"io.modelcontextprotocol/clientInfo\":\"me\"}}", 400, -32602)]
    [InlineData("a log level that there is not", $"\"_meta\":{{{Version},{Capabilities},\"io.modelcontextprotocol/logLevel\":\"loud\"}}", 400, -32602)]
    [InlineData("a progress token with a fraction", $"\"_meta\":{{{Version},{Capabilities},\"progressToken\":0.5}}", 400, -32602)]
    [InlineData("another version than the header", $"\"_meta\":{{\"io.modelcontextprotocol/protocolVersion\":\"2025-11-25\",{Capabilities}}}", 400, -32020)]
    public async Task Metadata(string name, string meta, int status, int? code)
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var answer = await server.SendAsync(server.Call("echo", meta: meta));
        Assert.Equal((status, code), ((int)answer.Status, answer.ErrorCode));
    }

    [Theory]
    [InlineData("no version", "MCP-Protocol-Version", null, -32020)]
    [InlineData("another version", "MCP-Protocol-Version", "2025-11-25", -32020)]
    [InlineData("no method", "Mcp-Method", null, -32020)]
    [InlineData("another method", "Mcp-Method", "tools/list", -32020)]
    [InlineData("the method in capitals", "Mcp-Method", "Tools/Call", -32020)]
    [InlineData("no name", "Mcp-Name", null, -32020)]
    [InlineData("another name", "Mcp-Name", "other", -32020)]
    [InlineData("a name in broken Base64", "Mcp-Name", "=?base64?%%?=", -32020)]
    [InlineData("a name in Base64 that is no UTF-8", "Mcp-Name", "=?base64?wK8=?=", -32020)]
    [InlineData("the name in Base64", "Mcp-Name", "=?base64?ZWNobw==?=", null)]
    [InlineData("another name in Base64", "Mcp-Name", "=?base64?b3RoZXI=?=", -32020)]
    public async Task Headers(string name, string header, string? value, int? code)
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var request = server.Call("echo");
        request.Headers.Remove(header);
        if (value is not null)
        {
            request.Headers.Add(header, value);
        }
        var answer = await server.SendAsync(request);
        Assert.Equal((code is null ? 200 : 400, code), ((int)answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task A_header_that_stands_twice_is_refused()
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var request = server.Call("echo");
        request.Headers.Add("Mcp-Name", "echo");
        Assert.Equal(-32020, (await server.SendAsync(request)).ErrorCode);
    }

    [Fact]
    public async Task A_version_that_is_not_served_is_answered_with_those_that_are()
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var request = server.Call("echo", meta: $"\"_meta\":{{\"io.modelcontextprotocol/protocolVersion\":\"2099-01-01\",{Capabilities}}}");
        request.Headers.Remove("MCP-Protocol-Version");
        request.Headers.Add("MCP-Protocol-Version", "2099-01-01");
        var answer = await server.SendAsync(request);
        Assert.Equal((400, (int?)-32022), ((int)answer.Status, answer.ErrorCode));
        Assert.Equal("""{"supported":["2026-07-28"],"requested":"2099-01-01"}""", answer.Json.GetProperty("error").GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData("initialize")]
    [InlineData("ping")]
    [InlineData("logging/setLevel")]
    [InlineData("resources/subscribe")]
    [InlineData("prompts/list")]
    [InlineData("Tools/List")]
    [InlineData("")]
    public async Task A_method_that_there_is_not_is_answered_with_404(string method)
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var request = server.Modern(method);
        request.Headers.Remove("Mcp-Method");
        request.Headers.TryAddWithoutValidation("Mcp-Method", method);
        var answer = await server.SendAsync(request);
        Assert.Equal((HttpStatusCode.NotFound, (int?)-32601), (answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task A_notification_is_accepted_without_a_body()
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var request = server.Post($"{{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{{\"requestId\":1,{TestServer.Meta}}}}}");
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        var answer = await server.SendAsync(request);
        Assert.Equal((HttpStatusCode.Accepted, ""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task A_response_is_refused()
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var request = server.Post("""{"jsonrpc":"2.0","id":1,"result":{}}""");
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        var answer = await server.SendAsync(request);
        Assert.Equal((400, (int?)-32600), ((int)answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task Discovery_says_who_serves_what()
    {
        await using var server = await TestServer.StartAsync(TestServer.Options() with { Identity = new ServerIdentity("deck", "0.1", "A deck", "Play.") });
        var answer = await server.SendAsync(server.Modern("server/discover"));
        Assert.Equal(
            """{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{"listChanged":true},"logging":{}},"instructions":"Play.","ttlMs":60000,"cacheScope":"public","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"deck","version":"0.1","title":"A deck"}}}}""",
            answer.Body);
    }
}
