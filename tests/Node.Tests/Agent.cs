using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;

namespace Tapedeck.Node.Tests;

/// <summary>
/// An agent in the cluster: it uses the URL that the tool's status gives. Names of Services are the one thing that the node's DNS does not have, so this
/// takes the Service's address from the API, and everything else, the Host header too, is as it would be.
/// </summary>
internal sealed class Agent : IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _endpoint;

    private Agent(Uri endpoint, IPAddress service)
    {
        _endpoint = endpoint;
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            // Each call anew, so that it goes to a pod that is behind the Service now.
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(service, context.DnsEndPoint.Port, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        })
        { Timeout = TimeSpan.FromSeconds(20) };
        _http.DefaultRequestHeaders.Add("Accept", "application/json, text/event-stream");
    }

    internal static async Task<Agent> OfAsync(TestNode node, string tool)
    {
        var found = await node.Kubectl.FindAsync(TestNode.Namespace, "wasmtool", tool);
        var service = await node.Kubectl.FindAsync(TestNode.Namespace, "service", tool);
        return new Agent(new Uri(found!["status"]!["endpoint"]!.GetValue<string>()), IPAddress.Parse(service!["spec"]!["clusterIP"]!.GetValue<string>()));
    }

    /// <summary>The official client.</summary>
    internal Task<McpClient> ConnectAsync() => McpClient.CreateAsync(
        new HttpClientTransport(new HttpClientTransportOptions { Endpoint = _endpoint, TransportMode = HttpTransportMode.StreamableHttp }, _http, ownsHttpClient: false));

    /// <summary>A call by plain HTTP.</summary>
    /// <returns>The result of the JSON-RPC answer.</returns>
    internal async Task<JsonNode> CallAsync(string function, JsonObject arguments)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint)
        {
            Content = JsonContent.Create(new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["id"] = 1,
                ["method"] = "tools/call",
                ["params"] = new JsonObject { ["name"] = function, ["arguments"] = arguments },
            }),
        };
        request.Headers.Add("MCP-Protocol-Version", "2025-11-25");
        using var answer = await _http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["result"]!;
    }

    internal async Task<JsonNode> GetAsync(string url) => await CallAsync("fetch_get", new JsonObject { ["url"] = url });

    /// <summary>The code of an error; null for none.</summary>
    internal static string? CodeOf(JsonNode result) => result["_meta"]?["tapedeck.dev/error"]?["code"]?.GetValue<string>();

    public void Dispose() => _http.Dispose();
}
