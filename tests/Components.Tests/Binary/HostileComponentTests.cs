using System.Diagnostics;
using Xunit;
using static Tapedeck.Components.Tests.Binary.ComponentBytes;

namespace Tapedeck.Components.Tests.Binary;

public sealed class HostileComponentTests
{
    private static readonly byte[] FourGiB = Hex("FFFFFFFF0F");

    [Fact]
    public void Every_truncation_is_refused_except_between_sections()
    {
        var full = Full();
        var accepted = Enumerable.Range(0, full.Length).Where(length => Loading.Refusal(full[..length]) is null).ToArray();
        // Behind the preamble and behind each section but the last.
        Assert.Equal(17, accepted.Length);
    }

    [Theory]
    [InlineData(SectionId.CoreInstance)]
    [InlineData(SectionId.CoreType)]
    [InlineData(SectionId.Instance)]
    [InlineData(SectionId.Alias)]
    [InlineData(SectionId.Type)]
    [InlineData(SectionId.Canon)]
    [InlineData(SectionId.Import)]
    [InlineData(SectionId.Export)]
    [InlineData(SectionId.Value)]
    public void A_claim_of_four_billion_items_allocates_nothing(byte section) => AssertCheaplyRefused(Of(Section(section, [.. FourGiB, .. new byte[1000]])));

    [Theory]
    [InlineData("a name", SectionId.Custom, "FFFFFFFF0F 00")]
    [InlineData("fields", SectionId.Type, "01 72 FFFFFFFF0F 00")]
    [InlineData("declarators", SectionId.Type, "01 42 FFFFFFFF0F 00")]
    [InlineData("arguments", SectionId.Instance, "01 00 00 FFFFFFFF0F 00")]
    [InlineData("options", SectionId.Canon, "01 01 00 00 FFFFFFFF0F 00")]
    [InlineData("attributes", SectionId.Import, "01 02 'a' FFFFFFFF0F 00")]
    public void A_claim_of_four_billion_parts_allocates_nothing(string name, byte section, string hex)
    {
        Assert.NotEmpty(name);
        AssertCheaplyRefused(Of(Section(section, hex)));
    }

    [Fact]
    public void Components_inside_one_another_are_limited()
    {
        var component = Of();
        for (var i = 0; i < 200; i++)
        {
            component = Of(Section(SectionId.Component, component));
        }
        AssertTooLarge(component);
    }

    [Fact]
    public void Types_inside_one_another_are_limited()
    {
        var type = Hex("42 00");
        for (var i = 0; i < 10_000; i++)
        {
            type = [0x42, 0x01, 0x01, .. type];
        }
        AssertTooLarge(Of(Section(SectionId.Type, [0x01, .. type])));
    }

    [Fact]
    public void A_type_that_doubles_with_every_line_is_refused() =>
        AssertTooLarge(Of([TypeSection("01 73"), .. Enumerable.Range(0, 30).Select(i => Section(SectionId.Type, [0x01, 0x6F, 0x02, (byte)i, (byte)i]))]));

    [Fact]
    public void A_type_that_is_deep_is_refused() =>
        AssertTooLarge(Of([TypeSection("01 73"), .. Enumerable.Range(0, 120).Select(i => Section(SectionId.Type, [0x01, 0x6B, .. Index(i)]))]));

    [Fact]
    public void Instances_inside_one_another_are_limited() =>
        AssertTooLarge(Of([
            Section(SectionId.Instance, "01 01 00"),
            .. Enumerable.Range(0, 1000).Select(i => Section(SectionId.Instance, [0x01, 0x01, 0x01, .. Hex("00 'i' 05"), .. U32((uint)i)]))]));

    [Fact]
    public void Instances_that_double_with_every_line_are_refused() =>
        AssertTooLarge(Of([
            Section(SectionId.Instance, "01 01 00"),
            .. Enumerable.Range(0, 40).Select(i => Section(SectionId.Instance, [0x01, 0x01, 0x02, .. Hex("00 'i' 05"), (byte)i, .. Hex("00 'j' 05"), (byte)i]))]));

    [Fact]
    public void Types_that_share_their_parts_are_compared_in_no_time()
    {
        // Eighteen doublings, twice, in a component and around it; then one is given where the other is expected.
        byte[] doubling = [.. TypeSection("01 73"), .. Enumerable.Range(0, 18).SelectMany(i => Section(SectionId.Type, [0x01, 0x6F, 0x02, (byte)i, (byte)i]))];
        byte[] inner = Of(doubling, Section(SectionId.Import, "01 00 't' 03 00 12"));
        AssertQuick(() => Assert.Null(Loading.Refusal(Of(doubling, Section(SectionId.Component, inner), Section(SectionId.Instance, "01 00 00 01 't' 03 12")))));
    }

    [Fact]
    public void Instantiating_something_large_very_often_is_refused_in_bounded_time()
    {
        var exports = Enumerable.Range(0, 5_000).SelectMany(i => Hex($"00 'r{i}' 03 00 00"));
        byte[] inner = Of(TypeSection("01 3F 7F 00"), Section(SectionId.Export, [.. U32(5_000), .. exports]));
        AssertQuick(() => AssertTooLarge(Of(Section(SectionId.Component, inner), Section(SectionId.Instance, [.. U32(100_000), .. Repeat(100_000, "00 00 00")]))));
    }

    [Fact]
    public void Importing_something_large_very_often_is_refused_in_bounded_time()
    {
        byte[] type = [0x42, .. U32(5_001), .. Hex("01 40 00 01 00"), .. Enumerable.Range(0, 5_000).SelectMany(i => Hex($"04 00 'f{i}' 01 00"))];
        var imports = Enumerable.Range(0, 20_000).SelectMany(i => Hex($"00 'i{i}' 05 00"));
        AssertQuick(() => AssertTooLarge(Of(Section(SectionId.Type, [0x01, .. type]), Section(SectionId.Import, [.. U32(20_000), .. imports]))));
    }

    [Fact]
    public void A_chain_of_names_for_one_type_is_no_stack_overflow()
    {
        byte[] exports = [.. Enumerable.Range(0, 50_000).SelectMany(ExportOf)];
        AssertQuick(() => Assert.Null(Loading.Refusal(Of(TypeSection("01 72 01 'f' 79"), Section(SectionId.Export, [.. U32(50_000), .. exports])))));
        AssertQuick(() => Loading.Compile(Of(TypeSection("01 72 01 'f' 79"), Section(SectionId.Export, [.. U32(50_000), .. exports]))).Wit.ToString());

        static byte[] ExportOf(int i) => [.. Hex($"00 'a{i}' 03"), .. U32((uint)i), 0x00];
    }

    [Theory]
    [InlineData("definitions", 0)]
    [InlineData("parts", 1)]
    [InlineData("core modules", 2)]
    [InlineData("bytes", 3)]
    [InlineData("bytes of a name", 4)]
    [InlineData("parameters", 5)]
    [InlineData("steps", 6)]
    [InlineData("type nodes", 7)]
    [InlineData("type depth", 8)]
    public void Refuses_what_is_beyond_a_limit(string name, int which)
    {
        ComponentLimits[] small =
        [
            new() { Definitions = 10 }, new() { Parts = 10 }, new() { CoreModules = 0 }, new() { ComponentBytes = 100 }, new() { NameBytes = 5 },
            new() { Parameters = 0 }, new() { ValidationSteps = 10 }, new() { TypeNodes = 2 }, new() { TypeDepth = 1 },
        ];
        var refusal = Loading.Refusal(Full(), small[which]);
        Assert.True(refusal is { Reason: InvalidComponentReason.TooLarge }, $"{name}: {refusal?.Message}");
    }

    [Fact]
    public void A_signature_that_is_huge_when_written_out_is_cut()
    {
        // One name of 50,000 characters, in a function that is imported 1,000 times.
        var name = new string('x', 50_000);
        byte[] imports = [.. U32(1_000), .. Enumerable.Range(0, 1_000).SelectMany(i => Hex($"00 'f{i}' 01 00"))];
        var component = Loading.Compile(Of(TypeSection($"01 40 01 '{name}' 73 01 00"), Section(SectionId.Import, imports)));
        Assert.InRange(component.Wit.ToString().Length, 5_000_000, 15_000_000);
    }

    [Fact]
    public void A_type_that_has_very_many_names_is_written_out_a_few_times()
    {
        byte[] labels = [.. U32(10_000), .. Enumerable.Range(0, 10_000).SelectMany(i => Hex($"'l{i}'"))];
        byte[] exports = [.. U32(1_000), .. Enumerable.Range(0, 1_000).SelectMany(i => Hex($"00 'e{i}' 03 00 00"))];
        var component = Loading.Compile(Of(Section(SectionId.Type, [0x01, 0x6D, .. labels]), Section(SectionId.Export, exports)));
        Assert.InRange(component.Wit.ToString().Length, 5_000_000, 15_000_000);
    }

    private static void AssertTooLarge(byte[] bytes)
    {
        var refusal = Loading.Refusal(bytes);
        Assert.True(refusal is { Reason: InvalidComponentReason.TooLarge }, refusal?.Message ?? "accepted");
    }

    private static void AssertCheaplyRefused(byte[] bytes)
    {
        Loading.Refusal(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.NotNull(Loading.Refusal(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    private static void AssertQuick(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }
}
