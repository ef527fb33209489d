using Tapedeck.Wasm.Binary;

namespace Tapedeck.Wasm.Execution;

/// <summary>Where things lie in the native block of a module's instances. The compiler writes these offsets into the code.</summary>
internal sealed class ContextLayout
{
    private readonly int[] _globals;
    private readonly int _importedTables;
    private readonly int _importedGlobals;

    internal ContextLayout(ModuleDeclaration module)
    {
        _importedTables = module.ImportedTables;
        _importedGlobals = module.ImportedGlobals;
        var at = InstanceContext.Size;
        Memories = Take(ref at, 8 * module.Memories.Length);
        TablePointers = Take(ref at, 8 * module.Tables.Length);
        OwnTables = Take(ref at, TableBlock.Bytes * (module.Tables.Length - module.ImportedTables));
        Imports = Take(ref at, ImportedFunction.Bytes * module.ImportedFunctions);
        Signatures = Take(ref at, 4 * module.Types.Length);
        at = Align16(at);
        _globals = new int[module.Globals.Length];
        for (var global = 0; global < _globals.Length; global++)
        {
            _globals[global] = Take(ref at, 16);
        }
        GlobalsStart = _globals.Length > 0 ? _globals[0] : at;
        DroppedElements = Take(ref at, module.Elements.Length);
        DroppedData = Take(ref at, module.Data.Length);
        Size = Align16(at);
    }

    /// <summary>The base pointers of all memories.</summary>
    internal int Memories { get; }

    /// <summary>Pointers to the <see cref="TableBlock"/> of all tables.</summary>
    internal int TablePointers { get; }

    /// <summary>The <see cref="TableBlock"/>s of the module's own tables.</summary>
    internal int OwnTables { get; }
    internal int Imports { get; }

    /// <summary>The process's id of each of the module's types.</summary>
    internal int Signatures { get; }
    internal int GlobalsStart { get; }
    internal int DroppedElements { get; }
    internal int DroppedData { get; }
    internal int Size { get; }

    internal int Memory(int memory) => Memories + (8 * memory);

    internal int TablePointer(int table) => TablePointers + (8 * table);

    internal bool IsOwnTable(int table) => table >= _importedTables;

    internal int OwnTable(int table) => OwnTables + (TableBlock.Bytes * (table - _importedTables));

    internal int Import(int function) => Imports + (ImportedFunction.Bytes * function);

    internal int Signature(int type) => Signatures + (4 * type);

    internal bool IsOwnGlobal(int global) => global >= _importedGlobals;

    /// <summary>The cell of an own global, or the pointer to the cell of an imported one.</summary>
    internal int Global(int global) => _globals[global];

    private static int Take(ref int at, int bytes)
    {
        var start = at;
        at += (bytes + 7) & ~7;
        return start;
    }

    private static int Align16(int at) => (at + 15) & ~15;
}
