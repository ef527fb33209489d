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
        // Exports `seven`, which returns 7, and `stop`, which is unreachable.
        ["seven"] = Convert.FromHexString(
            "0061736D0D00010001350061736D010000000108026000017F600000030302000107100205736576656E00000473746F7000010A0A02040041070B0300000B02040100000006"
            + "14020000010005736576656E000001000473746F700709024000007940000100080B02000000000000000100010B14020005736576656E010000000473746F70010100"),
        ["async"] = [.. "\0asm"u8, 0x0D, 0, 1, 0, 0x07, 0x03, 0x01, 0x66, 0x00],
    };

    [Theory]
    [InlineData("component", "valid", nameof(Verdict.Passed), "")]
    [InlineData("assert_uninstantiable", "valid", nameof(Verdict.Failed), "no trap")]
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
    [InlineData("""{"type":"instantiate","line":1,"name":"$i","definition":"$C"}""", nameof(Verdict.Passed), "")]
    [InlineData("""{"type":"instantiate","line":1,"name":"$i","definition":"$D"}""", nameof(Verdict.Failed), "$D")]
    [InlineData("""{"type":"assert_return","line":1,"action":{"type":"invoke","module":"$i","field":"seven","args":[]},"expected":[{"type":"u32","value":"7"}]}""", nameof(Verdict.Passed), "")]
    [InlineData("""{"type":"assert_return","line":1,"action":{"type":"invoke","module":"$i","field":"seven","args":[]},"expected":[{"type":"u32","value":"0x7"}]}""", nameof(Verdict.Passed), "")]
    [InlineData("""{"type":"assert_return","line":1,"action":{"type":"invoke","module":"$i","field":"seven","args":[]},"expected":[{"type":"u32","value":"8"}]}""", nameof(Verdict.Failed), "expected 8, got 7")]
    [InlineData("""{"type":"assert_return","line":1,"action":{"type":"invoke","module":"$i","field":"seven","args":[]},"expected":[]}""", nameof(Verdict.Failed), "0 results")]
    [InlineData("""{"type":"assert_return","line":1,"action":{"type":"invoke","module":"$i","field":"eight","args":[]},"expected":[]}""", nameof(Verdict.Failed), "no function")]
    [InlineData("""{"type":"assert_trap","line":1,"action":{"type":"invoke","module":"$i","field":"seven","args":[]},"text":"unreachable"}""", nameof(Verdict.Failed), "no trap")]
    [InlineData("""{"type":"assert_trap","line":1,"action":{"type":"invoke","module":"$i","field":"stop","args":[]},"text":"unreachable"}""", nameof(Verdict.Passed), "")]
    [InlineData("""{"type":"assert_trap","line":1,"action":{"type":"invoke","module":"$i","field":"stop","args":[]},"text":"unknown handle index 1"}""", nameof(Verdict.Failed), "trapped with `unreachable`")]
    public void Judges_an_instance(string command, string verdict, string why)
    {
        var outcome = Execute(
            """{"type":"component","line":1,"definition":true,"name":"$C","filename":"seven","module_type":"binary"}""",
            """{"type":"instantiate","line":1,"name":"$i","definition":"$C"}""",
            command);
        Assert.Equal(verdict, outcome.Verdict.ToString());
        Assert.Contains(why, outcome.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_is_skipped() =>
        Assert.Equal(Outcome.Skipped("text format"), Execute("""{"type":"assert_malformed","line":1,"filename":"a.wat","module_type":"text","text":""}"""));

    private static Outcome Execute(params string[] commands)
    {
        using var engine = new Engine();
        using var runner = new Runner(engine, file => Files[file]);
        Outcome[] outcomes = [.. Script.Parse(Encoding.UTF8.GetBytes($$"""{"commands":[{{string.Join(',', commands)}}]}""")).Commands.Select(runner.Execute)];
        return outcomes[^1];
    }
}
