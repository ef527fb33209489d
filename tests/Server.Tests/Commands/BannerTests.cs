using System.Text.Json;
using System.Text.RegularExpressions;
using Tapedeck.Server.Commands;
using Tapedeck.Server.Serving;
using Xunit;

namespace Tapedeck.Server.Tests.Commands;

public sealed partial class BannerTests
{
    private static readonly Uri Endpoint = new("http://127.0.0.1:3001/mcp");

    [Fact]
    public async Task The_command_at_hand_is_a_call_that_fits_the_tool()
    {
        using var station = new Station();
        station.Tool("text", Station.Example("text"));
        await station.ApplyAsync();
        var body = JsonDocument.Parse(Body().Match(Banner.Of(Endpoint, null, station.Deck, new ServeOptions { Page = true })).Groups[1].Value).RootElement;
        var call = body.GetProperty("params");
        Assert.Equal("tools/call", body.GetProperty("method").GetString());
        Assert.Contains(station.Served("text").Current!.Tools, tool => tool.Declaration.Name == call.GetProperty("name").GetString());
        Assert.Equal("{\"title\":\"hello\"}", call.GetProperty("arguments").GetRawText());
    }

    [Fact]
    public async Task A_folder_without_tools_is_said_to_have_none()
    {
        using var station = new Station();
        await station.ApplyAsync();
        var text = Banner.Of(Endpoint, null, station.Deck, new ServeOptions { Page = true });
        Assert.Contains("no tool: there is no WasmTool in the files", text, StringComparison.Ordinal);
        Assert.DoesNotContain("curl", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_a_token_says_how_to_send_it_and_has_no_page()
    {
        using var station = new Station();
        station.Tool("text", Station.Example("text"));
        await station.ApplyAsync();
        var text = Banner.Of(Endpoint, new Uri("http://127.0.0.1:9090"), station.Deck, new ServeOptions { Page = true, BearerTokenFile = "/run/token" });
        Assert.Contains("export TOKEN=\"$(cat /run/token)\"", text, StringComparison.Ordinal);
        Assert.Contains($"claude mcp add --transport http tapedeck {Endpoint} --header \"Authorization: Bearer $TOKEN\"", text, StringComparison.Ordinal);
        Assert.Contains($"curl -s {Endpoint} --header \"Authorization: Bearer $TOKEN\" -H", text, StringComparison.Ordinal);
        Assert.Contains("Health, status and metrics are at http://127.0.0.1:9090/", text, StringComparison.Ordinal);
        Assert.DoesNotContain("browser", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:3001/mcp", "http://127.0.0.1:3001/mcp")]
    [InlineData("http://[::]:3001/mcp", "http://127.0.0.1:3001/mcp")]
    [InlineData("http://[::1]:3001/mcp", "http://[::1]:3001/mcp")]
    [InlineData("https://10.0.0.7:3001/mcp", "https://10.0.0.7:3001/mcp")]
    public async Task The_address_that_is_told_is_one_that_a_client_can_ask_for(string served, string told)
    {
        using var station = new Station();
        await station.ApplyAsync();
        Assert.Contains($"MCP is served at {told}\n", Banner.Of(new Uri(served), null, station.Deck, new ServeOptions()), StringComparison.Ordinal);
    }

    [GeneratedRegex("-d '(.+)'")]
    private static partial Regex Body();
}
