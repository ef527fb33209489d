using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Components.Tests.Binary;
using Tapedeck.Components.Types;
using Tapedeck.Components.Validation;
using Xunit;
using static Tapedeck.Components.Tests.Binary.ComponentBytes;

namespace Tapedeck.Components.Tests.Validation;

/// <summary>The rules as such are shown by the specification's suite; here, that errors say where, and what instances are told.</summary>
public sealed class ComponentValidatorTests
{
    [Fact]
    public void A_component_with_every_section_is_valid() => Assert.Null(Loading.Refusal(Full()));

    [Theory]
    [InlineData("an index", SectionId.Type, "01 70 05", "type", "unknown type 5: type index out of bounds")]
    [InlineData("an empty record", SectionId.Type, "01 72 00", "type", "record type must have at least one field")]
    [InlineData("labels alike", SectionId.Type, "01 6D 02 'a' 'A'", "type", "enum tag name `A` conflicts with previous tag name `a`")]
    [InlineData("a label", SectionId.Type, "01 6D 01 'aB'", "type", "enum tag name `aB` is not in kebab case")]
    [InlineData("a component type", SectionId.Import, "01 00 'a' 04 00", "import", "unknown type 0")]
    [InlineData("an export", SectionId.Export, "01 00 'a' 01 00 00", "export", "unknown function 0", 14)]
    [InlineData("a size", SectionId.Type, "01 67 73 80808008", "type", "a type that exceeds maximum byte size: 268435456 bytes")]
    [InlineData("a map's key", SectionId.Type, "01 63 75 73", "type", "a map cannot have keys of type f64")]
    [InlineData("a resource operation", SectionId.Canon, "01 02 00", "canon", "unknown type 0")]
    public void Says_what_is_wrong_and_in_which_section(string name, byte section, string hex, string expected, string message, int offset = 11)
    {
        var refusal = Loading.Refusal(Of(Section(section, hex)));
        Assert.True(refusal is { Reason: InvalidComponentReason.Invalid, Section: var found } && found == expected, $"{name}: {refusal?.Message}");
        Assert.StartsWith(message, refusal!.Message, StringComparison.Ordinal);
        Assert.Equal(offset, refusal.Offset);
    }

    [Fact]
    public void An_instance_is_told_where_its_resource_types_are()
    {
        using var component = Loading.Compile(Full());
        var slots = component.Valid.Resources;
        Assert.Equal(Enumerable.Range(0, slots.Count), slots.Select(slot => slot.Resource.Slot));
        Assert.Equal(["ns:pkg/things@0.2.1", "r"], Assert.IsType<ImportedSlot>(slots[0]).Path);
        Assert.Equal(1u, Assert.IsType<DefinedSlot>(slots[1]).Destructor);
        Assert.Equal((1, "z"), Assert.IsType<InstanceSlot>(slots[2]) is var slot ? (slot.Instance, Assert.Single(slot.Path)) : default);
    }

    [Fact]
    public void An_instantiation_knows_which_resource_types_it_gives_and_takes()
    {
        using var component = Loading.Compile(Full());
        var inner = component.Valid.Declaration.Definitions.OfType<ComponentDefinition>().Single().Valid!;
        var instantiation = component.Valid.Declaration.Definitions.OfType<Instantiation>().Single();
        Assert.Equal([1], instantiation.ImportedResources.Select(resource => resource.Slot));
        Assert.Equal([2], instantiation.ExportedResources.Select(resource => resource.Slot));
        AssertBound(inner.Type.ImportedResources, "x", 0);
        AssertBound(inner.Type.ExportedResources, "z", 1);

        static void AssertBound(BoundResource[] resources, string name, int slot)
        {
            Assert.Equal([name], Assert.Single(resources).Path);
            Assert.Equal(slot, resources[0].Resource.Slot);
        }
    }

    [Fact]
    public void Canonical_definitions_know_their_types()
    {
        using var component = Loading.Compile(Full());
        var definitions = component.Valid.Declaration.Definitions;
        var lower = definitions.OfType<CanonLower>().Single();
        Assert.Equal("func(self: borrow<r>, x: record { a: u32, b-c: string })", lower.Type!.ToString());
        Assert.Equal("(i32 i32 i32 i32) -> ()", lower.CoreType!.ToString());
        Assert.Equal(["func() -> own<thing>", "func(s: string) -> string", "func(self: borrow<thing>)"], definitions.OfType<CanonLift>().Select(lift => lift.Type!.ToString()));
        Assert.All(definitions.OfType<CanonResource>(), canon => Assert.Equal(1, canon.Resource!.Slot));
        Assert.All(definitions.OfType<CoreModuleDefinition>(), module => Assert.NotNull(module.Module));
    }

    [Theory]
    [InlineData("u8", "7D", "i32")]
    [InlineData("s64", "78", "i64")]
    [InlineData("f32", "76", "f32")]
    [InlineData("string", "73", "i32 i32")]
    [InlineData("list<u8, 3>", "67 7D 03", "i32 i32 i32")]
    [InlineData("map<string, u32>", "63 73 79", "i32 i32")]
    [InlineData("option<u64>", "6B 77", "i32 i64")]
    [InlineData("result<f32, u32>", "6A 01 76 01 79", "i32 i32")]
    [InlineData("result<f64, u32>", "6A 01 75 01 79", "i32 i64")]
    [InlineData("result<f32, string>", "6A 01 76 01 73", "i32 i32 i32")]
    [InlineData("tuple<f32, f64>", "6F 02 76 75", "f32 f64")]
    [InlineData("seventeen values", "67 7D 11", "i32")]
    public void Parameters_are_flattened(string name, string type, string flat)
    {
        using var component = Loading.Compile(Of(
            TypeSection($"02 {type} 40 01 'x' 00 01 00"),
            Section(SectionId.Import, "01 00 'f' 01 01"),
            Section(SectionId.CoreModule, Module),
            Section(SectionId.CoreInstance, "01 00 00 00"),
            Section(SectionId.Alias, "01 00 02 01 00 'mem'"),
            Section(SectionId.Canon, "01 01 00 00 01 03 00")));
        var lower = component.Valid.Declaration.Definitions.OfType<CanonLower>().Single();
        Assert.True($"({flat}) -> ()" == lower.CoreType!.ToString(), name);
    }

    [Fact]
    public void Modules_of_a_refused_component_are_given_up()
    {
        // The module is compiled before the error is found; the test is that nothing but the refusal comes out.
        var refusal = Loading.Refusal(Of(Section(SectionId.CoreModule, Module), Section(SectionId.Component, Of(Section(SectionId.CoreModule, Module), TypeSection("01 72 00")))));
        Assert.Equal("type", refusal?.Section);
    }

    [Fact]
    public void A_list_that_is_too_large_for_64_bit_pointers_is_refused_although_it_would_fit_with_32() =>
        Assert.Equal(InvalidComponentReason.Invalid, Loading.Refusal(Of(TypeSection("01 67 73 80808008")))?.Reason);

    [Fact]
    public void Types_of_a_component_are_those_of_its_index_space()
    {
        using var component = Loading.Compile(Full());
        Assert.IsType<InstanceType>(component.Valid.Types[0]);
        Assert.IsType<ResourceType>(component.Valid.Types[2]);
        Assert.Equal(component.Valid.Types[2], component.Valid.Types[13]);
    }
}
