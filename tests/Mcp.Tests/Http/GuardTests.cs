using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Tapedeck.Mcp.Tests.Http;

public sealed class GuardTests
{
    private const string Secret = "s3cret-token";
    private const int Limit = MessageRoom.Free + 4096;

    [Theory]
    [InlineData("its own name", "127.0.0.1", 200)]
    [InlineData("its own name with a port", "127.0.0.1:8080", 200)]
    [InlineData("localhost", "localhost", 200)]
    [InlineData("localhost in capitals", "LOCALHOST:1", 200)]
    [InlineData("IPv6 loopback", "[::1]:80", 200)]
    [InlineData("another name", "evil.example", 403)]
    [InlineData("a name that begins like an allowed one", "localhost.evil.example", 403)]
    [InlineData("a name that ends like an allowed one", "evil-localhost", 403)]
    [InlineData("another address", "10.0.0.1", 403)]
    public async Task A_request_is_served_under_allowed_hosts_only(string name, string host, int status)
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var request = server.Call("echo");
        request.Headers.Host = host;
        Assert.Equal(status, (int)(await server.SendAsync(request)).Status);
    }

    [Theory]
    [InlineData("none", null, 200)]
    [InlineData("a page of this machine", "http://localhost:3000", 200)]
    [InlineData("a page of this machine over TLS", "https://127.0.0.1", 200)]
    [InlineData("another page", "https://evil.example", 403)]
    [InlineData("a page without a name", "null", 403)]
    [InlineData("another scheme", "file://localhost", 403)]
    [InlineData("a name in the place of the user", "http://localhost@evil.example", 403)]
    [InlineData("nothing", "", 403)]
    public async Task A_request_is_served_to_pages_of_allowed_hosts_only(string name, string? origin, int status)
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var request = server.Call("echo");
        if (origin is not null)
        {
            request.Headers.TryAddWithoutValidation("Origin", origin);
        }
        Assert.Equal(status, (int)(await server.SendAsync(request)).Status);
    }

    [Theory]
    [InlineData("both", "application/json, text/event-stream", 200)]
    [InlineData("both, turned, with parameters", "text/event-stream;q=0.5, application/json;q=0.9", 200)]
    [InlineData("everything", "*/*", 200)]
    [InlineData("everything of both", "application/*, text/*", 200)]
    [InlineData("JSON alone", "application/json", 406)]
    [InlineData("events alone", "text/event-stream", 406)]
    [InlineData("one of both refused", "application/json, text/event-stream;q=0", 406)]
    [InlineData("nothing", null, 406)]
    [InlineData("no list at all", "%%%", 406)]
    public async Task A_client_accepts_both_kinds_of_answer(string name, string? accept, int status)
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var request = server.Call("echo");
        request.Headers.Remove("Accept");
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }
        Assert.Equal(status, (int)(await server.SendAsync(request)).Status);
    }

    [Theory]
    [InlineData("JSON", "application/json", 200)]
    [InlineData("JSON in UTF-8", "application/json; charset=utf-8", 200)]
    [InlineData("JSON in UTF-8, quoted", "application/JSON; charset=\"UTF-8\"", 200)]
    [InlineData("JSON in another encoding", "application/json; charset=utf-16", 415)]
    [InlineData("text", "text/plain", 415)]
    [InlineData("a form, which a page may send without asking", "application/x-www-form-urlencoded", 415)]
    [InlineData("nothing", null, 415)]
    [InlineData("nonsense", ";;;", 415)]
    public async Task A_body_is_JSON(string name, string? contentType, int status)
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var request = server.Call("echo");
        request.Content!.Headers.Remove("Content-Type");
        if (contentType is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }
        Assert.Equal(status, (int)(await server.SendAsync(request)).Status);
    }

    [Fact]
    public async Task A_compressed_body_is_refused()
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var request = server.Call("echo");
        request.Content!.Headers.ContentEncoding.Add("gzip");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await server.SendAsync(request)).Status);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    [InlineData("PUT")]
    [InlineData("OPTIONS")]
    [InlineData("PATCH")]
    public async Task Without_sessions_there_is_POST_alone(string method)
    {
        await using var server = await TestServer.StartAsync(FuncTool.Echo());
        var answer = await server.SendAsync(new HttpRequestMessage(new HttpMethod(method), server.Address));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.Status);
        Assert.Equal(["POST"], answer.Response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("the token", "Bearer s3cret-token", 200, null)]
    [InlineData("the scheme in small letters", "bearer s3cret-token", 200, null)]
    [InlineData("another token", "Bearer s3cret-tokem", 401, "Bearer error=\"invalid_token\"")]
    [InlineData("the token with more behind it", "Bearer s3cret-token2", 401, "Bearer error=\"invalid_token\"")]
    [InlineData("a part of the token", "Bearer s3cret", 401, "Bearer error=\"invalid_token\"")]
    [InlineData("another scheme", "Basic czNjcmV0LXRva2Vu", 401, "Bearer error=\"invalid_token\"")]
    [InlineData("nothing behind the scheme", "Bearer ", 401, "Bearer error=\"invalid_token\"")]
    [InlineData("nothing", null, 401, "Bearer")]
    public async Task A_caller_presents_the_token(string name, string? authorization, int status, string? challenge)
    {
        await using var server = await TestServer.StartAsync(TestServer.Options(WhoAmI()) with { BearerToken = new BearerToken(Secret) });
        var request = server.Call("whoami");
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }
        var answer = await server.SendAsync(request);
        Assert.Equal(status, (int)answer.Status);
        Assert.Equal(challenge, answer.Response.Headers.WwwAuthenticate.SingleOrDefault()?.ToString());
        Assert.DoesNotContain(Secret, answer.Body);
        if (status == 200)
        {
            Assert.Equal("bearer", answer.Text);
        }
    }

    [Fact]
    public async Task A_token_can_be_replaced_while_the_server_runs()
    {
        var token = new BearerToken(Secret);
        await using var server = await TestServer.StartAsync(TestServer.Options(WhoAmI()) with { BearerToken = token });
        token.Replace("another");
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(Secret)).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("another")).Status);

        Task<Answer> SendAsync(string secret)
        {
            var request = server.Call("whoami");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
            return server.SendAsync(request);
        }
    }

    [Fact]
    public async Task Without_a_token_a_caller_is_anonymous()
    {
        await using var server = await TestServer.StartAsync(WhoAmI());
        Assert.Equal("anonymous", (await server.SendAsync(server.Call("whoami"))).Text);
    }

    [Theory]
    [InlineData("with a length", false)]
    [InlineData("in chunks", true)]
    public async Task A_body_beyond_the_limit_is_refused(string name, bool chunked)
    {
        await using var server = await TestServer.StartAsync(TestServer.Options(FuncTool.Echo()) with { Room = new MessageRoom(Limit, 4 * Limit) });
        var request = server.Call("echo", $$"""{"text":"{{new string('x', Limit)}}"}""");
        request.Headers.TransferEncodingChunked = chunked;
        var answer = await server.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.Equal(-32600, answer.ErrorCode);
    }

    [Fact]
    public async Task A_body_of_just_the_limit_is_served_and_one_byte_more_is_not()
    {
        await using var server = await TestServer.StartAsync(TestServer.Options(FuncTool.Echo()) with { Room = new MessageRoom(Limit, 4 * Limit) });
        var around = (await server.Call("echo", "{\"text\":\"\"}").Content!.ReadAsByteArrayAsync()).Length;
        foreach (var (length, status) in new[] { (Limit, HttpStatusCode.OK), (Limit + 1, HttpStatusCode.RequestEntityTooLarge) })
        {
            var answer = await server.SendAsync(server.Call("echo", $$"""{"text":"{{new string('x', length - around)}}"}"""));
            Assert.Equal(status, answer.Status);
        }
    }

    [Fact]
    public async Task A_body_larger_than_the_servers_own_limit_is_served_where_ours_allows_it()
    {
        await using var server = await TestServer.StartAsync(TestServer.Options(Counts()) with { Room = new MessageRoom(64 << 20, 256 << 20) });
        var answer = await server.SendAsync(server.Call("counts", $$"""{"text":"{{new string('x', 40 << 20)}}"}"""));
        Assert.Equal(((40 << 20) + 11).ToString(), answer.Text);
    }

    [Fact]
    public async Task Large_bodies_beyond_the_room_for_all_are_to_be_sent_again_later()
    {
        var room = new MessageRoom(1 << 20, 2 << 20);
        await using var server = await TestServer.StartAsync(TestServer.Options(Counts()) with { Room = room });
        var text = new string('x', 300 << 10);
        using var leaves = new CancellationTokenSource();
        // Half of the room each, and never all that they promised.
        var held = Enumerable.Range(0, 2).Select(_ => server.SendAsync(server.Post(new PartialContent(400 << 10, 450 << 10)), leaves.Token)).ToArray();
        await WaitUntilAsync(() => room.Taken == 2 << 20);
        var refused = await server.SendAsync(server.Call("counts", $$"""{"text":"{{text}}"}"""));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "1"), (refused.Status, refused.Response.Headers.RetryAfter?.ToString()));
        Assert.Equal("16", (await server.SendAsync(server.Call("counts", """{"text":"small"}"""))).Text);

        await leaves.CancelAsync();
        await Task.WhenAll(held.Select(one => Assert.ThrowsAnyAsync<OperationCanceledException>(() => one)));
        await WaitUntilAsync(() => room.Taken == 0);
        Assert.Equal($"{text.Length + 11}", (await server.SendAsync(server.Call("counts", $$"""{"text":"{{text}}"}"""))).Text);
        await WaitUntilAsync(() => room.Taken == 0);
    }

    [Fact]
    public async Task Large_bodies_that_do_not_go_on_give_their_room_to_others()
    {
        var room = new MessageRoom(1 << 20, 4 << 20);
        await using var server = await TestServer.StartAsync(TestServer.Options(Counts()) with { Room = room, Limits = new McpLimits { Piece = TimeSpan.FromMilliseconds(500) } });
        // One of them has only what is nobody's business, which it may keep; the others have all the room that there is.
        using var small = await BeginAsync(server, 60 << 10);
        for (var one = 0; one < 4; one++)
        {
            using var held = await BeginAsync(server, 400 << 10);
            using var answer = new StreamReader(held.GetStream());
            Assert.StartsWith("HTTP/1.1 408 ", await answer.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30)), StringComparison.Ordinal);
        }
        await WaitUntilAsync(() => room.Taken == 0);
        var text = new string('x', 300 << 10);
        Assert.Equal($"{text.Length + 11}", (await server.SendAsync(server.Call("counts", $$"""{"text":"{{text}}"}"""))).Text);
        Assert.Equal(0, small.Available);
    }

    [Theory]
    [InlineData("stops", 0)]
    [InlineData("goes on byte by byte", 1)]
    [InlineData("goes on with half of what it should", 16 << 10)]
    public async Task A_body_that_has_taken_room_gives_it_back_within_three_seconds_where_it(string name, int bytes)
    {
        var time = new ManualTime();
        var room = new MessageRoom(1 << 20, 4 << 20);
        await using var server = await TestServer.StartAsync(TestServer.Options(Counts()) with { Room = room, Time = time });
        using var client = await BeginAsync(server, MessageRoom.Free + 1);
        await WaitUntilAsync(() => room.Taken == 256 << 10);
        for (var half = 0; half < 3; half++)
        {
            time.Advance(TimeSpan.FromSeconds(0.5));
            Assert.Equal(0, client.Available);
            await client.GetStream().WriteAsync(new byte[bytes]);
            // Until it is read, of which nothing can be seen.
            await Task.Delay(50);
        }
        time.Advance(TimeSpan.FromSeconds(1));
        using var answer = new StreamReader(client.GetStream());
        Assert.StartsWith("HTTP/1.1 408 ", await answer.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30)), StringComparison.Ordinal);
        await WaitUntilAsync(() => room.Taken == 0);
    }

    [Fact]
    public async Task A_large_body_that_goes_on_may_take_its_time()
    {
        var time = new ManualTime();
        var room = new MessageRoom(1 << 20, 4 << 20);
        await using var server = await TestServer.StartAsync(TestServer.Options(Counts()) with { Room = room, Time = time });
        var text = new string('x', 600 << 10);
        var request = server.Call("counts", $$"""{"text":"{{text}}"}""");
        request.Content = new SlowContent(await request.Content!.ReadAsByteArrayAsync(), [66 << 10, 260 << 10, 520 << 10], async sent =>
        {
            await WaitUntilAsync(() => room.Taken >= 2 * sent);
            time.Advance(TimeSpan.FromSeconds(1.9));
        });
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        Assert.Equal($"{text.Length + 11}", (await server.SendAsync(request)).Text);
        Assert.Equal(0, room.Taken);
    }

    [Fact]
    public async Task Twenty_clients_with_seventy_megabytes_each_take_no_more_memory_than_the_room()
    {
        const int megabytes = 70 << 20;
        var room = new MessageRoom(72 << 20, 256 << 20);
        await using var server = await TestServer.StartAsync(TestServer.Options(Counts()) with { Room = room });
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var leaves = new CancellationTokenSource();
        var bodies = Enumerable.Range(0, 20).Select(_ => new PartialContent(megabytes, megabytes + 1)).ToArray();
        var clients = Array.ConvertAll(bodies, body => server.SendAsync(server.Post(body), leaves.Token));
        await Task.WhenAll(bodies.Select(body => body.IsSent)).WaitAsync(TimeSpan.FromMinutes(1));
        var after = GC.GetTotalMemory(forceFullCollection: true);
        Assert.InRange(after - before, 0, 512 << 20);
        Assert.InRange(room.Taken, 0, 256 << 20);
        await leaves.CancelAsync();
        foreach (var client in clients)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => client);
        }
        await WaitUntilAsync(() => room.Taken == 0);
    }

    /// <summary>Sends a part of a large body.</summary>
    private static async Task<TcpClient> BeginAsync(TestServer server, int sent)
    {
        var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port);
        var head = $"POST /mcp HTTP/1.1\r\nHost: {server.Address.Authority}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: {450 << 10}\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head.PadRight(head.Length + sent)));
        return client;
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 1_000 && !condition(); i++)
        {
            await Task.Delay(20);
        }
        Assert.True(condition());
    }

    private static FuncTool WhoAmI() => new("whoami", static (_, context) => ValueTask.FromResult<ToolReply>(ToolResult.Text(context.Caller)));

    private static FuncTool Counts() => new("counts", static (arguments, _) => ValueTask.FromResult<ToolReply>(ToolResult.Text(arguments.Length.ToString())));
}
