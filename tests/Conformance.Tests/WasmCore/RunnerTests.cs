using System.Text;
using Tapedeck.Conformance.WasmCore;
using Tapedeck.Wasm;
using Xunit;

namespace Tapedeck.Conformance.Tests.WasmCore;

/// <summary>A runner that passes what is wrong is worse than none, so each kind of command is shown a right and a wrong thing.</summary>
public sealed class RunnerTests
{
    /// <summary><c>(func (export "id") (param i32) (result i32) local.get 0) (func (export "trap") unreachable)</c>, a global and an import.</summary>
    private static readonly byte[] Module =
    [
        0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00,
        // types: (i32) -> (i32), () -> ()
        0x01, 0x09, 0x02, 0x60, 0x01, 0x7F, 0x01, 0x7F, 0x60, 0x00, 0x00,
        // functions of these types
        0x03, 0x03, 0x02, 0x00, 0x01,
        // (global i32 (i32.const 5))
        0x06, 0x06, 0x01, 0x7F, 0x00, 0x41, 0x05, 0x0B,
        // exports: id, trap, g
        0x07, 0x11, 0x03, 0x02, 0x69, 0x64, 0x00, 0x00, 0x04, 0x74, 0x72, 0x61, 0x70, 0x00, 0x01, 0x01, 0x67, 0x03, 0x00,
        // code
        0x0A, 0x0A, 0x02, 0x04, 0x00, 0x20, 0x00, 0x0B, 0x03, 0x00, 0x00, 0x0B,
    ];

    /// <summary><c>(import "m" "g" (global i32))</c></summary>
    private static readonly byte[] Importer =
    [
        0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00,
        0x02, 0x08, 0x01, 0x01, 0x6D, 0x01, 0x67, 0x03, 0x7F, 0x00,
    ];

    /// <summary><c>(func unreachable) (start 0)</c></summary>
    private static readonly byte[] TrapsAtStart =
    [
        0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00,
        0x01, 0x04, 0x01, 0x60, 0x00, 0x00, 0x03, 0x02, 0x01, 0x00, 0x08, 0x01, 0x00, 0x0A, 0x05, 0x01, 0x03, 0x00, 0x00, 0x0B,
    ];

    /// <summary><c>(func (result i32))</c>, which lacks its result.</summary>
    private static readonly byte[] Invalid =
    [
        0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00,
        0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7F, 0x03, 0x02, 0x01, 0x00, 0x0A, 0x04, 0x01, 0x02, 0x00, 0x0B,
    ];

    private static readonly Dictionary<string, byte[]> Files = new()
    {
        ["module"] = Module,
        ["importer"] = Importer,
        ["start"] = TrapsAtStart,
        ["invalid"] = Invalid,
        ["malformed"] = Module[..^1],
    };

    [Theory]
    [InlineData("the result is right", """{"type":"assert_return","line":2,"action":ID,"expected":[{"type":"i32","value":"7"}]}""", "Passed")]
    [InlineData("the result is wrong", """{"type":"assert_return","line":2,"action":ID,"expected":[{"type":"i32","value":"8"}]}""", "Failed")]
    [InlineData("one of two fits", """{"type":"assert_return","line":2,"action":ID,"expected":[{"type":"either","values":[{"type":"i32","value":"8"},{"type":"i32","value":"7"}]}]}""", "Passed")]
    [InlineData("none of two fits", """{"type":"assert_return","line":2,"action":ID,"expected":[{"type":"either","values":[{"type":"i32","value":"8"},{"type":"i32","value":"9"}]}]}""", "Failed")]
    [InlineData("too few results", """{"type":"assert_return","line":2,"action":ID,"expected":[]}""", "Failed")]
    [InlineData("a global is right", """{"type":"assert_return","line":2,"action":{"type":"get","field":"g"},"expected":[{"type":"i32","value":"5"}]}""", "Passed")]
    [InlineData("a global is wrong", """{"type":"assert_return","line":2,"action":{"type":"get","field":"g"},"expected":[{"type":"i32","value":"6"}]}""", "Failed")]
    [InlineData("an action returns", """{"type":"action","line":2,"action":ID}""", "Passed")]
    [InlineData("an action traps", """{"type":"action","line":2,"action":TRAP}""", "Failed")]
    [InlineData("a result where a trap comes", """{"type":"assert_return","line":2,"action":TRAP,"expected":[]}""", "Failed")]
    [InlineData("the trap comes", """{"type":"assert_trap","line":2,"action":TRAP,"text":"unreachable"}""", "Passed")]
    [InlineData("another trap comes", """{"type":"assert_trap","line":2,"action":TRAP,"text":"integer overflow"}""", "Failed")]
    [InlineData("no trap comes", """{"type":"assert_trap","line":2,"action":ID,"text":"unreachable"}""", "Failed")]
    [InlineData("no exhaustion comes", """{"type":"assert_exhaustion","line":2,"action":ID,"text":"call stack exhausted"}""", "Failed")]
    [InlineData("it is invalid", """{"type":"assert_invalid","line":2,"filename":"invalid","module_type":"binary","text":""}""", "Passed")]
    [InlineData("it is not invalid", """{"type":"assert_invalid","line":2,"filename":"module","module_type":"binary","text":""}""", "Failed")]
    [InlineData("it is malformed", """{"type":"assert_malformed","line":2,"filename":"malformed","module_type":"binary","text":""}""", "Passed")]
    [InlineData("it is invalid, not malformed", """{"type":"assert_malformed","line":2,"filename":"invalid","module_type":"binary","text":""}""", "Failed")]
    [InlineData("a text is skipped", """{"type":"assert_malformed","line":2,"filename":"a.wat","module_type":"text","text":""}""", "Skipped")]
    [InlineData("it does not link", """{"type":"assert_unlinkable","line":2,"filename":"importer","module_type":"binary","text":"unknown import"}""", "Passed")]
    [InlineData("it links", """{"type":"assert_unlinkable","line":2,"filename":"module","module_type":"binary","text":"unknown import"}""", "Failed")]
    [InlineData("it traps at its start", """{"type":"assert_uninstantiable","line":2,"filename":"start","module_type":"binary","text":"unreachable"}""", "Passed")]
    [InlineData("it does not trap at its start", """{"type":"assert_uninstantiable","line":2,"filename":"module","module_type":"binary","text":"unreachable"}""", "Failed")]
    public void Judges(string name, string command, string verdict) =>
        Assert.True(Run($$"""{"type":"module","line":1,"filename":"module","module_type":"binary"}""", command)[^1].Verdict.ToString() == verdict, name);

    [Fact]
    public void What_needs_a_skipped_module_is_skipped_for_its_reason() =>
        Assert.All(
            Run(
                """{"type":"module","line":1,"name":"M","filename":"a.wat","module_type":"text"}""",
                """{"type":"register","line":2,"name":"M","as":"m"}""",
                """{"type":"assert_return","line":3,"action":ID,"expected":[]}""",
                """{"type":"module","line":4,"filename":"importer","module_type":"binary"}"""),
            outcome => Assert.Equal(Outcome.Skipped("text format"), outcome));

    [Fact]
    public void What_needs_a_failed_module_fails_and_does_not_use_the_one_before() =>
        Assert.Equal(
            [Verdict.Passed, Verdict.Failed, Verdict.Failed],
            Run(
                """{"type":"module","line":1,"filename":"module","module_type":"binary"}""",
                """{"type":"module","line":2,"filename":"start","module_type":"binary"}""",
                """{"type":"assert_return","line":3,"action":ID,"expected":[{"type":"i32","value":"7"}]}""").Select(outcome => outcome.Verdict));

    [Fact]
    public void A_registered_instance_serves_imports_and_a_definition_makes_several_instances() =>
        Assert.All(
            Run(
                """{"type":"module_definition","line":1,"name":"D","filename":"module","module_type":"binary"}""",
                """{"type":"module_instance","line":2,"instance":"I","module":"D"}""",
                """{"type":"module_instance","line":3,"instance":"J","module":"D"}""",
                """{"type":"register","line":4,"name":"I","as":"m"}""",
                """{"type":"module","line":5,"filename":"importer","module_type":"binary"}""",
                """{"type":"assert_return","line":6,"action":{"type":"get","module":"J","field":"g"},"expected":[{"type":"i32","value":"5"}]}"""),
            outcome => Assert.Equal(Outcome.Passed, outcome));

    private static Outcome[] Run(params string[] commands)
    {
        var json = $$"""{"commands":[{{string.Join(',', commands)}}]}"""
            .Replace("ID", """{"type":"invoke","field":"id","args":[{"type":"i32","value":"7"}]}""", StringComparison.Ordinal)
            .Replace("TRAP", """{"type":"invoke","field":"trap","args":[]}""", StringComparison.Ordinal);
        var script = Script.Parse(Encoding.UTF8.GetBytes(json));
        using var engine = new Engine();
        using var store = engine.NewStore();
        return engine.Run<Outcome[]>(() =>
        {
            using var runner = new Runner(engine, store, file => Files[file]);
            return [.. script.Commands.Select(runner.Execute)];
        });
    }
}
