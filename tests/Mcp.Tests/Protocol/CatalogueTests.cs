using System.Text;
using Xunit;

namespace Tapedeck.Mcp.Tests.Protocol;

public sealed class CatalogueTests
{
    [Fact]
    public void Two_tools_of_one_name_are_refused() =>
        Assert.Contains("'echo'", Assert.Throws<ArgumentException>(() => new Catalogue([FuncTool.Echo(), FuncTool.Echo()])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("nothing", "")]
    [InlineData("a space", "a b")]
    [InlineData("a slash", "a/b")]
    [InlineData("a letter that is not ASCII", "ä")]
    [InlineData("a line break", "a\n")]
    [InlineData("129 characters", null)]
    public void A_name_that_clients_do_not_take_is_refused(string name, string? tool) =>
        Assert.Throws<ArgumentException>(() => new Catalogue([FuncTool.Echo(tool ?? new string('x', 129))]));

    [Theory]
    [InlineData("no JSON", "{")]
    [InlineData("no object", "[]")]
    [InlineData("a name that stands twice", """{"type":"object","type":"object"}""")]
    [InlineData("two parameters with one header", """{"properties":{"a":{"type":"string","x-mcp-header":"H"},"b":{"type":"string","x-mcp-header":"h"}}}""")]
    [InlineData("a header without a name", """{"properties":{"a":{"type":"string","x-mcp-header":""}}}""")]
    [InlineData("a header with a space", """{"properties":{"a":{"type":"string","x-mcp-header":"A B"}}}""")]
    [InlineData("a header with a colon", """{"properties":{"a":{"type":"string","x-mcp-header":"A:B"}}}""")]
    [InlineData("a header that is a number", """{"properties":{"a":{"type":"string","x-mcp-header":1}}}""")]
    [InlineData("a header for a fraction", """{"properties":{"a":{"type":"number","x-mcp-header":"A"}}}""")]
    [InlineData("a header for an object", """{"properties":{"a":{"type":"object","x-mcp-header":"A"}}}""")]
    [InlineData("a header in an array", """{"properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}}""")]
    [InlineData("a header in a choice", """{"anyOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]}""")]
    public void A_schema_that_clients_do_not_take_is_refused(string name, string schema) =>
        Assert.Throws<ArgumentException>(() => new Catalogue([new FuncTool("tool", static (_, _) => default, schema)]));

    [Fact]
    public void A_parameter_may_have_the_annotations_name() =>
        Assert.Single(new Catalogue([new FuncTool("tool", static (_, _) => default, """{"properties":{"x-mcp-header":{"type":"object"}}}""")]).Tools);

    [Theory]
    [InlineData("content that is no array", "{}", "")]
    [InlineData("content with white space around it", " []", "")]
    [InlineData("no content", "", "")]
    [InlineData("metadata that is no object", "[]", "[]")]
    public void A_result_that_would_break_its_message_is_refused(string name, string content, string meta) =>
        Assert.Throws<ArgumentException>(() => new ToolResult { Content = Encoding.UTF8.GetBytes(content), Meta = Encoding.UTF8.GetBytes(meta) });
}
