using System.Diagnostics;
using Xunit;
using static Tapedeck.Wasm.Tests.Binary.ModuleBytes;

namespace Tapedeck.Wasm.Tests.Binary;

public class HostileModuleTests
{
    private static readonly byte[] FourGiB = Hex("FFFFFFFF0F");

    public static TheoryData<string, ModuleLimits, string> SmallLimits => new()
    {
        { "bytes", new ModuleLimits { ModuleBytes = 100 }, "header" },
        { "types", new ModuleLimits { Types = 2 }, "type" },
        { "parameters", new ModuleLimits { Parameters = 1 }, "type" },
        { "imports", new ModuleLimits { Imports = 3 }, "import" },
        { "bytes of a name", new ModuleLimits { NameBytes = 3 }, "custom" },
        { "imported functions", new ModuleLimits { Functions = 0 }, "import" },
        { "functions", new ModuleLimits { Functions = 2 }, "function" },
        { "tables", new ModuleLimits { Tables = 2 }, "table" },
        { "memories", new ModuleLimits { Memories = 1 }, "memory" },
        { "globals", new ModuleLimits { Globals = 3 }, "global" },
        { "exports", new ModuleLimits { Exports = 3 }, "export" },
        { "element segments", new ModuleLimits { ElementSegments = 4 }, "element" },
        { "elements of all segments", new ModuleLimits { Elements = 5 }, "element" },
        { "data segments", new ModuleLimits { DataSegments = 2 }, "data count" },
        { "custom sections", new ModuleLimits { CustomSections = 0 }, "custom" },
        { "locals", new ModuleLimits { Locals = 2 }, "code" },
        { "locals with parameters", new ModuleLimits { Locals = 3 }, "code" },
        { "bytes of a body", new ModuleLimits { BodyBytes = 20 }, "code" },
        { "targets of a branch", new ModuleLimits { BrTableTargets = 0 }, "code" },
        { "nesting", new ModuleLimits { Nesting = 0 }, "code" },
        { "operands", new ModuleLimits { OperandStack = 2 }, "code" },
    };

    [Fact]
    public void Every_truncation_is_refused_except_between_sections()
    {
        var full = Full();
        var accepted = new List<int>();
        for (var length = 0; length < full.Length; length++)
        {
            var refusal = Loading.Refusal(full[..length]);
            if (refusal is null)
            {
                accepted.Add(length);
            }
            Assert.InRange(refusal?.Offset ?? 0, 0, length);
        }
        // Behind the preamble, and behind the custom, type and import sections; from there on functions want code.
        Assert.Equal(4, accepted.Count);
    }

    [Theory, MemberData(nameof(SmallLimits))]
    public void Refuses_what_is_beyond_a_limit(string name, ModuleLimits limits, string section)
    {
        var refusal = Loading.Refusal(Full(), limits);
        Assert.True(refusal is { Reason: InvalidModuleReason.TooLarge }, $"{name}: {refusal?.Message}");
        Assert.Equal(section, refusal!.Section);
    }

    [Theory]
    [InlineData(SectionId.Type)]
    [InlineData(SectionId.Import)]
    [InlineData(SectionId.Function)]
    [InlineData(SectionId.Table)]
    [InlineData(SectionId.Memory)]
    [InlineData(SectionId.Global)]
    [InlineData(SectionId.Export)]
    [InlineData(SectionId.Element)]
    [InlineData(SectionId.Code)]
    [InlineData(SectionId.Data)]
    public void A_claim_of_four_billion_items_allocates_nothing(byte section) =>
        AssertCheaplyRefused(Of(Section(section, [.. FourGiB, .. new byte[1000]])));

    [Theory]
    [InlineData("a section", "01 FFFFFFFF0F 00")]
    [InlineData("a name", "00 06 FFFFFFFF0F 00")]
    [InlineData("a data segment", "05 03 01 00 01  0B 0B 01 00 41 00 0B FFFFFFFF0F 00")]
    [InlineData("a body", "01 04 01 60 00 00  03 02 01 00  0A 07 01 FFFFFFFF0F 00")]
    [InlineData("parameters", "01 08 01 60 FFFFFFFF0F 7F")]
    [InlineData("elements", "04 04 01 70 00 00  09 0B 01 00 41 00 0B FFFFFFFF0F 00")]
    public void A_claim_of_four_gigabytes_allocates_nothing(string name, string hex)
    {
        Assert.NotEmpty(name);
        AssertCheaplyRefused([.. Preamble, .. Hex(hex)]);
    }

    [Theory]
    [InlineData("as many as the limit", "01 D08603 7F", null)]
    [InlineData("one more than the limit", "02 D08603 7F 01 7E", InvalidModuleReason.TooLarge)]
    [InlineData("four billion", "01 FFFFFFFF0F 7F", InvalidModuleReason.TooLarge)]
    [InlineData("more than 32 bits can count", "02 FFFFFFFF0F 7F FFFFFFFF0F 7E", InvalidModuleReason.Malformed)]
    public void Locals_are_counted_before_they_exist(string name, string locals, InvalidModuleReason? reason) =>
        Assert.True(Loading.Refusal(WithCode([], locals: locals))?.Reason == reason, name);

    [Theory]
    [InlineData(5_000, null)]
    [InlineData(5_001, InvalidModuleReason.TooLarge)]
    [InlineData(1_000_000, InvalidModuleReason.TooLarge)]
    public void Deep_nesting_needs_no_stack(int depth, InvalidModuleReason? reason) =>
        Assert.Equal(reason, Loading.Refusal(WithCode([.. Repeat(depth, 0x02, 0x40), .. Repeat(depth, 0x0B)]))?.Reason);

    [Theory]
    [InlineData(5_000, null)]
    [InlineData(5_001, InvalidModuleReason.TooLarge)]
    public void Operands_are_counted(int count, InvalidModuleReason? reason) =>
        Assert.Equal(reason, Loading.Refusal(WithCode([.. Repeat(count, 0x41, 0x00), .. Repeat(count, 0x1A)]))?.Reason);

    [Theory]
    [InlineData(5, null)]
    [InlineData(6, InvalidModuleReason.TooLarge)]
    public void Values_of_the_blocks_around_are_counted(int blocks, InvalidModuleReason? reason)
    {
        byte[] type = [0x60, 0x00, .. U32(1000), .. Repeat(1000, 0x7F)];
        byte[] code = [.. Repeat(blocks, 0x02, 0x01), 0x00, .. Repeat(blocks, 0x0B), .. Repeat(1000, 0x1A)];
        var module = Of(
            Section(SectionId.Type, Vector(Hex("60 00 00"), type)),
            Section(SectionId.Function, "01 00"),
            Section(SectionId.Code, Vector(Body(code))));
        Assert.Equal(reason, Loading.Refusal(module)?.Reason);
    }

    [Fact]
    public void A_long_constant_expression_is_read_in_a_line()
    {
        byte[] sum = [0x41, 0x00, .. Repeat(500_000, 0x41, 0x01, 0x6A), 0x0B];
        AssertWithin(TimeSpan.FromSeconds(5), Of(Section(SectionId.Global, [0x01, 0x7F, 0x00, .. sum])), accepted: true);
    }

    private static readonly ModuleLimits ManyMoves = new() { MovedValues = int.MaxValue };

    [Fact]
    public void Calls_with_a_thousand_parameters_and_results_stay_cheap()
    {
        var types = Repeat(1000, 0x7F);
        byte[] type = [0x60, .. U32(1000), .. types, .. U32(1000), .. types];
        byte[] code = [.. Repeat(1000, 0x41, 0x00), .. Repeat(500_000, 0x10, 0x00), .. Repeat(1000, 0x1A), 0x00];
        AssertWithin(TimeSpan.FromSeconds(5), Of(
            Section(SectionId.Type, Vector(type, Hex("60 00 00"))),
            Section(SectionId.Function, "02 00 01"),
            Section(SectionId.Code, Vector(Body([0x00]), Body(code)))), accepted: true, ManyMoves);
    }

    [Fact]
    public void Branches_with_a_thousand_values_of_unknown_type_stay_cheap()
    {
        // Every other value is unknown, and the labels differ from target to target, so that nothing compares at a glance.
        var types = Repeat(1000, 0x7F, 0x7F)[..1000];
        byte[] type = [0x60, 0x00, .. U32(1000), .. types];
        byte[] values = [0x00, .. Repeat(500, 0x41, 0x00, 0x1B, 0x41, 0x00)];
        byte[] table = [0x41, 0x00, 0x0E, .. U32(65_000), .. Repeat(32_500, 0x00, 0x01), 0x00];
        byte[] once = [.. values, .. table];
        AssertWithin(TimeSpan.FromSeconds(5), Of(
            Section(SectionId.Type, Vector(type, type)),
            Section(SectionId.Function, "01 00"),
            Section(SectionId.Code, Vector(Body([0x02, 0x01, .. Repeat(10, once), 0x0B])))), accepted: true, ManyMoves);
    }

    [Fact]
    public void Many_functions_with_many_locals_stay_cheap() => AssertWithin(TimeSpan.FromSeconds(10), Of(
        Section(SectionId.Type, "01 60 00 00"),
        Section(SectionId.Function, Vector(Enumerable.Repeat<byte[]>([0x00], 50_000).ToArray())),
        Section(SectionId.Code, Vector(Enumerable.Repeat(Body([], "01 D08603 7F"), 50_000).ToArray()))), accepted: true);

    private static void AssertCheaplyRefused(byte[] bytes)
    {
        Loading.Refusal(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Loading.Refusal(bytes);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(InvalidModuleReason.Malformed, refusal?.Reason);
        Assert.InRange(allocated, 0, 64 << 10);
    }

    // The bounds are far above what is measured, and far below what anything but linear time would take.
    private static void AssertWithin(TimeSpan bound, byte[] bytes, bool accepted, ModuleLimits? limits = null)
    {
        var watch = Stopwatch.StartNew();
        var refusal = Loading.Refusal(bytes, limits);
        Assert.True(accepted == refusal is null, refusal?.Message);
        Assert.True(watch.Elapsed < bound, $"took {watch.Elapsed}");
    }
}
