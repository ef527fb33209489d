namespace Tapedeck.Wasm.Binary;

/// <summary>Decodes <see href="https://webassembly.github.io/spec/core/binary/modules.html#import-section"/>.</summary>
internal static class ImportSection
{
    internal static void Read(ref WasmReader reader, ModuleDraft module)
    {
        module.Imports.AddRange(reader.ReadVector(module.Limits.Imports, "imports", (ref r) => ReadImport(ref r, module)));
        module.ImportedFunctions = module.FunctionTypes.Count;
        module.ImportedTables = module.Tables.Count;
        module.ImportedMemories = module.Memories.Count;
        module.ImportedGlobals = module.Globals.Count;
    }

    private static ImportType ReadImport(ref WasmReader reader, ModuleDraft module) => new(
        reader.ReadName(module.Limits.NameBytes),
        reader.ReadName(module.Limits.NameBytes),
        ReadType(ref reader, module));

    private static ExternType ReadType(ref WasmReader reader, ModuleDraft module)
    {
        var kind = ExternKindReader.Read(ref reader, "malformed import kind");
        var limits = module.Limits;
        switch (kind)
        {
            case ExternKind.Func:
                var type = module.ReadType(ref reader);
                Add(ref reader, module.FunctionTypes, type, limits.Functions, "functions");
                return ExternType.Of(module.Types[type]);
            case ExternKind.Table:
                return ExternType.Of(Add(ref reader, module.Tables, TypeReader.ReadTableType(ref reader), limits.Tables, "tables"));
            case ExternKind.Memory:
                return ExternType.Of(Add(ref reader, module.Memories, TypeReader.ReadMemoryType(ref reader), limits.Memories, "memories"));
            default:
                return ExternType.Of(Add(ref reader, module.Globals, TypeReader.ReadGlobalType(ref reader), limits.Globals, "globals"));
        }
    }

    private static T Add<T>(ref WasmReader reader, List<T> space, T type, int limit, string items)
    {
        if (space.Count >= limit)
        {
            throw reader.TooLarge($"more {items} than the limit of {limit}", reader.Position);
        }
        space.Add(type);
        return type;
    }
}
