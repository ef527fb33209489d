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
