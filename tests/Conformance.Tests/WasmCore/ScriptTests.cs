using System.Text;
using System.Text.Json;
using Tapedeck.Conformance.WasmCore;
using Xunit;

namespace Tapedeck.Conformance.Tests.WasmCore;

public sealed class ScriptTests
{
    [Fact]
    public void Reads_commands_in_order()
    {
        var script = Parse("""
            {"type":"module","line":1,"name":"M","filename":"a.0.wasm","module_type":"binary"},
            {"type":"assert_return","line":2,"action":{"type":"invoke","module":"M","field":"f","args":[{"type":"i32","value":"7"}]},
             "expected":[{"type":"v128","lane_type":"i64","value":["1","2"]}]}
            """);
        Assert.Equal("a.0.wasm", Assert.IsType<ModuleCommand>(script.Commands[0]).Binary);
        var assertion = Assert.IsType<AssertReturn>(script.Commands[1]);
        Assert.Equal(("invoke", "M", "f", "7"),
            (assertion.Action.Type, assertion.Action.Module, assertion.Action.Field, assertion.Action.Args![0].Text));
        Assert.Equal(["1", "2"], assertion.Expected[0].LaneTexts);
    }

    [Theory]
    [InlineData(""" "module_type":"text" """, null)]
    [InlineData(""" "module_type":"text","binary_filename":"a.1.wasm" """, "a.1.wasm")]
    public void A_module_in_the_text_format_has_a_binary_only_where_one_was_made(string rest, string? binary) =>
        Assert.Equal(binary, Assert.IsType<ModuleCommand>(
            Parse($$"""{"type":"module","line":1,"filename":"a.0.wat",{{rest}}}""").Commands[0]).Binary);

    [Fact]
    public void A_command_that_is_not_known_is_an_error() =>
        Assert.Throws<JsonException>(() => Parse("""{"type":"assert_magic","line":1}"""));

    private static Script Parse(string commands) => Script.Parse(Encoding.UTF8.GetBytes($$"""{"commands":[{{commands}}]}"""));
}
