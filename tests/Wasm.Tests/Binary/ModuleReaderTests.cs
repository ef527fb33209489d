using Tapedeck.Wasm.Binary;
using Xunit;
using static Tapedeck.Wasm.Tests.Binary.ModuleBytes;

namespace Tapedeck.Wasm.Tests.Binary;

public class ModuleReaderTests
{
    [Fact]
    public void Reads_every_section()
    {
        var module = Loading.Load(Full());

        Assert.Equal(3, module.Types.Length);
        Assert.Equal("(i32 i64) -> (v128 externref)", module.Types[2].ToString());
        Assert.Equal([1, 1, 0], module.FunctionTypes);
        Assert.Equal((1, 1, 1, 1), (module.ImportedFunctions, module.ImportedTables, module.ImportedMemories, module.ImportedGlobals));
        Assert.Equal(new Limits(1, 5), module.Imports[1].Type.Table.Limits);
        Assert.Equal(new TableType(ValType.ExternRef, new Limits(1, 3)), module.Tables[2]);
        Assert.Equal(new MemoryType(new Limits(1, 2)), module.Memories[1]);
        Assert.Equal([false, true, false, false], module.Globals.Select(global => global.Mutable));
        Assert.Equal(["f", "t", "m", "g"], module.Exports.Select(export => export.Name));
        Assert.Equal(2, module.Start);
        Assert.Equal(3, module.DataCount);
        Assert.Equal(new CustomSection("name", 15, 3), Assert.Single(module.CustomSections));
    }

    [Fact]
    public void Reads_every_kind_of_segment()
    {
        var module = Loading.Load(Full());

        Assert.Equal(
            [SegmentMode.Active, SegmentMode.Passive, SegmentMode.Declarative, SegmentMode.Passive, SegmentMode.Active],
            module.Elements.Select(segment => segment.Mode));
        Assert.Equal([1, 1, 1, 2, 1], module.Elements.Select(segment => segment.Count));
        Assert.Equal([SegmentMode.Active, SegmentMode.Passive, SegmentMode.Active], module.Data.Select(segment => segment.Mode));
        Assert.Equal("AB"u8, module.Bytes.Span.Slice(module.Data[0].Start, module.Data[0].Length));
    }

    [Fact]
    public void Reads_locals_and_the_range_of_the_code()
    {
        var body = Loading.Load(Full()).Code[0];

        Assert.Equal([new LocalRun(1, ValType.I32), new LocalRun(2, ValType.I64)], body.Locals);
        Assert.Equal([0x20, 0x0B], [Full()[body.Start], Full()[body.End - 1]]);
    }

    [Theory]
    [InlineData("no bytes", "", "unexpected end", 0, "header")]
    [InlineData("not the magic number", "0061736E 01000000", "magic header not detected", 0, "header")]
    [InlineData("another version", "0061736D 02000000", "unknown binary version", 4, "header")]
    [InlineData("a section that there is not", "0061736D 01000000 0E00", "malformed section id", 8, "header")]
    [InlineData("a section longer than the module", "0061736D 01000000 0105 00", "length out of bounds", 9, "type")]
    [InlineData("a section longer than its content", "0061736D 01000000 0102 0000", "section size mismatch", 11, "type")]
    [InlineData("a section twice", "0061736D 01000000 010100 010100", "unexpected content after last section", 11, "type")]
    [InlineData("a section too late", "0061736D 01000000 020100 010100", "unexpected content after last section", 11, "type")]
    [InlineData("more types than bytes", "0061736D 01000000 0105 FFFFFFFF0F", "unexpected end", 10, "type")]
    [InlineData("no type form", "0061736D 01000000 0104 01410000", "malformed definition type", 11, "type")]
    [InlineData("no value type", "0061736D 01000000 0105 0160014000", "malformed value type", 13, "type")]
    [InlineData("no import kind", "0061736D 01000000 0205 01000005 00", "malformed import kind", 13, "import")]
    [InlineData("no mutability", "0061736D 01000000 0206 010000037F02", "malformed mutability", 15, "import")]
    [InlineData("no limits", "0061736D 01000000 0503 011000", "malformed limits flags", 11, "memory")]
    [InlineData("functions without code", "0061736D 01000000 0104 01600000 0302 0100", "function and code section have inconsistent lengths", 18, "function")]
    [InlineData("data count without data", "0061736D 01000000 0C01 01", "data count and data section have inconsistent lengths", 11, "data count")]
    [InlineData("no kind of element segment", "0061736D 01000000 0902 0108", "malformed elements segment kind", 11, "element")]
    [InlineData("no kind of data segment", "0061736D 01000000 0B02 0103", "malformed data segment kind", 11, "data")]
    [InlineData("a custom section without a name", "0061736D 01000000 0000", "unexpected end", 10, "custom")]
    public void Refuses_as_malformed(string name, string hex, string message, int offset, string section) =>
        AssertRefused(name, Hex(hex), InvalidModuleReason.Malformed, message, offset, section);

    [Theory]
    [InlineData("an import of a type that there is not", "0205 0100000000", "unknown type 0", 14, "import")]
    [InlineData("a function of a type that there is not", "0302 0103", "unknown type 3", 11, "function")]
    [InlineData("a memory beyond 4 GiB", "0505 0100818004", "memory size must be at most 65536 pages", 11, "memory")]
    [InlineData("a memory whose maximum is below its minimum", "0504 01010201", "size minimum must not be greater than maximum", 11, "memory")]
    [InlineData("an export of a memory that there is not", "0705 0101610200", "unknown memory 0", 14, "export")]
    [InlineData("a name exported twice", "0503 010000 0709 02 0161 0200 0161 0200", "duplicate export name", 20, "export")]
    [InlineData("a start function that there is not", "0801 00", "unknown function 0", 10, "start")]
    [InlineData("a start function with a parameter", "0105 0160017F00 0205 0100000000 0801 00", "start function", 24, "start")]
    [InlineData("an element segment without table", "0906 0100 41000B 00", "unknown table 0", 12, "element")]
    [InlineData("a data segment without memory", "0B06 0100 41000B 00", "unknown memory 0", 11, "data")]
    [InlineData("an initialiser that branches", "0607 017F00 41000F0B", "constant expression required", 15, "global")]
    [InlineData("an initialiser of another type", "0606 017F00 42000B", "type mismatch", 15, "global")]
    [InlineData("an initialiser without a value", "0604 017F00 0B", "type mismatch", 13, "global")]
    [InlineData("an initialiser with two values", "0608 017F00 410041000B", "type mismatch", 17, "global")]
    [InlineData("an initialiser that reads itself", "0606 017F00 23000B", "unknown global 0", 14, "global")]
    [InlineData("an initialiser that reads a mutable global", "060B 02 7F01 41000B 7F00 23000B", "constant expression required", 18, "global")]
    [InlineData("an initialiser that adds different types", "0609 017F00 410042006A0B", "type mismatch", 17, "global")]
    public void Refuses_as_invalid(string name, string sections, string message, int offset, string section) =>
        AssertRefused(name, [.. Preamble, .. Hex(sections)], InvalidModuleReason.Invalid, message, offset, section);

    [Fact]
    public void Says_that_a_component_is_no_core_module() =>
        Assert.Equal(Feature.Component, Loading.Refusal([.. "\0asm"u8, .. Hex("0D000100")])?.Feature);

    [Theory]
    [InlineData("a struct type", "0104 015F0000", Feature.GarbageCollection)]
    [InlineData("a recursion group", "0106 014E01600000", Feature.GarbageCollection)]
    [InlineData("a parameter of anyref", "0105 0160016E00", Feature.GarbageCollection)]
    [InlineData("a parameter of a long reference to any", "0106 016001636E00", Feature.GarbageCollection)]
    [InlineData("a parameter of a reference to a type", "0106 016001630000", Feature.FunctionReferences)]
    [InlineData("a parameter of exnref", "0105 0160016900", Feature.Exceptions)]
    [InlineData("a continuation type", "0103 015D00", Feature.StackSwitching)]
    [InlineData("a tag section", "0D01 00", Feature.Exceptions)]
    [InlineData("an imported tag", "0206 010000040000", Feature.Exceptions)]
    [InlineData("a table with an initialiser", "0409 01400070 0001 D0700B", Feature.FunctionReferences)]
    [InlineData("a null of a type, in a global", "0104 01600000 0606 016F00 D0000B", Feature.FunctionReferences)]
    [InlineData("a null of a type, in an element segment", "0104 01600000 0908 01 0570 01 D0 8001 0B", Feature.FunctionReferences)]
    [InlineData("a null of a type, in a function", "0104 01600000 0302 0100 0A07 01 05 00 D000 1A 0B", Feature.FunctionReferences)]
    [InlineData("a shared memory", "0504 01030101", Feature.Threads)]
    [InlineData("a memory of 64-bit addresses", "0503 010401", Feature.Memory64)]
    [InlineData("a table of 64-bit addresses", "0404 01700401", Feature.Memory64)]
    [InlineData("an atomic instruction", "0104 01600000 0302 0100 0A07 01 05 00 FE0300 0B", Feature.Threads)]
    [InlineData("a relaxed vector instruction", "0104 01600000 0302 0100 0A07 01 05 00 FD8002 0B", Feature.RelaxedSimd)]
    [InlineData("a throw", "0104 01600000 0302 0100 0A06 01 04 00 0800 0B", Feature.Exceptions)]
    [InlineData("a call of a reference", "0104 01600000 0302 0100 0A06 01 04 00 1400 0B", Feature.FunctionReferences)]
    [InlineData("an allocation of a struct", "0104 01600000 0302 0100 0A07 01 05 00 FB0000 0B", Feature.GarbageCollection)]
    public void Names_the_feature_that_is_missing(string name, string sections, string feature)
    {
        var refusal = Loading.Refusal([.. Preamble, .. Hex(sections)]);
        Assert.True(refusal is { Reason: InvalidModuleReason.Unsupported }, name);
        Assert.Equal(feature, refusal.Feature);
    }

    private static void AssertRefused(string name, byte[] bytes, InvalidModuleReason reason, string message, int offset, string section)
    {
        var refusal = Loading.Refusal(bytes);
        Assert.True(refusal?.Message.StartsWith(message, StringComparison.Ordinal), $"{name}: {refusal?.Message}");
        Assert.Equal((reason, offset, section), (refusal!.Reason, refusal.Offset, refusal.Section));
    }
}
