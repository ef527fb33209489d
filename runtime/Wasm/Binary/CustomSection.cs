namespace Tapedeck.Wasm.Binary;

/// <summary>Decoded from <see href="https://webassembly.github.io/spec/core/binary/modules.html#custom-section"/>; the content has no meaning here.</summary>
internal readonly record struct CustomSection(string Name, int Start, int Length)
{
    internal static void Read(ref WasmReader reader, ModuleDraft module)
    {
        if (module.CustomSections.Count >= module.Limits.CustomSections)
        {
            throw reader.TooLarge($"more custom sections than the limit of {module.Limits.CustomSections}", reader.Position);
        }
        var name = reader.ReadName(module.Limits.NameBytes);
        module.CustomSections.Add(new(name, reader.Position, reader.Remaining));
        reader.ReadBytes(reader.Remaining);
    }
}
