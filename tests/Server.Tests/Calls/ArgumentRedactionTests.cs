using Tapedeck.Server.Calls;
using Xunit;

namespace Tapedeck.Server.Tests.Calls;

public sealed class ArgumentRedactionTests
{
    [Theory]
    [InlineData("what no rule names", """{"city":"Rome","n":1.50,"flags":[true,null]}""", """{"city":"Rome","n":1.50,"flags":[true,null]}""")]
    [InlineData("a rule of one's own", """{"email":"a@b.c","Home-Email":"d"}""", """{"email":"[redacted]","Home-Email":"[redacted]"}""")]
    [InlineData("a rule that stands always", """{"apiKey":"x","api_key":"x","AccessToken":"x","db-password":"x"}""", """{"apiKey":"[redacted]","api_key":"[redacted]","AccessToken":"[redacted]","db-password":"[redacted]"}""")]
    [InlineData("a name that is written with an escape", """{"p\u0061ssword":"x"}""", """{"password":"[redacted]"}""")]
    [InlineData("all below a name", """{"a":[{"secrets":{"x":[1,2]},"y":1}]}""", """{"a":[{"secrets":"[redacted]","y":1}]}""")]
    [InlineData("half of a character", """{"a":"\ud800"}""", """{"a":"\uFFFD"}""")]
    [InlineData("no JSON", "{", "[redacted]")]
    public void Is_written(string name, string arguments, string expected) =>
        Assert.Equal(expected, new ArgumentRedaction(["*email"]).Write(System.Text.Encoding.UTF8.GetBytes(arguments)));

    [Fact]
    public void What_is_long_is_cut_and_not_within_a_character()
    {
        var redaction = new ArgumentRedaction([]);
        var text = redaction.Write(System.Text.Encoding.UTF8.GetBytes($$"""{"a":"{{new string('x', 255)}}{{char.ConvertFromUtf32(0x1F600)}}y"}"""));
        Assert.Equal($$"""{"a":"{{new string('x', 255)}}... (258 characters)"}""", text);
        var all = redaction.Write(System.Text.Encoding.UTF8.GetBytes($"{{\"a\":[{string.Join(',', Enumerable.Repeat("1234567", 100_000))}]}}"));
        Assert.InRange(all.Length, ArgumentRedaction.MostCharacters, ArgumentRedaction.MostCharacters + 100);
    }

    [Fact]
    public async Task Events_have_no_arguments_unless_they_are_asked_for()
    {
        using var silent = new Station();
        using var telling = new Station(options: new() { AuditArguments = new ArgumentRedaction(["title"]) });
        foreach (var station in new[] { silent, telling })
        {
            station.Tool("text", Station.Example("text"));
            await station.ApplyAsync();
            await station.ValueAsync("slug", """{"title":"A private matter"}""");
            await station.ValueAsync("count", """{"text":"in public"}""");
        }
        Assert.DoesNotContain(silent.Log.All, line => line.Contains("private", StringComparison.Ordinal) || line.Contains("public", StringComparison.Ordinal));
        Assert.DoesNotContain(telling.Log.All, line => line.Contains("private", StringComparison.Ordinal));
        Assert.Contains(telling.Log.All, line => line.EndsWith("""arguments {"title":"[redacted]"}""", StringComparison.Ordinal));
        Assert.Contains(telling.Log.All, line => line.EndsWith("""arguments {"text":"in public"}""", StringComparison.Ordinal));
    }
}
