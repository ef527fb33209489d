namespace Tapedeck.Wasm.Binary;

/// <summary>Decodes <see href="https://webassembly.github.io/spec/core/binary/modules.html#export-section"/>.</summary>
internal static class ExportSection
{
    internal static void Read(ref WasmReader reader, ModuleDraft module)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        module.Exports = reader.ReadVector(module.Limits.Exports, "exports", (ref r) => ReadExport(ref r, module, names));
    }

    private static ExportType ReadExport(ref WasmReader reader, ModuleDraft module, HashSet<string> names)
    {
        var start = reader.Position;
        var name = reader.ReadName(module.Limits.NameBytes);
        if (!names.Add(name))
        {
            throw reader.Invalid("duplicate export name", start);
        }
        var (type, index) = ReadTarget(ref reader, module);
        return new ExportType(name, type, index);
    }

    private static (ExternType Type, int Index) ReadTarget(ref WasmReader reader, ModuleDraft module)
    {
        int index;
        switch (ExternKindReader.Read(ref reader, "malformed export kind"))
        {
            case ExternKind.Func:
                index = module.ReadFunction(ref reader);
                return (ExternType.Of(module.TypeOf(index)), index);
            case ExternKind.Table:
                index = module.ReadTable(ref reader);
                return (ExternType.Of(module.Tables[index]), index);
            case ExternKind.Memory:
                index = module.ReadMemory(ref reader);
                return (ExternType.Of(module.Memories[index]), index);
            default:
                index = module.ReadGlobal(ref reader);
                return (ExternType.Of(module.Globals[index]), index);
        }
    }
}
