namespace Tapedeck.Wasm.Binary;

/// <summary>Decodes <see href="https://webassembly.github.io/spec/core/binary/modules.html#table-section"/>.</summary>
internal static class TableSection
{
    internal static void Read(ref WasmReader reader, ModuleDraft module) => module.Tables.AddRange(
        reader.ReadVector(module.Limits.Tables - module.Tables.Count, "tables", ReadTable));

    private static TableType ReadTable(ref WasmReader reader)
    {
        const byte HasInitializer = 0x40;
        return reader.PeekByte() == HasInitializer
            ? throw reader.Unsupported(Feature.FunctionReferences, "a table with an initializer", reader.Position)
            : TypeReader.ReadTableType(ref reader);
    }
}
