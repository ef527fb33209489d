namespace Tapedeck.Wasm.Binary;

/// <summary>Decodes <see href="https://webassembly.github.io/spec/core/binary/modules.html"/>.</summary>
/// <remarks>Rules that need no more than what was read before (indices, limits, duplicate names) are checked where the bytes are read, so that
/// their errors have exact offsets. What has to do with the types of values is left to <see cref="Validation.ModuleValidator"/>.</remarks>
internal static class ModuleReader
{
    private const string Header = "header";

    // By section id.
    private static readonly Section[] Sections =
    [
        new("custom", 0, CustomSection.Read),
        new("type", 1, TypeSection.Read),
        new("import", 2, ImportSection.Read),
        new("function", 3, FunctionSection.Read),
        new("table", 4, TableSection.Read),
        new("memory", 5, MemorySection.Read),
        new("global", 6, GlobalSection.Read),
        new("export", 7, ExportSection.Read),
        new("start", 8, StartSection.Read),
        new("element", 9, ElementSection.Read),
        new("code", 11, CodeSection.Read),
        new("data", 12, DataSection.Read),
        new("data count", 10, DataCountSection.Read),
    ];

    private delegate void ReadSection(ref WasmReader reader, ModuleDraft module);

    /// <exception cref="InvalidModuleException">The bytes are no module, or one that is refused.</exception>
    internal static ModuleDeclaration Read(ReadOnlyMemory<byte> bytes, ModuleLimits limits)
    {
        var reader = new WasmReader(bytes.Span, 0, Header);
        if (bytes.Length > limits.ModuleBytes)
        {
            throw reader.TooLarge($"{bytes.Length} bytes are more than the limit of {limits.ModuleBytes}", 0);
        }
        var module = new ModuleDraft(bytes, limits);
        ReadPreamble(ref reader);
        for (var order = 0; !reader.AtEnd;)
        {
            order = ReadOne(ref reader, module, order);
        }
        CodeSection.CheckCount(reader, module, reader.Position);
        DataSection.CheckCount(reader, module, reader.Position);
        return module.ToDeclaration();
    }

    private static void ReadPreamble(ref WasmReader reader)
    {
        if (!reader.ReadBytes(4).SequenceEqual("\0asm"u8))
        {
            throw reader.Malformed("magic header not detected", 0);
        }
        const int VersionOffset = 4;
        var version = reader.ReadBytes(4);
        if (version is [not 0, 0, 1, 0])
        {
            throw reader.Unsupported(Feature.Component, "a component where a core module is expected", VersionOffset);
        }
        if (version is not [1, 0, 0, 0])
        {
            throw reader.Malformed("unknown binary version", VersionOffset);
        }
    }

    /// <summary>Reads a section that must come after those of <paramref name="order"/>; gives its own order.</summary>
    private static int ReadOne(ref WasmReader reader, ModuleDraft module, int order)
    {
        reader.Section = Header;
        var start = reader.Position;
        var section = SectionOf(ref reader);
        reader.Section = section.Name;
        var body = reader.Slice(reader.ReadLength());
        if (section.Order != 0 && section.Order <= order)
        {
            throw reader.Malformed($"unexpected content after last section: the {section.Name} section comes twice or too late", start);
        }
        section.Read(ref body, module);
        if (!body.AtEnd)
        {
            throw body.Malformed("section size mismatch", body.Position);
        }
        return Math.Max(order, section.Order);
    }

    private static Section SectionOf(ref WasmReader reader)
    {
        const byte Tag = 13;
        var start = reader.Position;
        var id = reader.ReadByte();
        if (id < Sections.Length)
        {
            return Sections[id];
        }
        throw id == Tag
            ? reader.Unsupported(Feature.Exceptions, "a tag section", start)
            : reader.Malformed("malformed section id", start);
    }

    /// <param name="Order">Its place among the sections; the custom section has none.</param>
    private sealed record Section(string Name, int Order, ReadSection Read);
}
