namespace Tapedeck.Components.Binary;

/// <summary>Decodes <see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md"/>.</summary>
/// <remarks>Reading tells what the bytes say and refuses what is no component. What an index means is not known before the types of all that stands
/// before it are, so that <see cref="Validation.ComponentValidator"/> looks at them.</remarks>
internal static class ComponentReader
{
    private const string Header = "header";

    // By section id.
    private static readonly Section[] Sections =
    [
        new("custom", CustomSectionReader.Read),
        new("core module", CoreModuleSection.Read),
        new("core instance", CoreInstanceSection.Read),
        new("core type", CoreTypeSection.Read),
        new("component", ComponentSection.Read),
        new("instance", InstanceSection.Read),
        new("alias", AliasSection.Read),
        new("type", TypeSection.Read),
        new("canon", CanonSection.Read),
        new("start", StartSection.Read),
        new("import", ImportSection.Read),
        new("export", ExportSection.Read),
        new("value", ValueSection.Read),
    ];

    private delegate void ReadSection(ref ByteReader reader, ComponentDraft component);

    /// <exception cref="InvalidComponentException">The bytes are no component, or one that is refused.</exception>
    internal static ComponentDeclaration Read(ReadOnlyMemory<byte> bytes, ComponentLimits limits)
    {
        var reader = new ByteReader(bytes.Span, 0, Header);
        return bytes.Length <= limits.ComponentBytes
            ? Read(ref reader, bytes, new DecodingBudget(limits))
            : throw reader.TooLarge($"{bytes.Length} bytes are more than the limit of {limits.ComponentBytes}", 0);
    }

    /// <summary>Reads a component that takes all that <paramref name="reader"/> has left.</summary>
    internal static ComponentDeclaration Read(ref ByteReader reader, ReadOnlyMemory<byte> bytes, DecodingBudget budget)
    {
        reader.Section = Header;
        budget.Enter(ref reader);
        ReadPreamble(ref reader);
        var component = new ComponentDraft(bytes, budget);
        while (!reader.AtEnd)
        {
            ReadOne(ref reader, component);
        }
        budget.Leave();
        return component.ToDeclaration();
    }

    private static void ReadPreamble(ref ByteReader reader)
    {
        var start = reader.Position;
        if (!reader.ReadBytes(4).SequenceEqual("\0asm"u8))
        {
            throw reader.Malformed("magic header not detected", start);
        }
        var version = reader.ReadBytes(4);
        if (version is [1, 0, 0, 0])
        {
            throw reader.Malformed("a core module where a component is expected", start + 4);
        }
        if (version is not [0x0D, 0, 1, 0])
        {
            throw reader.Malformed("unknown binary version", start + 4);
        }
    }

    private static void ReadOne(ref ByteReader reader, ComponentDraft component)
    {
        reader.Section = Header;
        var start = reader.Position;
        var id = reader.ReadByte();
        if (id >= Sections.Length)
        {
            throw reader.Malformed($"malformed section id {id}", start);
        }
        var section = Sections[id];
        reader.Section = section.Name;
        component.Budget.AddDefinition(ref reader);
        var body = reader.Slice(reader.ReadLength());
        section.Read(ref body, component);
        if (!body.AtEnd)
        {
            throw body.Malformed("section size mismatch: bytes are left after the last item", body.Position);
        }
    }

    private sealed record Section(string Name, ReadSection Read);
}
