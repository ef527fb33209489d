namespace Tapedeck.Wasm.Binary;

/// <summary>What the sections read so far have declared.</summary>
internal sealed class ModuleDraft(ReadOnlyMemory<byte> bytes, ModuleLimits limits)
{
    internal ModuleLimits Limits => limits;
    internal FuncType[] Types { get; set; } = [];
    internal List<ImportType> Imports { get; } = [];
    internal ExportType[] Exports { get; set; } = [];
    internal List<int> FunctionTypes { get; } = [];
    internal List<TableType> Tables { get; } = [];
    internal List<MemoryType> Memories { get; } = [];
    internal List<GlobalType> Globals { get; } = [];
    internal int ImportedFunctions { get; set; }
    internal int ImportedTables { get; set; }
    internal int ImportedMemories { get; set; }
    internal int ImportedGlobals { get; set; }
    internal ConstantExpression[] GlobalInits { get; set; } = [];
    internal ElementSegment[] Elements { get; set; } = [];
    internal DataSegment[] Data { get; set; } = [];
    internal int? DataCount { get; set; }
    internal FunctionBody[] Code { get; set; } = [];
    internal int? Start { get; set; }
    internal List<CustomSection> CustomSections { get; } = [];

    internal FuncType TypeOf(int function) => Types[FunctionTypes[function]];

    internal int ReadType(ref WasmReader reader) => reader.ReadIndex(Types.Length, "type");

    internal int ReadFunction(ref WasmReader reader) => reader.ReadIndex(FunctionTypes.Count, "function");

    internal int ReadTable(ref WasmReader reader) => reader.ReadIndex(Tables.Count, "table");

    internal int ReadMemory(ref WasmReader reader) => reader.ReadIndex(Memories.Count, "memory");

    internal int ReadGlobal(ref WasmReader reader) => reader.ReadIndex(Globals.Count, "global");

    internal ModuleDeclaration ToDeclaration() => new()
    {
        Bytes = bytes,
        Types = Types,
        Imports = [.. Imports],
        Exports = Exports,
        FunctionTypes = [.. FunctionTypes],
        Tables = [.. Tables],
        Memories = [.. Memories],
        Globals = [.. Globals],
        ImportedFunctions = ImportedFunctions,
        ImportedTables = ImportedTables,
        ImportedMemories = ImportedMemories,
        ImportedGlobals = ImportedGlobals,
        GlobalInits = GlobalInits,
        Elements = Elements,
        Data = Data,
        DataCount = DataCount,
        Code = Code,
        Start = Start,
        CustomSections = [.. CustomSections],
    };
}
