using System.Text.Json;
using System.Text.RegularExpressions;
using Tapedeck.Server.Commands;
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
        var body = JsonDocument.Parse(Body().Match(Banner.Of(Endpoint, station.Deck)).Groups[1].Value).RootElement;
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
        var text = Banner.Of(Endpoint, station.Deck);
        Assert.Contains("no tool: there is no WasmTool in the files", text, StringComparison.Ordinal);
        Assert.DoesNotContain("curl", text, StringComparison.Ordinal);
    }

    [GeneratedRegex("-d '(.+)'")]
    private static partial Regex Body();
}
