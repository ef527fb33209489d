using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Tapedeck.EndToEnd;

/// <summary>What a collector of OpenTelemetry gets.</summary>
public sealed class TelemetryTests
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Theory]
    [InlineData(null, "tapedeck")]
    [InlineData("OTEL_SERVICE_NAME=weather", "weather")]
    [InlineData("OTEL_RESOURCE_ATTRIBUTES=service.name=weather,team=sky", "weather")]
    public async Task What_run_serves_goes_to_the_collector_under_the_name_that_the_environment_gives(string? variable, string service)
    {
        using var collector = new Collector();
        var variables = new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" };
        if (variable?.Split('=', 2) is [var name, var value])
        {
            variables.Add(name, value);
        }
        using var process = Tapedeck.StartIn(Tapedeck.Root, ["run", Tapedeck.Example("text"), "--cache", "none"], variables);
        _ = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteLineAsync(
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slug","arguments":{"title":"A b"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}""");
        Assert.Contains("a-b", await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)), StringComparison.Ordinal);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.All(["/v1/traces", "/v1/metrics"], path => Assert.Contains(
            collector.Received, one => one.Path == path && one.Body.Contains($"\n\fservice.name\u0012{(char)(service.Length + 2)}\n{(char)service.Length}{service}", StringComparison.Ordinal)));
        Assert.Contains(collector.Received, one => one.Body.Contains("tools/call slug", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Parent)]
    public async Task A_collector_gets_a_span_of_each_call_and_the_metrics(string? trace)
    {
        using var collector = new Collector();
        await using var server = await ServedTapedeck.StartInAsync(
            Tapedeck.Root,
            new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf" },
            "--file", Path.Combine(Tapedeck.Root, "examples", "text"));
        using var client = new HttpClient();
        using (var request = CommandTests.CallOf(server.Mcp, "slug", """{"title":"A b"}"""))
        {
            if (trace is not null)
            {
                request.Headers.Add("traceparent", trace);
            }
            using var response = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        await server.TerminateAsync();
        await server.Process.WaitForExitAsync();
        var spans = Assert.Single(collector.Received, one => one.Path == "/v1/traces").Body;
        Assert.Contains("tools/call slug", spans, StringComparison.Ordinal);
        Assert.Contains("default/text", spans, StringComparison.Ordinal);
        var traceId = Encoding.Latin1.GetString(Convert.FromHexString("0af7651916cd43dd8448eb211c80319c"));
        Assert.Equal(trace is not null, spans.Contains(traceId, StringComparison.Ordinal));
        Assert.Contains(collector.Received, one => one.Path == "/v1/metrics" && one.Body.Contains("tapedeck.calls", StringComparison.Ordinal));
    }

    /// <summary>Takes whatever is posted to it.</summary>
    private sealed class Collector : IDisposable
    {
        private readonly HttpListener _listener = new();

        internal Collector()
        {
            using (var port = new TcpListener(IPAddress.Loopback, 0))
            {
                port.Start();
                Address = $"http://127.0.0.1:{((IPEndPoint)port.LocalEndpoint).Port}/";
            }
            _listener.Prefixes.Add(Address);
            _listener.Start();
            _ = TakeAsync();
        }

        internal string Address { get; }

        internal ConcurrentQueue<(string Path, string Body)> Received { get; } = new();

        public void Dispose() => _listener.Close();

        private async Task TakeAsync()
        {
            while (_listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await _listener.GetContextAsync();
                }
                catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                Received.Enqueue((context.Request.Url!.AbsolutePath, Encoding.Latin1.GetString(body.ToArray())));
                context.Response.Close();
            }
        }
    }
}
