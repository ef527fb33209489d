using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tapedeck.Mcp.Tests;

/// <summary>A server on a free port of this machine, and a client that says just what a test wants.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    internal const string Meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";

    private readonly WebApplication _app;
    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { Timeout = TimeSpan.FromSeconds(60) };

    private TestServer(WebApplication app, Uri address)
    {
        _app = app;
        Address = address;
    }

    /// <summary>The MCP endpoint.</summary>
    internal Uri Address { get; }

    internal static McpOptions Options(params ITool[] tools) => new()
    {
        Identity = new ServerIdentity("test", "1.2.3"),
        Catalogue = new LiveCatalogue(new Catalogue(tools)),
    };

    internal static Task<TestServer> StartAsync(params ITool[] tools) => StartAsync(Options(tools));

    internal static async Task<TestServer> StartAsync(McpOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapMcp(options);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new TestServer(app, new Uri($"{address}/mcp"));
    }

    /// <summary>A request of the modern era that is right in every way.</summary>
    internal HttpRequestMessage Modern(string method, string? name = null, string parameters = "", string id = "1", string meta = Meta)
    {
        var request = Post($"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{method}\",\"params\":{{{parameters}{(parameters.Length > 0 ? "," : "")}{meta}}}}}");
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", method);
        if (name is not null)
        {
            request.Headers.Add("Mcp-Name", name);
        }
        return request;
    }

    internal HttpRequestMessage Call(string tool, string arguments = "{}", string id = "1", string more = "", string meta = Meta) =>
        Modern("tools/call", tool, $"\"name\":\"{tool}\",\"arguments\":{arguments}{more}", id, meta);

    /// <summary>A request of the legacy era.</summary>
    internal HttpRequestMessage Legacy(string method, string parameters = "{}", string id = "1", string version = "2025-11-25")
    {
        var request = Post($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{parameters}}}""");
        request.Headers.Add("MCP-Protocol-Version", version);
        return request;
    }

    internal HttpRequestMessage Post(string body) => Post(Encoding.UTF8.GetBytes(body));

    internal HttpRequestMessage Post(byte[] body) => Post(new ByteArrayContent(body));

    internal HttpRequestMessage Post(HttpContent body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = body };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Accept", "application/json, text/event-stream");
        return request;
    }

    internal async Task<Answer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        using (request)
        {
            using var response = await _client.SendAsync(request, cancellationToken);
            return await Answer.ReadAsync(response, cancellationToken);
        }
    }

    /// <summary>Sends a request whose answer is read as it comes.</summary>
    internal async Task<EventReader> StreamAsync(HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        using (request)
        {
            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return new EventReader(response);
        }
    }

    internal Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }
}
