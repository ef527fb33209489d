using System.Runtime.CompilerServices;
using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Execution;
using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm;

/// <summary>A module made ready, so that an instance is cheap: memories and tables are mapped from images that hold the active segments.</summary>
public sealed class Template
{
    private readonly Lock _gate = new();
    private readonly ConditionalWeakTable<ModuleCode, Image> _images = [];
    private readonly SegmentPlan _plan;
    private readonly MemoryImage?[] _memories;

    internal Template(Module module)
    {
        Module = module;
        _plan = SegmentPlan.Of(module.Declaration);
        _memories = MemoryImages.Build(module.Declaration, _plan);
    }

    public Module Module { get; }

    internal ModuleDeclaration Declaration => Module.Declaration;

    internal ContextLayout Layout => Module.Layout;

    internal int[] Signatures => Module.Signatures;

    /// <summary>Makes an instance and runs its start function. Inside <see cref="Engine.Run"/> or <see cref="Engine.RunAsync"/> only.</summary>
    /// <param name="imports">What the module imports, in the order of <see cref="Module.Imports"/>.</param>
    /// <exception cref="LinkException">The imports do not fit.</exception>
    /// <exception cref="LimitException">A limit of the store would be passed.</exception>
    /// <exception cref="TrapException">A segment does not fit, or the start function trapped.</exception>
    public Instance New(Store store, params ReadOnlySpan<Extern> imports)
    {
        store.Demand();
        Linking.Check(Declaration, store, imports);
        var code = Module.CodeForInstance();
        var image = ImageOf(code);
        var instance = new Instance(store, this, code, image.Context);
        AddImports(instance, imports);
        for (var memory = Declaration.ImportedMemories; memory < Declaration.Memories.Length; memory++)
        {
            instance.Add(memory, new Memory(store, Declaration.Memories[memory].Limits, _memories[memory]));
        }
        for (var table = Declaration.ImportedTables; table < Declaration.Tables.Length; table++)
        {
            instance.Add(table, new Table(
                store, Declaration.Tables[table], image.Tables[table], instance.Context + Layout.OwnTable(table), instance.Context));
        }
        Initialise(instance);
        return instance;
    }

    private static void AddImports(Instance instance, ReadOnlySpan<Extern> imports)
    {
        var (functions, tables, memories, globals) = (0, 0, 0, 0);
        foreach (var import in imports)
        {
            switch (import)
            {
                case Func func:
                    instance.Import(functions++, func);
                    break;
                case Table table:
                    instance.Add(tables++, table);
                    break;
                case Memory memory:
                    instance.Add(memories++, memory);
                    break;
                case Global global:
                    instance.Import(globals++, global);
                    break;
                default:
                    break;
            }
        }
    }

    // What the images do not hold, in the specification's order.
    private void Initialise(Instance instance)
    {
        foreach (var global in _plan.Globals)
        {
            instance.Initialise(global);
        }
        foreach (var (segment, index) in _plan.ImportedElements)
        {
            instance.PatchElement(segment, index);
        }
        foreach (var segment in _plan.Elements)
        {
            instance.InitialiseElements(segment);
        }
        foreach (var segment in _plan.Data)
        {
            instance.InitialiseData(segment);
        }
        if (Declaration.Start is { } start)
        {
            instance.FuncAt(start).Call([], []);
        }
    }

    private Image ImageOf(ModuleCode code)
    {
        lock (_gate)
        {
            return _images.GetValue(code, key => new Image(ContextImage.Build(Module, _plan), TableImages.Build(Module, key, _plan)));
        }
    }

    /// <summary>What instances with one back end's code start from.</summary>
    private sealed record Image(byte[] Context, MemoryImage?[] Tables);
}
