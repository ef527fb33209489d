using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tapedeck.Plugin.Calls;

/// <summary>Asks an MCP server that keeps no sessions. <see href="https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http"/></summary>
/// <param name="host">What the server calls itself; null for what the address says.</param>
/// <param name="token">Sent as it is, and never shown.</param>
internal sealed class McpClient(HttpClient http, Uri address, string? host, string? token)
{
    private const string Revision = "2026-07-28";
    private const int LargestAnswer = 128 << 20;

    /// <summary>A server may say of each page that another one follows.</summary>
    private const int MostPages = 100;

    /// <summary>For <see cref="McpClient"/>: one server, no proxy, nothing followed elsewhere.</summary>
    internal static HttpClient MakeHttp(TimeSpan timeout) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false }) { Timeout = timeout, MaxResponseContentBufferSize = LargestAnswer };

    /// <summary>The tools, all pages of them.</summary>
    /// <exception cref="CallException">The server did not answer, or refused.</exception>
    internal async Task<JsonObject[]> ToolsAsync(CancellationToken cancellationToken)
    {
        var tools = new List<JsonObject>();
        JsonNode? cursor = null;
        for (var pages = 0; pages == 0 || cursor is not null; pages++)
        {
            if (pages == MostPages)
            {
                throw new CallException($"the server has more than {MostPages} pages of tools");
            }
            var parameters = new JsonObject();
            if (cursor is not null)
            {
                parameters["cursor"] = cursor.DeepClone();
            }
            var page = await AskAsync("tools/list", null, parameters, cancellationToken);
            tools.AddRange((page["tools"] as JsonArray ?? []).OfType<JsonObject>());
            cursor = page["nextCursor"];
        }
        return [.. tools];
    }

    /// <summary>The result of a call, which may be an error of the tool's.</summary>
    /// <exception cref="CallException">The server did not answer, or refused.</exception>
    internal Task<JsonObject> CallAsync(string tool, JsonObject arguments, CancellationToken cancellationToken) =>
        AskAsync("tools/call", tool, new JsonObject { ["name"] = tool, ["arguments"] = arguments.DeepClone() }, cancellationToken);

    private async Task<JsonObject> AskAsync(string method, string? name, JsonObject parameters, CancellationToken cancellationToken)
    {
        parameters["_meta"] = new JsonObject
        {
            ["io.modelcontextprotocol/protocolVersion"] = Revision,
            ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
            ["io.modelcontextprotocol/clientInfo"] = new JsonObject { ["name"] = "kubectl-tapedeck", ["version"] = "0" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        var body = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters };
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", Revision);
        request.Headers.Add("Mcp-Method", method);
        request.Headers.Host = host;
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (name is not null)
        {
            request.Headers.Add("Mcp-Name", name);
        }
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            var answer = Read(response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? LastEvent(text) : text);
            return answer?["result"] as JsonObject ?? throw new CallException((answer?["error"] as JsonObject)?["message"] is { } message
                ? $"the server refuses {method}: {message}"
                : $"the server answers {(int)response.StatusCode} {response.ReasonPhrase}{Hint((int)response.StatusCode)}");
        }
        catch (HttpRequestException error)
        {
            throw new CallException($"there is no answer from {address}: {error.GetBaseException().Message}");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CallException($"there is no answer from {address} within {http.Timeout.TotalSeconds:0} s");
        }
    }

    private static string Hint(int status) => status switch
    {
        401 => ": it wants a bearer token, --token-file names one",
        403 => ": it does not know the name it is called by; spec.endpoint.hostnames adds names",
        _ => "",
    };

    private static JsonObject? Read(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What comes before the answer is progress. <see href="https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation"/></summary>
    private static string LastEvent(string text) =>
        text.ReplaceLineEndings("\n").Split("\n\n").Select(Data).LastOrDefault(data => data.Length > 0) ?? "";

    private static string Data(string block) => string.Join('\n', block.Split('\n').Where(line => line.StartsWith("data:", StringComparison.Ordinal)).Select(line => line["data:".Length..].TrimStart(' ')));
}
