using System.Text;
using Xunit;

namespace Tapedeck.Server.Tests.Tools;

/// <summary>What a client gets, byte for byte.</summary>
public sealed class McpToolTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("notes-").FullName;

    [Fact]
    public async Task Texts_of_any_script_go_out_as_they_are()
    {
        File.WriteAllText(Path.Combine(_folder, "中文 <b>&'+ é 😀"), "");
        using var station = await NotesAsync();
        var result = await station.CallAsync("names");
        // .NET's writer has an escape for what is beyond the first 65,536 characters, whatever it is told.
        Assert.Equal("""{"result":["中文 <b>&'+ é \uD83D\uDE00"]}""", Encoding.UTF8.GetString(result.StructuredContent.Span));
        Assert.Equal("""[{"type":"text","text":"[\"中文 <b>&'+ é \\uD83D\\uDE00\"]"}]""", Encoding.UTF8.GetString(result.Content.Span));
    }

    [Theory]
    [InlineData(349_000, "ok")]
    [InlineData(350_000, "limit-response")]
    public async Task The_limit_of_a_response_counts_bytes_of_UTF_8(int characters, string outcome)
    {
        File.WriteAllText(Path.Combine(_folder, "long"), new string('中', characters));
        using var station = await NotesAsync();
        var result = await station.CallAsync("read", """{"name":"long"}""");
        Assert.Equal(outcome, result.IsError ? Station.ErrorOf(result).Code : "ok");
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

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<Station> NotesAsync()
    {
        var station = new Station(volumes: new Dictionary<string, string> { ["notes"] = _folder });
        station.Tool("notes", Station.Example("notes"));
        station.Policy("policy", "storage: {allow: [{volume: {name: notes, emptyDir: {sizeLimit: 1Mi}}, path: /notes, access: [read]}]}");
        await station.ApplyAsync();
        return station;
    }
}
