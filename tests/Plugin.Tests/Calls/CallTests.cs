using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tapedeck.Plugin.Calls;
using Xunit;

namespace Tapedeck.Plugin.Tests.Calls;

public sealed class CallTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<(string Text, string Type, int Status, TaskCompletionSource Given)> _answers = [];
    private readonly List<string> _asked = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("tapedeck-plugin").FullName;
    private WebApplication _server = null!;
    private int _port;

    /// <summary>On loopback, and whatever name it is asked by.</summary>
    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync();
        _port = new Uri(_server.Urls.Single()).Port;
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_call_is_one_request_with_the_name_of_the_Service_and_the_token()
    {
        var serving = AnswerAsync("""{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"sunny"}]}}""");
        using var http = McpClient.MakeHttp(TimeSpan.FromSeconds(10));
        var result = await new McpClient(http, new Uri($"http://127.0.0.1:{_port}/mcp"), $"weather.team.svc:{_port}", "secret").CallAsync("forecast", new() { ["city"] = "Ghent" }, default);
        await serving;
        Assert.Equal("sunny", result["content"]![0]!["text"]!.GetValue<string>());
        var asked = Assert.Single(_asked);
        foreach (var part in new[] { "POST /mcp", "Mcp-Method: tools/call", "Mcp-Name: forecast", "MCP-Protocol-Version: 2026-07-28", "Authorization: Bearer secret", $"Host: weather.team.svc:{_port}", "\"city\":\"Ghent\"" })
        {
            Assert.Contains(part, asked, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Progress_before_the_answer_is_passed_over()
    {
        var serving = AnswerAsync("event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\nevent: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[]}}\n\n", "text/event-stream");
        Assert.NotNull((await ClientOf(out _).CallAsync("f", [], default))["content"]);
        await serving;
    }

    [Fact]
    public async Task All_pages_of_tools_are_read()
    {
        var serving = AnswerAsync(
            """{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a"}],"nextCursor":"x"}}""", "application/json", """{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"b"}]}}""");
        Assert.Equal(["a", "b"], (await ClientOf(out _).ToolsAsync(default)).Select(tool => tool["name"]!.GetValue<string>()));
        await serving;
        Assert.Contains("\"cursor\":\"x\"", _asked[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_whose_pages_never_end_is_left()
    {
        var serving = AnswerAsync([.. Enumerable.Repeat("""{"jsonrpc":"2.0","id":1,"result":{"tools":[],"nextCursor":"x"}}""", 100)]);
        var error = await Assert.ThrowsAsync<CallException>(() => ClientOf(out _).ToolsAsync(default));
        await serving;
        Assert.Equal("the server has more than 100 pages of tools", error.Message);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"unknown tool"}}""", 200, "the server refuses tools/call: unknown tool")]
    [InlineData("", 401, "the server answers 401 Unauthorized: it wants a bearer token, --token-file names one")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":"no"}""", 400, "the server answers 400 Bad Request")]
    [InlineData("<html>", 502, "the server answers 502 Bad Gateway")]
    public async Task What_is_refused_is_said(string answer, int status, string expected)
    {
        var serving = AnswerAsync(answer, status: status);
        var error = await Assert.ThrowsAsync<CallException>(() => ClientOf(out _).CallAsync("f", [], default));
        await serving;
        Assert.Equal(expected, error.Message);
    }

    [Fact]
    public async Task A_way_is_what_kubectl_forwards_and_it_ends_with_the_call()
    {
        var kubectl = Script($"echo \"$@\" >'{_folder}/asked'; echo $$ >'{_folder}/pid'; echo 'Forwarding from 127.0.0.1:4321 -> 8080'; exec sleep 60");
        await using (var way = await Forwarding.OpenAsync(kubectl, ["--namespace", "team", "service/weather", ":80"], default))
        {
            Assert.Equal(4321, way.Port);
        }
        Assert.Equal("port-forward --address 127.0.0.1 --namespace team service/weather :80\n", await File.ReadAllTextAsync($"{_folder}/asked"));
        Assert.False(Directory.Exists($"/proc/{(await File.ReadAllTextAsync($"{_folder}/pid")).Trim()}"));
    }

    [Fact]
    public async Task A_way_that_there_is_not_is_told_in_the_words_of_kubectl()
    {
        var error = await Assert.ThrowsAsync<CallException>(() => Forwarding.OpenAsync(Script("echo 'services \"weather\" not found' >&2; exit 1"), [], default));
        Assert.Equal("kubectl port-forward ended: services \"weather\" not found", error.Message);
        Assert.Contains("cannot be started", (await Assert.ThrowsAsync<CallException>(() => Forwarding.OpenAsync($"{_folder}/none", [], default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubectl_comes_from_PATH_and_never_from_the_current_folder()
    {
        var here = Path.Combine(Directory.GetCurrentDirectory(), $"kubectl-{Guid.NewGuid():n}");
        File.Copy(Script("echo 'Forwarding from 127.0.0.1:4321 -> 8080'; exec sleep 60"), here);
        try
        {
            var error = await Assert.ThrowsAsync<CallException>(() => Forwarding.OpenAsync(Path.GetFileName(here), [], default));
            Assert.EndsWith("is in no folder of PATH; --url calls without it", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(here);
        }
    }

    private McpClient ClientOf(out HttpClient http)
    {
        http = McpClient.MakeHttp(TimeSpan.FromSeconds(10));
        return new McpClient(http, new Uri($"http://127.0.0.1:{_port}/mcp"), null, null);
    }

    private string Script(string body)
    {
        var file = Path.Combine(_folder, $"kubectl-{Guid.NewGuid():n}");
        File.WriteAllText(file, $"#!/bin/sh\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        return file;
    }

    private Task AnswerAsync(string answer, string type = "application/json", string? next = null, int status = 200) => AnswerAsync([answer, .. next is null ? [] : new[] { next }], type, status);

    /// <returns>Ends when all of them are given.</returns>
    private Task AnswerAsync(string[] answers, string type = "application/json", int status = 200)
    {
        var given = answers.Select(_ => new TaskCompletionSource()).ToArray();
        foreach (var (text, done) in answers.Zip(given))
        {
            _answers.Enqueue((text, type, status, done));
        }
        return Task.WhenAll(given.Select(done => done.Task));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        using var reader = new StreamReader(request.Body);
        _asked.Add($"{request.Method} {request.Path}\n{string.Join('\n', request.Headers.Select(header => $"{header.Key}: {header.Value}"))}\n{await reader.ReadToEndAsync()}");
        if (!_answers.TryDequeue(out var answer))
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.Type;
        await context.Response.WriteAsync(answer.Text);
        await context.Response.CompleteAsync();
        answer.Given.SetResult();
    }
}
