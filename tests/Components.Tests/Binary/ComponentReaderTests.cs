using Tapedeck.Components.Binary;
using Tapedeck.Components.Binary.Definitions;
using Xunit;
using static Tapedeck.Components.Tests.Binary.ComponentBytes;

namespace Tapedeck.Components.Tests.Binary;

public sealed class ComponentReaderTests
{
    [Fact]
    public void Reads_definitions_in_their_order()
    {
        var component = ComponentReader.Read(Full(), new ComponentLimits());
        Assert.IsType<CoreModuleDefinition>(component.Definitions[0]);
        Assert.IsType<CoreInstantiation>(component.Definitions[1]);
        Assert.Equal("note", component.CustomSections[0].Name);
        Assert.Equal(3, component.CustomSections[0].Length);
        Assert.Equal("ns:pkg/things@0.2.1", component.Definitions.OfType<ImportDefinition>().Single().Name.Name);
    }

    [Fact]
    public void Reads_the_attributes_of_a_name()
    {
        var component = ComponentReader.Read(Of(Section(SectionId.Import, "01 02 'a' 03 00 'n:p/i' 01 '.1' 02 'anything' 05 00")), new ComponentLimits());
        Assert.Equal(new NameAttributes("a", "n:p/i", ".1", "anything"), Assert.IsType<ImportDefinition>(component.Definitions[0]).Name);
    }

    [Theory]
    [InlineData("no magic", "11223344 0D000100", "magic header not detected", 0)]
    [InlineData("a core module", "0061736D 01000000", "a core module where a component is expected", 4)]
    [InlineData("a version of the future", "0061736D 0E000100", "unknown binary version", 4)]
    [InlineData("an unknown section", "0061736D 0D000100 0D00", "malformed section id 13", 8)]
    [InlineData("a section that is too long", "0061736D 0D000100 0702 00", "unexpected end-of-file", 9)]
    [InlineData("a section that is too short", "0061736D 0D000100 0702 0000", "section size mismatch", 11)]
    [InlineData("a type that is none", "0061736D 0D000100 0702 0162", "invalid leading byte (0x62) for component defined type", 11)]
    public void Says_what_is_wrong_and_where(string name, string hex, string message, int offset)
    {
        var refusal = Loading.Refusal(Hex(hex));
        Assert.True(refusal is { Reason: InvalidComponentReason.Malformed }, name);
        Assert.StartsWith(message, refusal!.Message, StringComparison.Ordinal);
        Assert.Equal(offset, refusal.Offset);
    }

    [Theory]
    [InlineData("stream", SectionId.Type, "01 66 00", "async")]
    [InlineData("future", SectionId.Type, "01 65 01 73", "async")]
    [InlineData("error-context", SectionId.Type, "01 64", "async")]
    [InlineData("async func", SectionId.Type, "01 43 00 01 00", "async")]
    [InlineData("task.return", SectionId.Canon, "01 09 01 00 00", "async")]
    [InlineData("waitable-set.wait", SectionId.Canon, "01 20 00 00", "async")]
    [InlineData("thread.available-parallelism", SectionId.Canon, "01 42 00", "threads")]
    [InlineData("a start function", SectionId.Start, "00 00 00", "values")]
    [InlineData("a value", SectionId.Import, "01 00 'v' 02 01 73", "values")]
    [InlineData("a tag", SectionId.Alias, "01 00 04 01 00 't'", "exceptions")]
    [InlineData("a struct", SectionId.CoreType, "01 5F 00", "gc")]
    [InlineData("a resource of i64", SectionId.Type, "01 3F 7E 00", "memory64")]
    public void Names_the_feature_that_is_refused(string what, byte section, string hex, string feature)
    {
        var refusal = Loading.Refusal(Of(Section(section, hex)));
        Assert.Equal((InvalidComponentReason.Unsupported, feature), (refusal?.Reason, refusal?.Feature));
        Assert.Contains(feature, refusal!.Message, StringComparison.Ordinal);
        Assert.NotEmpty(what);
    }

    [Fact]
    public void Names_the_builtin_that_is_refused() =>
        Assert.Contains("`stream.cancel-read`", Loading.Refusal(Of(Section(SectionId.Canon, "01 11 00 01")))!.Message, StringComparison.Ordinal);

    [Fact]
    public void An_error_in_a_core_module_is_placed_in_the_component()
    {
        // A module whose function lacks its result.
        byte[] module = [.. EmptyModule, .. Section(1, "01 60 00 01 7F"), .. Section(3, "01 00"), .. Section(10, "01 02 00 0B")];
        var refusal = Loading.Refusal(Of(Section(SectionId.CoreModule, module)));
        Assert.Equal((InvalidComponentReason.Invalid, "core module"), (refusal?.Reason, refusal?.Section));
        Assert.InRange(refusal!.Offset, 10, 10 + module.Length);
        Assert.IsType<Wasm.InvalidModuleException>(refusal.InnerException);
    }

    [Fact]
    public void An_error_in_a_component_inside_has_its_offset_in_the_outermost() =>
        Assert.Equal(22, Loading.Refusal(Of(Section(SectionId.Component, Of(TypeSection("02 73 44")))))?.Offset);

    [Fact]
    public void A_message_has_no_control_characters() =>
        Assert.DoesNotContain(Loading.Refusal(Of(TypeSection("01 40 00 01 00"), Section(SectionId.Import, "01 00 'a\u001B[2Jb' 01 00")))!.Message, char.IsControl);
}
