using Tapedeck.Fuzz.Modules;
using Tapedeck.Fuzz.Playing;
using Tapedeck.Wasm;

namespace Tapedeck.Fuzz.Generation;

/// <summary>Declares what a module imports, and its memories, tables and globals.</summary>
internal sealed class DeclarationGenerator(ModuleTree module, Flavour flavour, Chance chance)
{
    private static readonly ValType[] AllTypes =
        [ValType.I32, ValType.I64, ValType.F32, ValType.F64, ValType.V128, ValType.FuncRef, ValType.ExternRef];

    internal void Generate()
    {
        foreach (var (name, type) in HostFunctions.Types)
        {
            if (chance.Percent(50))
            {
                AddFunction(name, type);
            }
        }
        AddImportedGlobals();
        AddMemories();
        AddTables();
        AddGlobals();
    }

    private void AddFunction(string name, FuncType type)
    {
        module.Exports.Add(new ExportType($"host-{name}", ExternType.Of(type), module.ImportedFunctions.Count));
        module.ImportedFunctions.Add(type);
        Import(name, ExternType.Of(type), module.TypeIndex(type), null);
    }

    private void AddImportedGlobals()
    {
        while (chance.Percent(30))
        {
            var type = new GlobalType(chance.Pick((ValType[])[ValType.I32, ValType.I64, ValType.ExternRef]), chance.Percent(40));
            var initial = type.Type switch
            {
                ValType.I32 => Bits.Of((uint)chance.Below(200)),
                ValType.I64 => Bits.Of(OddValues.I64(chance)),
                _ => Bits.OfReference(chance.Below(8)),
            };
            Import($"global{module.Globals.Count}", ExternType.Of(type), 0, initial);
            ExportGlobal(type);
            module.Globals.Add(new Modules.Global(type, null));
        }
    }

    private void AddMemories()
    {
        for (var i = 0; i < flavour.Memories; i++)
        {
            var min = (uint)(i == 0 && chance.Percent(90) ? chance.Between(1, 3) : chance.Below(3));
            var type = new MemoryType(new Limits(min, chance.Percent(85) ? min + (uint)chance.Below(5) : null));
            module.Exports.Add(new ExportType($"memory{i}", ExternType.Of(type), i));
            module.Memories.Add(type);
            if (i == module.Imports.Count(static import => import.Type.Kind == ExternKind.Memory) && chance.Percent(20))
            {
                Import($"memory{i}", ExternType.Of(type), 0, null);
            }
        }
        AddAlias();
    }

    /// <summary>The same memory under a second index, which no engine may take for another one.</summary>
    private void AddAlias()
    {
        var memories = module.Imports.FindAll(static import => import.Type.Kind == ExternKind.Memory);
        if (memories.Count == 1 && module.Memories.Count == 1 && chance.Percent(30))
        {
            module.Exports.Add(new ExportType("memory1", memories[0].Type, 1));
            module.Memories.Add(memories[0].Type.Memory);
            module.Imports.Add(memories[0]);
        }
    }

    private void AddTables()
    {
        var count = chance.Weighted([20, 40, 25, 15]);
        for (var i = 0; i < count; i++)
        {
            var min = (uint)chance.Below(16);
            var element = chance.Percent(70) ? ValType.FuncRef : ValType.ExternRef;
            var type = new TableType(element, new Limits(min, chance.Percent(80) ? min + (uint)chance.Below(20) : null));
            module.Exports.Add(new ExportType($"table{i}", ExternType.Of(type), i));
            module.Tables.Add(type);
            if (i == 0 && chance.Percent(20))
            {
                Import("table0", ExternType.Of(type), 0, null);
            }
        }
    }

    private void AddGlobals()
    {
        module.Fuel = module.Globals.Count;
        module.Globals.Add(new Modules.Global(new GlobalType(ValType.I32, true), Code.I32(flavour.Fuel)));
        module.Exports.Add(new ExportType("fuel", ExternType.Of(module.Globals[^1].Type), module.Fuel));
        module.Digest = module.Globals.Count;
        module.Globals.Add(new Modules.Global(new GlobalType(ValType.I64, true), Code.I64(0)));
        module.Exports.Add(new ExportType("digest", ExternType.Of(module.Globals[^1].Type), module.Digest));
        var count = chance.Below(8);
        for (var i = 0; i < count; i++)
        {
            var type = new GlobalType(chance.Pick(AllTypes), chance.Percent(80));
            ExportGlobal(type);
            module.Globals.Add(new Modules.Global(type, Initial(type.Type)));
        }
    }

    private void ExportGlobal(GlobalType type) =>
        module.Exports.Add(new ExportType($"global{module.Globals.Count}", ExternType.Of(type), module.Globals.Count));

    private Node Initial(ValType type) => type switch
    {
        ValType.I32 or ValType.I64 => new ConstantGenerator(module, chance).Any(type, 3),
        ValType.FuncRef when module.ImportedFunctions.Count > 0 && chance.Percent(60) => Code.RefFunc(chance.Below(module.ImportedFunctions.Count)),
        ValType.ExternRef when new ConstantGenerator(module, chance).ImportedGlobal(type) is { } global => global,
        _ => OddValues.Constant(chance, type),
    };

    private void Import(string name, ExternType type, int typeIndex, string? initial) =>
        module.Imports.Add(new Import("host", name, type, typeIndex, initial, module.Imports.Count));
}
