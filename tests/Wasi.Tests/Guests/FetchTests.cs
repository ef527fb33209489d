using System.Text;
using Tapedeck.Components.Values;
using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Tests.Http;
using Xunit;

namespace Tapedeck.Wasi.Tests.Guests;

/// <summary><c>fetch</c> of JavaScript, against a server here.</summary>
public sealed class FetchTests
{
    private const string Policy = "network: {allow: [{host: api.example.com, ports: [80], schemes: [http], methods: [GET], pathPrefix: /api}]}";

    [ComponentFact]
    public async Task Fetches_what_is_granted()
    {
        using var server = new TestServer(TestServer.Ok("hello"));
        var network = new TestNetwork(server.Endpoint);
        Assert.Equal("ok: 200 hello", await Fetch(network, Policy, "http://api.example.com/api/x?q=1"));
        var request = Assert.Single(server.Requests);
        Assert.StartsWith("GET /api/x?q=1 HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nHost: api.example.com\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nx-demo: 1\r\n", request, StringComparison.OrdinalIgnoreCase);
        Assert.Equal([$"{TestNetwork.PublicAddress}:80"], network.Connected);
    }

    [ComponentFact]
    public async Task Reads_a_long_body_in_chunks()
    {
        using var server = new TestServer(async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
            for (var piece = 0; piece < 100; piece++)
            {
                await stream.WriteAsync(Encoding.Latin1.GetBytes($"1000\r\n{new string('x', 4096)}\r\n"));
            }
            await stream.WriteAsync("0\r\n\r\n"u8.ToArray());
        });
        Assert.Equal("ok: 200 " + new string('x', 409_600), await Fetch(new TestNetwork(server.Endpoint), Policy, "http://api.example.com/api"));
    }

    [ComponentTheory]
    [InlineData("http://api.example.com/other")]
    [InlineData("http://api.example.com/apix")]
    [InlineData("http://api.example.com/api/../other")]
    [InlineData("http://api.example.com:8080/api")]
    [InlineData("http://other.example.com/api")]
    [InlineData("http://127.0.0.1/api")]
    [InlineData("http://2130706433/api")]
    [InlineData("http://0177.0.0.1/api")]
    [InlineData("http://0x7f.1/api")]
    [InlineData("http://[::1]/api")]
    [InlineData("http://[::ffff:127.0.0.1]/api")]
    [InlineData("http://[64:ff9b::7f00:1]/api")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://10.0.0.1/api")]
    public async Task Does_not_reach_what_is_not_granted(string url)
    {
        using var server = new TestServer(TestServer.Ok("secret"));
        var network = new TestNetwork(server.Endpoint);
        network.Names["other.example.com"] = [TestNetwork.PublicAddress];
        Assert.StartsWith("error", await Fetch(network, Policy, url), StringComparison.Ordinal);
        Assert.Empty(network.Connected);
        Assert.Empty(network.LookedUp);
        Assert.Empty(server.Requests);
    }

    [ComponentFact]
    public async Task Reaches_nothing_without_a_policy()
    {
        using var server = new TestServer(TestServer.Ok("secret"));
        var network = new TestNetwork(server.Endpoint);
        Assert.StartsWith("error", await Fetch(network, null, "http://api.example.com/api"), StringComparison.Ordinal);
        Assert.Empty(network.LookedUp);
        Assert.Empty(server.Requests);
    }

    private static async Task<string> Fetch(TestNetwork network, string? policy, string url)
    {
        using var state = new WasiState(Policies.Gate(policy), network.Options);
        var result = (await ComponentFiles.Call("js-fetch-spidermonkey", state, "get", WitValue.String(url)))!.Value;
        return $"{result.CaseName}: {result.CaseValue!.Value.AsString()}";
    }
}
