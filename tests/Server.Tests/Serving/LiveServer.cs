using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Tapedeck.Server.Serving;

namespace Tapedeck.Server.Tests.Serving;

/// <summary>A host that serves a station on free ports of loopback until it is disposed of.</summary>
internal sealed class LiveServer : IAsyncDisposable
{
    private const string Meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";

    /// <summary>For what will come if nothing is wrong, on a machine that has no time for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _stop = new();

    private LiveServer(ServeOptions options, Station station, out TaskCompletionSource started)
    {
        var served = started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Running = new ServeHost(station.Runtime, options, station.Files, station.Loggers).RunAsync(
            (mcp, operations) =>
            {
                (Root, Operations) = (mcp, operations!);
                served.SetResult();
            },
            _stop.Token);
    }

    /// <summary>Ends when the host has ended.</summary>
    internal Task Running { get; }

    internal Uri Root { get; private set; } = null!;

    internal Uri Mcp => new(Root, "mcp");

    internal Uri Operations { get; private set; } = null!;

    internal HttpClient Client { get; } = new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = 1_000,
        SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject.StartsWith("CN=leaf-", StringComparison.Ordinal) == true },
        PooledConnectionLifetime = TimeSpan.Zero,
    })
    {
        Timeout = Patience,
    };

    internal static async Task<LiveServer> StartAsync(Station station, ServeOptions? options = null)
    {
        var server = new LiveServer(
            (options ?? new ServeOptions()) with { Mcp = new IPEndPoint(IPAddress.Loopback, 0), Operations = new IPEndPoint(IPAddress.Loopback, 0), Interval = TimeSpan.FromMilliseconds(100) },
            station,
            out var started);
        await Task.WhenAny(started.Task, server.Running).WaitAsync(Patience);
        if (server.Running.IsFaulted)
        {
            await server.Running;
        }
        await started.Task;
        return server;
    }

    internal static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    internal HttpRequestMessage Call(string tool, string arguments = "{}")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Mcp)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(
                $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{{\"name\":\"{tool}\",\"arguments\":{arguments},{Meta}}}}}")),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Accept", "application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", "tools/call");
        request.Headers.Add("Mcp-Name", tool);
        return request;
    }

    internal async Task<HttpStatusCode> StatusOfAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await Client.SendAsync(request);
            return response.StatusCode;
        }
    }

    /// <summary>The result of a call: its value, or the code of its error; the whole answer where it has no result.</summary>
    internal async Task<string> AnswerAsync(string tool, string arguments = "{}")
    {
        using var request = Call(tool, arguments);
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        using var json = JsonDocument.Parse(text.StartsWith('{') ? text : text.Split("data:")[^1]);
        if (!json.RootElement.TryGetProperty("result", out var result))
        {
            return $"no result: {text}";
        }
        return result.TryGetProperty("structuredContent", out var value)
            ? value.GetProperty("result").GetRawText()
            : result.GetProperty("_meta").GetProperty("tapedeck.dev/error").GetProperty("code").GetString()!;
    }

    internal void Stop() => _stop.Cancel();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Running.WaitAsync(Patience);
        Client.Dispose();
        _stop.Dispose();
    }
}
