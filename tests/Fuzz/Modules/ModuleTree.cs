using Tapedeck.Fuzz.Playing;
using Tapedeck.Wasm;

namespace Tapedeck.Fuzz.Modules;

/// <summary>A generated module before it is bytes. Index spaces hold imports first.</summary>
internal sealed class ModuleTree
{
    internal List<FuncType> Types { get; } = [];
    internal List<Import> Imports { get; } = [];
    internal List<FuncType> ImportedFunctions { get; } = [];
    internal List<Function> Functions { get; } = [];
    internal List<TableType> Tables { get; } = [];
    internal List<MemoryType> Memories { get; } = [];
    internal List<Global> Globals { get; } = [];
    internal List<Element> Elements { get; } = [];
    internal List<Data> Data { get; } = [];
    internal List<ExportType> Exports { get; } = [];
    internal int? Start { get; set; }

    /// <summary>Write numbers in five bytes.</summary>
    internal bool Padded { get; set; }

    /// <summary>The global that every loop and function takes from, so that each call ends.</summary>
    internal int Fuel { get; set; }

    /// <summary>The global that values are folded into which nobody would see otherwise.</summary>
    internal int Digest { get; set; }

    internal List<Slot> Slots { get; } = [];

    internal int FunctionCount => ImportedFunctions.Count + Functions.Count;

    internal FuncType TypeOf(int function) =>
        function < ImportedFunctions.Count ? ImportedFunctions[function] : Functions[function - ImportedFunctions.Count].Type;

    internal int TypeIndex(FuncType type)
    {
        var index = Types.IndexOf(type);
        if (index < 0)
        {
            index = Types.Count;
            Types.Add(type);
        }
        return index;
    }

    /// <summary>Adds a function to be filled later, and exports it.</summary>
    internal Function AddFunction(FuncType type, string export, bool isShim = false)
    {
        var function = new Function(TypeIndex(type), type, export) { IsShim = isShim };
        Functions.Add(function);
        Exports.Add(new ExportType(export, ExternType.Of(type), FunctionCount - 1));
        return function;
    }
}
