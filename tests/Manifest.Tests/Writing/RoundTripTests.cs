using Tapedeck.Manifest.Writing;
using Tapedeck.Policy.Writing;
using Xunit;

namespace Tapedeck.Manifest.Tests.Writing;

public sealed class RoundTripTests
{
    public static TheoryData<string> Tools => [Files.Whole, Files.Tool(Files.Component)];

    [Theory, MemberData(nameof(Tools))]
    public void What_is_written_as_YAML_says_what_was_read(string text)
    {
        var written = YamlText.Write(WasmToolNodes.Of(Files.Read(text)));
        Assert.Equal(written, YamlText.Write(WasmToolNodes.Of(Files.Read(written))));
    }

    [Theory, MemberData(nameof(Tools))]
    public void What_is_written_as_JSON_says_what_was_read(string text) =>
        Assert.Equal(
            YamlText.Write(WasmToolNodes.Of(Files.Read(text))),
            YamlText.Write(WasmToolNodes.Of(Files.Read(JsonText.Write(WasmToolNodes.Of(Files.Read(text)))))));

    [Fact]
    public void Nothing_of_a_whole_tool_is_lost()
    {
        // The interval is written in one form of several, and the order of labels is fixed; all else is as in the file.
        var written = JsonText.Write(WasmToolNodes.Of(Files.Read(Files.Whole)));
        Assert.Equal(JsonText.Write(Files.Document(Files.Whole)), written);
    }
}
