using System.Net;
using Xunit;

namespace Tapedeck.Mcp.Tests.Legacy;

/// <summary>Revision 2025-11-25 and before with sessions, as on a laptop.</summary>
public sealed class SessionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static McpOptions Options(params ITool[] tools) => TestServer.Options(tools) with { Sessions = true };

    [Fact]
    public async Task A_session_lists_and_calls_tools()
    {
        await using var server = await TestServer.StartAsync(Options(FuncTool.Echo()));
        var session = await BeginAsync(server);
        Assert.Matches("^[A-Za-z0-9_-]{22}$", session);
        var list = await server.SendAsync(In(session, server.Legacy("tools/list")));
        Assert.Equal("application/json", list.ContentType);
        Assert.Equal("echo", list.Result.GetProperty("tools")[0].GetProperty("name").GetString());
        var call = await server.SendAsync(In(session, server.Legacy("tools/call", """{"name":"echo","arguments":{"a":"\u00e4"}}""")));
        Assert.Contains("\"a\":", call.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_reach_a_tool_as_the_client_wrote_them()
    {
        await using var server = await TestServer.StartAsync(Options(FuncTool.Echo()));
        var session = await BeginAsync(server);
        const string arguments = """{ "text":"中文 \u00e4 +<>&", "number": 1.0e2 }""";
        var call = await server.SendAsync(In(session, server.Legacy("tools/call", $$"""{"name":"echo","arguments":{{arguments}}}""")));
        Assert.Equal(arguments, call.Text);
        Assert.Equal("{}", (await server.SendAsync(In(session, server.Legacy("tools/call", """{"name":"echo"}""")))).Text);
    }

    [Fact]
    public async Task A_session_is_found_by_its_header_alone()
    {
        await using var server = await TestServer.StartAsync(Options(FuncTool.Echo()));
        Assert.Equal(HttpStatusCode.BadRequest, (await server.SendAsync(server.Legacy("tools/list"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(In("nobody", server.Legacy("tools/list")))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.SendAsync(In("nobody", server.Post(StatelessTests.Initialize())))).Status);
    }

    [Fact]
    public async Task A_session_that_was_deleted_is_gone()
    {
        await using var server = await TestServer.StartAsync(Options(FuncTool.Echo()));
        var session = await BeginAsync(server);
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(In(session, new HttpRequestMessage(HttpMethod.Delete, server.Address)))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(In(session, server.Legacy("tools/list")))).Status);
    }

    [Fact]
    public async Task A_session_that_nobody_used_is_gone()
    {
        await using var server = await TestServer.StartAsync(Options(FuncTool.Echo()) with { Limits = new McpLimits { SessionIdle = TimeSpan.FromSeconds(2) } });
        var session = await BeginAsync(server);
        await Task.Delay(TimeSpan.FromSeconds(4));
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(In(session, server.Legacy("tools/list")))).Status);
    }

    [Fact]
    public async Task Sessions_are_counted()
    {
        await using var server = await TestServer.StartAsync(Options(FuncTool.Echo()) with { Limits = new McpLimits { Sessions = 1 } });
        await BeginAsync(server);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.SendAsync(server.Post(StatelessTests.Initialize()))).Status);
    }

    [Fact]
    public async Task A_call_is_cancelled_by_notification()
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(Options(FuncTool.Hangs("hangs", started, cancelled)));
        var session = await BeginAsync(server);
        var call = server.SendAsync(In(session, server.Legacy("tools/call", """{"name":"hangs"}""", id: "\"c\"")));
        await started.Task.WaitAsync(Patience);
        var answer = await server.SendAsync(In(session, server.Post("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"c"}}""")));
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        await cancelled.Task.WaitAsync(Patience);
        // A stream without an answer, as there is none.
        var ended = await call.WaitAsync(Patience);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream", ""), (ended.Status, ended.ContentType, ended.Body));
        Assert.Equal(HttpStatusCode.OK, (await server.SendAsync(In(session, server.Legacy("tools/list")))).Status);
    }

    [Fact]
    public async Task A_session_whose_calls_were_cancelled_ends_as_one_that_nobody_uses()
    {
        var (started, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await TestServer.StartAsync(Options(FuncTool.Hangs("hangs", started, cancelled)) with { Limits = new McpLimits { SessionIdle = TimeSpan.FromSeconds(1), KeepAlive = TimeSpan.FromMilliseconds(50) } });
        var session = await BeginAsync(server);
        using var call = await StreamOfAsync(server, session, started);
        await server.SendAsync(In(session, server.Post("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}""")));
        Assert.Null(await call.NextAsync().WaitAsync(Patience));
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.NotFound, (await server.SendAsync(In(session, server.Legacy("tools/list")))).Status);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"requestId":"7"}""")]
    [InlineData("""{"requestId":8}""")]
    [InlineData("""{"requestId":7.5}""")]
    [InlineData("""{"requestId":{"id":7}}""")]
    [InlineData("""{"requestId":null}""")]
    public async Task A_cancellation_of_another_request_cancels_nothing(string parameters)
    {
        var (running, finish) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await TestServer.StartAsync(Options(Waits(running, finish)));
        var session = await BeginAsync(server);
        var call = server.SendAsync(In(session, server.Legacy("tools/call", """{"name":"waits"}""", id: "7")));
        await running.Task.WaitAsync(Patience);
        await server.SendAsync(In(session, server.Post($$"""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{{parameters}}}""")));
        finish.SetResult();
        Assert.Equal("done", (await call.WaitAsync(Patience)).Text);
    }

    [Fact]
    public async Task A_change_of_tools_is_told_on_the_stream_even_if_it_came_before_the_stream()
    {
        var options = Options(FuncTool.Echo());
        await using var server = await TestServer.StartAsync(options);
        var session = await BeginAsync(server);
        options.Catalogue.Publish(Catalogue.Empty);
        options.Catalogue.Publish(Catalogue.Empty);
        using var stream = await server.StreamAsync(In(session, Get(server)));
        Assert.Equal("""{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}""", (await stream.NextAsync())?.GetRawText());
        options.Catalogue.Publish(Catalogue.Empty);
        Assert.Equal("""{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}""", (await stream.NextAsync())?.GetRawText());
    }

    [Fact]
    public async Task A_stream_can_be_opened_again()
    {
        var options = Options(FuncTool.Echo()) with { Limits = new McpLimits { KeepAlive = TimeSpan.FromMilliseconds(50) } };
        await using var server = await TestServer.StartAsync(options);
        var session = await BeginAsync(server);
        for (var round = 0; round < 3; round++)
        {
            using var stream = await server.StreamAsync(In(session, Get(server)));
            // A comment shows that the server is at this stream, and at no older one.
            Assert.Equal(":", await stream.NextLineAsync());
        }
    }

    [Fact]
    public async Task A_server_that_ends_ends_its_streams()
    {
        await using var server = await TestServer.StartAsync(Options(FuncTool.Echo()));
        var session = await BeginAsync(server);
        using var stream = await server.StreamAsync(In(session, Get(server)));
        var stopping = server.StopAsync();
        Assert.Null(await stream.NextAsync());
        await stopping.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_server_that_ends_lets_calls_of_sessions_answer()
    {
        var (running, finish) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await TestServer.StartAsync(Options(Waits(running, finish)));
        var (session, idle) = (await BeginAsync(server), await BeginAsync(server));
        using var stream = await server.StreamAsync(In(session, Get(server)));
        using var other = await server.StreamAsync(In(idle, Get(server)));
        var call = server.SendAsync(In(session, server.Legacy("tools/call", """{"name":"waits"}""")));
        await running.Task.WaitAsync(Patience);
        var stopping = server.StopAsync();
        Assert.Null(await stream.NextAsync());
        Assert.Null(await other.NextAsync());
        Assert.False(stopping.IsCompleted);
        finish.SetResult();
        Assert.Equal("done", (await call.WaitAsync(Patience)).Text);
        await stopping.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_tool_may_ask_the_client_first()
    {
        var asks = new InputRequired { InputRequests = """{"who":{"method":"elicitation/create","params":{"mode":"form","message":"Who?","requestedSchema":{"type":"object","properties":{}}}}}"""u8.ToArray() };
        await using var server = await TestServer.StartAsync(Options(new FuncTool("asks", (_, context) => ValueTask.FromResult<ToolReply>(
            context.InputResponses.IsEmpty ? asks : ToolResult.Text("answered")))));
        var session = await BeginAsync(server, """{"elicitation":{}}""");
        using var call = await server.StreamAsync(In(session, server.Legacy("tools/call", """{"name":"asks"}""")));
        var question = (await call.NextAsync())!.Value;
        Assert.Equal("elicitation/create", question.GetProperty("method").GetString());
        var reply = server.Post($$$"""{"jsonrpc":"2.0","id":{{{question.GetProperty("id").GetRawText()}}},"result":{"action":"accept","content":{} } }""");
        Assert.Equal(HttpStatusCode.Accepted, (await server.SendAsync(In(session, reply))).Status);
        Assert.Equal("answered", (await call.NextAsync())?.GetProperty("result").GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Modern_requests_need_no_session()
    {
        await using var server = await TestServer.StartAsync(Options(FuncTool.Says("says", "hi")));
        Assert.Equal("hi", (await server.SendAsync(server.Call("says"))).Text);
        var get = Get(server);
        get.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.SendAsync(get)).Status);
    }

    /// <summary>Answers when a test says so.</summary>
    private static FuncTool Waits(TaskCompletionSource running, TaskCompletionSource finish) => new("waits", async (_, context) =>
    {
        running.TrySetResult();
        await finish.Task.WaitAsync(context.Cancellation);
        return ToolResult.Text("done");
    });

    /// <summary>A call of the tool that hangs, with the id 7, whose answer is a stream already.</summary>
    private static async Task<EventReader> StreamOfAsync(TestServer server, string session, TaskCompletionSource started)
    {
        var call = await server.StreamAsync(In(session, server.Legacy("tools/call", """{"name":"hangs"}""", id: "7")));
        await started.Task.WaitAsync(Patience);
        return call;
    }

    private static async Task<string> BeginAsync(TestServer server, string capabilities = "{}")
    {
        var answer = await server.SendAsync(server.Post(StatelessTests.Initialize(capabilities: capabilities)));
        var session = answer.Response.Headers.GetValues("Mcp-Session-Id").Single();
        var initialized = In(session, server.Post("""{"jsonrpc":"2.0","method":"notifications/initialized"}"""));
        Assert.Equal(HttpStatusCode.Accepted, (await server.SendAsync(initialized)).Status);
        return session;
    }

    private static HttpRequestMessage Get(TestServer server)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, server.Address);
        request.Headers.Add("Accept", "text/event-stream");
        return request;
    }

    private static HttpRequestMessage In(string session, HttpRequestMessage request)
    {
        request.Headers.Add("Mcp-Session-Id", session);
        return request;
    }
}
