using System.Text;
using Xunit;

namespace Tapedeck.Mcp.Tests.Http;

/// <summary>Bodies that are wrong before anybody asks which era they are of.</summary>
public sealed class MalformedMessageTests
{
    [Theory]
    [InlineData("nothing", "", -32700)]
    [InlineData("no JSON", "hello", -32700)]
    [InlineData("half a message", """{"jsonrpc":"2.0","id":1,""", -32700)]
    [InlineData("two messages", """{"jsonrpc":"2.0","id":1,"method":"ping"}{}""", -32700)]
    [InlineData("a trailing comma", """{"jsonrpc":"2.0","id":1,"method":"ping",}""", -32700)]
    [InlineData("a comment", """{"jsonrpc":"2.0",/* */"id":1,"method":"ping"}""", -32700)]
    [InlineData("a name that stands twice", """{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}""", -32700)]
    [InlineData("a name that stands twice, once escaped", """{"jsonrpc":"2.0","id":1,"\u0069d":2,"method":"ping"}""", -32700)]
    [InlineData("a name that stands twice, deep in the arguments", """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"a":[{"b":1,"b":2}]}}}""", -32700)]
    [InlineData("half a character", """{"jsonrpc":"2.0","id":1,"method":"\ud800"}""", -32700)]
    [InlineData("the other half alone", """{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"\udc00"}}""", -32700)]
    [InlineData("halves in the wrong order", """{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"\udc00\ud800"}}""", -32700)]
    [InlineData("a batch", """[{"jsonrpc":"2.0","id":1,"method":"ping"}]""", -32600)]
    [InlineData("an empty batch", "[]", -32600)]
    [InlineData("a string", "\"ping\"", -32600)]
    [InlineData("null", "null", -32600)]
    [InlineData("no version", """{"id":1,"method":"ping"}""", -32600)]
    [InlineData("another version", """{"jsonrpc":"1.0","id":1,"method":"ping"}""", -32600)]
    [InlineData("a version that is a number", """{"jsonrpc":2.0,"id":1,"method":"ping"}""", -32600)]
    [InlineData("an id of null", """{"jsonrpc":"2.0","id":null,"method":"ping"}""", -32600)]
    [InlineData("an id with a fraction", """{"jsonrpc":"2.0","id":1.5,"method":"ping"}""", -32600)]
    [InlineData("an id that is an object", """{"jsonrpc":"2.0","id":{},"method":"ping"}""", -32600)]
    [InlineData("a method that is a number", """{"jsonrpc":"2.0","id":1,"method":7}""", -32600)]
    [InlineData("no method", """{"jsonrpc":"2.0","id":1}""", -32600)]
    [InlineData("a method and a result", """{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}""", -32600)]
    [InlineData("a result and an error", """{"jsonrpc":"2.0","id":1,"result":{},"error":{}}""", -32600)]
    [InlineData("params that are an array", """{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}""", -32600)]
    [InlineData("params of null", """{"jsonrpc":"2.0","id":1,"method":"ping","params":null}""", -32600)]
    [InlineData("_meta that is an array", """{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":[]}}""", -32602)]
    [InlineData("a progress token that is an object", """{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":{}}}}""", -32602)]
    [InlineData("a response to nothing", """{"jsonrpc":"2.0","id":1,"result":{}}""", -32600)]
    public async Task A_message_that_is_wrong_is_refused_with_400(string name, string body, int code)
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var answer = await server.SendAsync(server.Post(body));
        Assert.Equal(400, (int)answer.Status);
        Assert.Equal(code, answer.ErrorCode);
        Assert.Equal("application/json", answer.ContentType);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_refused()
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        byte[] body = [.. "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"p"u8, 0xC0, 0xAF, .. "\"}"u8];
        Assert.Equal(-32700, (await server.SendAsync(server.Post(body))).ErrorCode);
    }

    [Theory]
    [InlineData(64, 200)]
    [InlineData(65, 400)]
    public async Task Nesting_is_limited(int depth, int status)
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        // The message, its params and the arguments are three levels.
        var nested = new string('[', depth - 3) + new string(']', depth - 3);
        Assert.Equal(status, (int)(await server.SendAsync(server.Call("echo", $$"""{"a":{{nested}}}"""))).Status);
    }

    [Fact]
    public async Task An_error_carries_the_id_if_that_could_be_read()
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var read = await server.SendAsync(server.Post("""{"jsonrpc":"1.0","id":"a\u0041","method":"ping"}"""));
        Assert.Contains("\"id\":\"a\\u0041\"", read.Body, StringComparison.Ordinal);
        var unread = await server.SendAsync(server.Post("{"));
        Assert.False(unread.Json.TryGetProperty("id", out _));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-9007199254740993")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("\"\"")]
    [InlineData("\"\\ud83d\\ude00\"")]
    public async Task An_id_comes_back_as_it_was_written(string id)
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var answer = await server.SendAsync(server.Call("echo", id: id));
        Assert.StartsWith($$"""{"jsonrpc":"2.0","id":{{id}},""", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_without_end_is_refused()
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var answer = await server.SendAsync(server.Call("echo", id: $"\"{new string('x', 300)}\""));
        Assert.Equal((400, (int?)-32600), ((int)answer.Status, answer.ErrorCode));
    }

    [Fact]
    public async Task A_hundred_thousand_names_in_one_object_are_read_quickly()
    {
        await using var server = await TestServer.StartAsync(FuncTool.Says("says", "done"));
        var members = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"k{i}\":0"));
        var answer = await server.SendAsync(server.Call("says", $"{{{members}}}")).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("done", answer.Text);
    }

    [Theory]
    [InlineData("values up to the limit", "[{0}]", "1", 995, 200)]
    [InlineData("one value more", "[{0}]", "1", 996, 400)]
    [InlineData("objects", "[{0}]", "{}", 996, 400)]
    [InlineData("members", "{{{0}}}", "NAME:1", 996, 400)]
    [InlineData("commas in a text are no values", "\"{0}\"", "1", 5_000, 200)]
    public async Task Values_are_counted(string name, string around, string value, int count, int status)
    {
        await using var server = await TestServer.StartAsync(TestServer.Options(FuncTool.Says("says", "")) with { Limits = new McpLimits { MessageValues = 1_000 } });
        // Three members of the message, two of its params and one of its metadata are not the first of theirs.
        var values = string.Join(',', Enumerable.Range(0, count).Select(i => value.Replace("NAME", $"\"n{i}\"", StringComparison.Ordinal)));
        var answer = await server.SendAsync(server.Call("says", $$"""{"a":{{string.Format(around, values)}}}"""));
        Assert.Equal(status, (int)answer.Status);
    }

    [Fact]
    public async Task What_a_client_sent_comes_back_shortened()
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var method = new string('m', 100_000);
        var answer = await server.SendAsync(server.Post(Encoding.UTF8.GetBytes($$$"""{"jsonrpc":"2.0","id":1,"method":"{{{method}}}","params":{}}""")));
        Assert.Equal(-32601, answer.ErrorCode);
        Assert.InRange(answer.Body.Length, 1, 500);
    }
}
