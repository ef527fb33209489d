using System.Text;
using FsCheck;
using Tapedeck.Mcp.Protocol;
using Xunit;

namespace Tapedeck.Mcp.Tests.Protocol;

public sealed class SurrogatesTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("\\", true)]
    [InlineData("\"\\u0041\"", true)]
    [InlineData("\"\\ud83d\\ude00\"", true)]
    [InlineData("\"\\uD83D\\uDE00\\uD83D\\uDE00\"", true)]
    [InlineData("\"\\\\ud800\"", true)]
    [InlineData("\"\\ud83d\"", false)]
    [InlineData("\"\\ud83d \\ude00\"", false)]
    [InlineData("\"\\ud83d\\n\"", false)]
    [InlineData("\"\\ude00\"", false)]
    [InlineData("\"\\ud83d\\ud83d\\ude00\"", false)]
    [InlineData("\"\\\\\\ud83d\"", false)]
    [InlineData("\"\\ud83d", false)]
    public void Halves_are_found(string json, bool paired) => Assert.Equal(paired, Surrogates.ArePaired(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void They_are_found_where_a_reader_of_JSON_finds_them() => Prop.ForAll(
        Arb.From(Gen.ListOf(Gen.Elements("\\ud83d", "\\ude00", "\\\\", "\\n", "x", "\\u00e4")).Select(static parts => $"\"{string.Concat(parts)}\"")),
        static json => Surrogates.ArePaired(Encoding.UTF8.GetBytes(json)) == CanBeRead(json)).QuickCheckThrowOnFailure();

    private static bool CanBeRead(string json)
    {
        using var document = System.Text.Json.JsonDocument.Parse(json);
        try
        {
            return document.RootElement.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
