using System.Text;
using Xunit;

namespace Tapedeck.Server.Tests.Tools;

/// <summary>What a client gets, byte for byte.</summary>
public sealed class McpToolTests
{
    [Fact]
    public async Task Texts_of_any_script_go_out_as_they_are()
    {
        using var station = new Station();
        station.Tool("table", Station.Example("table"));
        await station.ApplyAsync();
        var result = await station.CallAsync("sums", """{"csv":"中文 <b>&'+ é 😀\n1.5"}""");
        // .NET's writer has an escape for what is beyond the first 65,536 characters, whatever it is told.
        Assert.Equal("""{"result":[["中文 <b>&'+ é \uD83D\uDE00",1.5]]}""", Encoding.UTF8.GetString(result.StructuredContent.Span));
        Assert.Equal("""[{"type":"text","text":"[[\"中文 <b>&'+ é \\uD83D\\uDE00\",1.5]]"}]""", Encoding.UTF8.GetString(result.Content.Span));
    }

    [Fact]
    public async Task The_limit_of_a_response_counts_bytes_of_UTF_8()
    {
        using var station = new Station();
        station.Tool("table", Station.Example("table"), "limits: {arguments: 4Mi}");
        await station.ApplyAsync();
        foreach (var (characters, outcome) in new[] { (349_000, "ok"), (350_000, "limit-response") })
        {
            var result = await station.CallAsync("sums", $$"""{"csv":"{{new string('中', characters)}}\n1"}""");
            Assert.Equal(outcome, result.IsError ? Station.ErrorOf(result).Code : "ok");
        }
    }

    [Fact]
    public async Task An_error_says_its_message_as_it_is()
    {
        using var station = new Station();
        station.Tool("text", Station.Example("text"));
        await station.ApplyAsync();
        var result = await station.CallAsync("slug", """{"中文 <b>":1}""");
        Assert.Contains("unknown member \\\"中文 <b>\\\"", Encoding.UTF8.GetString(result.Meta.Span), StringComparison.Ordinal);
        Assert.Contains("unknown member \\\"中文 <b>\\\"", Encoding.UTF8.GetString(result.Content.Span), StringComparison.Ordinal);
    }
}
