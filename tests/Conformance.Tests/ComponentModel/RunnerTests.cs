using System.Text;
using Tapedeck.Conformance.ComponentModel;
using Tapedeck.Wasm;
using Xunit;

namespace Tapedeck.Conformance.Tests.ComponentModel;

/// <summary>A runner that passes what is wrong is worse than none, so each kind of command is shown a right and a wrong thing.</summary>
public sealed class RunnerTests
{
    private static readonly Dictionary<string, byte[]> Files = new()
    {
        ["valid"] = [.. "\0asm"u8, 0x0D, 0, 1, 0],
        ["invalid"] = [.. "\0asm"u8, 0x0D, 0, 1, 0, 0x07, 0x03, 0x01, 0x70, 0x05],
        ["malformed"] = [.. "\0asm"u8, 0x0D, 0, 1, 0, 0x0D, 0x00],
        ["async"] = [.. "\0asm"u8, 0x0D, 0, 1, 0, 0x07, 0x03, 0x01, 0x66, 0x00],
    };

    [Theory]
    [InlineData("component", "valid", nameof(Verdict.Skipped), Runner.NotYet)]
    [InlineData("component", "invalid", nameof(Verdict.Failed), "unknown type 5")]
    [InlineData("component", "async", nameof(Verdict.Skipped), "async")]
    [InlineData("assert_invalid", "invalid", nameof(Verdict.Passed), "")]
    [InlineData("assert_invalid", "valid", nameof(Verdict.Failed), "accepted")]
    [InlineData("assert_invalid", "malformed", nameof(Verdict.Failed), "refused as Malformed")]
    [InlineData("assert_malformed", "malformed", nameof(Verdict.Passed), "")]
    [InlineData("assert_malformed", "invalid", nameof(Verdict.Failed), "refused as Invalid")]
    [InlineData("assert_malformed", "valid", nameof(Verdict.Failed), "accepted")]
    public void Judges(string command, string file, string verdict, string why)
    {
        var outcome = Execute($$"""{"type":"{{command}}","line":1,"filename":"{{file}}","module_type":"binary","text":""}""");
        Assert.Equal(verdict, outcome.Verdict.ToString());
        Assert.Contains(why, outcome.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_definition_that_is_accepted_has_passed() =>
        Assert.Equal(Outcome.Passed, Execute("""{"type":"component","line":1,"definition":true,"name":"$C","filename":"valid","module_type":"binary"}"""));

    [Theory]
    [InlineData("""{"type":"instantiate","line":1,"name":"$i","definition":"$C"}""")]
    [InlineData("""{"type":"assert_return","line":1,"action":{"type":"invoke","field":"f","args":[{"type":"u32","value":"1"}]},"expected":[]}""")]
    [InlineData("""{"type":"assert_trap","line":1,"action":{"type":"invoke","field":"f","args":[]},"text":"unreachable"}""")]
    public void What_needs_an_instance_is_counted_as_not_done(string command) => Assert.Equal(Outcome.Skipped(Runner.NotYet), Execute(command));

    [Fact]
    public void Text_is_skipped() =>
        Assert.Equal(Outcome.Skipped("text format"), Execute("""{"type":"assert_malformed","line":1,"filename":"a.wat","module_type":"text","text":""}"""));

    private static Outcome Execute(string command)
    {
        using var engine = new Engine();
        using var runner = new Runner(engine, file => Files[file]);
        return runner.Execute(Script.Parse(Encoding.UTF8.GetBytes($$"""{"commands":[{{command}}]}""")).Commands[0]);
    }
}
