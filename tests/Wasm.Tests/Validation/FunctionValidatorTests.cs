using Tapedeck.Wasm.Tests.Binary;
using Xunit;
using static Tapedeck.Wasm.Tests.Binary.ModuleBytes;

namespace Tapedeck.Wasm.Tests.Validation;

public class FunctionValidatorTests
{
    // Every function under test is of type 0, [] -> [i32], and has locals 0: i32, 1: i64, 2: externref.
    // types      1: [] -> []   2: [i32] -> [i32]   3: [i32 i32] -> [i32 i64]   4: [] -> [i64]
    // functions  1: type 1, exported   2: type 2   3: type 4      globals  0: i32   1: mutable i64
    // tables     0: funcref  1: externref                         memories 0, 1     one element and one data segment, passive
    private const string Locals = "03 01 7F 01 7E 01 6F";

    [Theory]
    [InlineData("a constant", "4100")]
    [InlineData("unreachable gives anything", "00")]
    [InlineData("values of any type after a branch", "4100 0F 6A")]
    [InlineData("a select of unknown values", "00 1B")]
    [InlineData("a block that takes and gives", "4100 02 02 0B")]
    [InlineData("a block of several values", "4100 4100 02 03 1A 4200 0B 1A")]
    [InlineData("an if with both arms", "4101 04 7F 4102 05 4103 0B")]
    [InlineData("an if without else that gives what it takes", "4101 4101 04 02 0B")]
    [InlineData("a loop that branches to itself with its parameter", "4100 03 02 0C 00 0B")]
    [InlineData("a conditional branch that leaves its value", "4100 4101 0D 00")]
    [InlineData("a table of branches", "02 7F 4100 4100 0E 01 00 01 0B")]
    [InlineData("a table of branches to types that nothing reaches", "02 7E 00 4100 0E 01 00 01 0B 1A 4100")]
    [InlineData("an indirect call", "4100 4100 11 02 00")]
    [InlineData("a tail call", "4100 12 02")]
    [InlineData("an indirect tail call", "4100 4100 13 02 00")]
    [InlineData("a select with a type", "20 02 20 02 4100 1C 01 6F 1A 4100")]
    [InlineData("a select of vectors", "4100 FD11 4100 FD11 4100 1B FD53")]
    [InlineData("a load from the second memory", "4100 28 42 01 00")]
    [InlineData("a load with a smaller alignment", "4100 28 00 00")]
    [InlineData("a load with the largest offset", "4100 28 02 FFFFFFFF0F")]
    [InlineData("a lane load", "4100 4100 FD11 FD54 00 00 0F FD53")]
    [InlineData("a shuffle", "4100 FD11 4100 FD11 FD0D 000102030405060708090A0B0C0D0E1F FD53")]
    [InlineData("a copy between memories", "4100 4100 4100 FC0A 01 00 4100")]
    [InlineData("a passive data segment", "4100 4100 4100 FC08 00 01 FC09 00 4100")]
    [InlineData("a passive element segment", "4100 4100 4100 FC0C 00 00 FC0D 00 4100")]
    [InlineData("a reference to an exported function", "D2 01 D1")]
    [InlineData("a null of each type", "D0 70 1A D0 6F D1")]
    [InlineData("table operations", "D0 6F 4101 FC0F 01 1A 4100 D0 6F 4101 FC11 01 FC10 01")]
    [InlineData("a write to a mutable global", "4200 24 01 23 00")]
    [InlineData("an overlong opcode behind a prefix", "4400000000000000 00 FC828000")]
    public void Accepts(string name, string code)
    {
        var refusal = Loading.Refusal(Module(code));
        Assert.True(refusal is null, $"{name}: {refusal?.Message}");
    }

    [Theory]
    [InlineData("no result", "", "type mismatch", 0)]
    [InlineData("a result of another type", "4200", "type mismatch", 2)]
    [InlineData("two results", "4100 4100", "type mismatch", 4)]
    [InlineData("too few operands", "4100 6A", "type mismatch", 2)]
    [InlineData("an operand of another type", "4100 4200 6A", "type mismatch", 4)]
    [InlineData("an operand from outside the block", "4100 02 40 1A 0B", "type mismatch", 4)]
    [InlineData("a known type after unreachable", "00 4200", "type mismatch", 3)]
    [InlineData("an if without else that gives more", "4101 04 7F 4102 0B", "type mismatch", 6)]
    [InlineData("arms of different types", "4101 04 7F 4102 05 4200 0B", "type mismatch", 9)]
    [InlineData("a label beyond the function", "0C 01", "unknown label 1", 1)]
    [InlineData("a branch with another type", "4200 0C 00", "type mismatch", 2)]
    [InlineData("a table of branches with different arity", "02 40 4100 4100 0E 01 00 01 0B 4100", "type mismatch", 6)]
    [InlineData("a table of branches with different types", "02 7E 4100 4100 0E 01 00 01 0B 1A 4100", "type mismatch", 6)]
    [InlineData("a call of a function that there is not", "10 09", "unknown function 9", 1)]
    [InlineData("a call with another type", "4200 10 02", "type mismatch", 2)]
    [InlineData("an indirect call in a table of externref", "4100 4100 11 02 01", "type mismatch", 4)]
    [InlineData("an indirect call of a type that there is not", "4100 11 09 00", "unknown type 9", 3)]
    [InlineData("a tail call that gives another type", "12 03", "type mismatch", 0)]
    [InlineData("a block of a type that there is not", "02 09 0B", "unknown type 9", 1)]
    [InlineData("a local that there is not", "20 03", "unknown local 3", 1)]
    [InlineData("a local of another type", "4200 21 00", "type mismatch", 2)]
    [InlineData("a global that there is not", "23 02", "unknown global 2", 1)]
    [InlineData("a write to an immutable global", "4100 24 00", "immutable global", 2)]
    [InlineData("a select of references without a type", "20 02 20 02 4100 1B 1A 4100", "type mismatch", 6)]
    [InlineData("a select of different types", "4100 4200 4100 1B", "type mismatch", 6)]
    [InlineData("a select of two results", "4100 4100 4100 1C 02 7F 7F", "invalid result arity", 6)]
    [InlineData("an alignment above the width", "4100 28 03 00", "alignment must not be larger than natural", 2)]
    [InlineData("a memory that there is not", "4100 28 42 02 00", "unknown memory 2", 4)]
    [InlineData("an offset beyond 32 bits", "4100 28 02 8080808010", "offset out of range", 4)]
    [InlineData("a lane beyond the vector", "4100 FD11 FD1B 04", "invalid lane index", 6)]
    [InlineData("a shuffle beyond two vectors", "00 FD0D 00000000000000000000000000000020 FD53", "invalid lane index", 3)]
    [InlineData("a lane access beyond the vector", "00 FD57 03 00 02", "invalid lane index", 5)]
    [InlineData("a data segment that there is not", "00 FC09 01", "unknown data segment 1", 1)]
    [InlineData("an element segment that there is not", "00 FC0D 01", "unknown elem segment 1", 1)]
    [InlineData("functions into a table of externref", "00 FC0C 00 01", "type mismatch", 1)]
    [InlineData("a copy between tables of different types", "00 FC0E 00 01", "type mismatch", 1)]
    [InlineData("a reference to a function that is not declared", "D2 02 D1", "undeclared function reference", 0)]
    [InlineData("a null test of a number", "4100 D1", "type mismatch", 2)]
    public void Refuses_as_invalid(string name, string code, string message, int offset) =>
        AssertRefused(name, code, InvalidModuleReason.Invalid, message, offset);

    [Theory]
    [InlineData("no end", "02 40", "unexpected end", 3)]
    [InlineData("code behind the end", "4100 0B 4100", "section size mismatch", 3)]
    [InlineData("an else without if", "05", "else without if", 0)]
    [InlineData("a second else", "4101 04 40 05 05 0B 4100", "else without if", 5)]
    [InlineData("no opcode", "FF", "illegal opcode ff", 0)]
    [InlineData("no opcode behind a prefix", "FD 9A01", "illegal opcode fd 9a", 0)]
    [InlineData("no block type", "02 41", "malformed value type", 1)]
    [InlineData("a long negative block type", "02 FF7F", "malformed block type", 1)]
    [InlineData("flags of a memory access", "4100 28 8001 00", "malformed memop flags", 3)]
    [InlineData("a constant that is too long", "41 808080808000", "integer representation too long", 1)]
    [InlineData("more branches than bytes", "4100 0E FFFFFFFF0F", "unexpected end", 3)]
    public void Refuses_as_malformed(string name, string code, string message, int offset) =>
        AssertRefused(name, code, InvalidModuleReason.Malformed, message, offset);

    [Fact]
    public void Needs_the_data_count_section_for_data_instructions()
    {
        var refusal = Loading.Refusal(Of(
            Section(SectionId.Type, "01 60 00 00"), Section(SectionId.Function, "01 00"), Section(SectionId.Memory, "01 00 01"),
            Section(SectionId.Code, Vector(Body(Hex("FC09 00")))), Section(SectionId.Data, "01 01 00")));
        Assert.Equal(InvalidModuleReason.Malformed, refusal?.Reason);
        Assert.StartsWith("data count section required", refusal?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("straight code", "4100 4101 6A", 4, 0, false, false, false)]
    [InlineData("nested blocks", "02 40 03 40 0B 0B 4100", 6, 2, true, false, false)]
    [InlineData("branches", "02 40 0C 00 0B 4100", 5, 2, false, false, false)]
    [InlineData("a table of branches", "4100 4100 0E 02 00 00 00", 4, 3, false, false, false)]
    [InlineData("a memory access", "4100 28 02 00", 3, 1, false, false, true)]
    [InlineData("an access to the second memory", "4100 28 42 01 00", 3, 1, false, false, false)]
    [InlineData("a call", "4100 10 02", 3, 0, false, true, false)]
    [InlineData("an indirect call", "4100 4100 11 02 00", 4, 2, false, true, false)]
    [InlineData("growth of memory", "4100 40 00", 3, 1, false, true, true)]
    public void Estimates_the_cost(string name, string code, int instructions, int blocks, bool loops, bool calls, bool memory)
    {
        var body = Loading.Load(Module(code)).Code[0];
        Assert.True(
            (instructions, blocks, loops, calls, memory) == (body.Instructions, body.Blocks, body.HasLoops, body.HasCalls, body.UsesMemory),
            $"{name}: {body}");
    }

    private static byte[] Module(string code) => Of(
        Section(SectionId.Type, "05 60 00 01 7F  60 00 00  60 01 7F 01 7F  60 02 7F 7F 02 7F 7E  60 00 01 7E"),
        Section(SectionId.Function, "04 00 01 02 04"),
        Section(SectionId.Table, "02 70 00 01 6F 00 01"),
        Section(SectionId.Memory, "02 00 01 00 01"),
        Section(SectionId.Global, "02 7F 00 4100 0B 7E 01 4200 0B"),
        Section(SectionId.Export, "01 0161 00 01"),
        Section(SectionId.Element, "01 01 00 01 01"),
        Section(SectionId.DataCount, "01"),
        Section(SectionId.Code, Vector(Body(Hex(code), Locals), Body([]), Body(Hex("20 00")), Body(Hex("42 00")))),
        Section(SectionId.Data, "01 01 00"));

    /// <param name="offset">From the first instruction.</param>
    private static void AssertRefused(string name, string code, InvalidModuleReason reason, string message, int offset)
    {
        var bytes = Module(code);
        var refusal = Loading.Refusal(bytes);
        Assert.True(refusal?.Message.StartsWith(message, StringComparison.Ordinal), $"{name}: {refusal?.Message}");
        byte[] body = [.. Hex(Locals), .. Hex(code), 0x0B];
        var start = bytes.AsSpan().IndexOf(body) + Hex(Locals).Length;
        Assert.Equal((reason, offset, "code"), (refusal!.Reason, refusal.Offset - start, refusal.Section));
    }
}
