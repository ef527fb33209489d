using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm.Execution;

/// <summary>
/// What new instances of a module start from: the bytes of their context, their memories and tables. It holds nothing of a store, and functions by their index,
/// so that it serves every store and the code of every back end.
/// </summary>
internal sealed class InstanceImage : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ConditionalWeakTable<ModuleCode, MemoryImage?[]> _tableImages = [];
    private readonly byte[] _context;
    private readonly MemoryContent[] _memories;
    private readonly TableContent[] _tables;
    private bool _isDisposed;

    /// <param name="memories">Of the module's own memories.</param>
    /// <param name="tables">Of the module's own tables.</param>
    internal InstanceImage(Module module, byte[] context, MemoryContent[] memories, TableContent[] tables)
    {
        Module = module;
        _context = context;
        _memories = memories;
        _tables = tables;
        module.Own(this);
    }

    internal Module Module { get; }

    /// <summary>Makes an instance; what the image does not hold is the caller's to do.</summary>
    internal Instance New(Store store, ReadOnlySpan<Extern> imports)
    {
        var declaration = Module.Declaration;
        var code = Module.CodeForInstance();
        var tableImages = TableImagesFor(code);
        var instance = new Instance(store, Module, code, this, _context);
        AddImports(instance, imports);
        for (var own = 0; own < _memories.Length; own++)
        {
            var memory = declaration.ImportedMemories + own;
            var limits = declaration.Memories[memory].Limits with { Min = _memories[own].Pages };
            instance.Add(memory, new Memory(store, limits, _memories[own].Image));
        }
        for (var own = 0; own < _tables.Length; own++)
        {
            var table = declaration.ImportedTables + own;
            var type = declaration.Tables[table];
            instance.Add(table, new Table(
                store, type with { Limits = type.Limits with { Min = _tables[own].Size } }, tableImages[own],
                instance.Context + Module.Layout.OwnTable(table), instance.Context));
        }
        return instance;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }
            _isDisposed = true;
        }
        Module.Disown(this);
        foreach (var memory in _memories)
        {
            Retire(memory.Image, Module.Engine.Memories);
        }
        foreach (var (_, images) in _tableImages)
        {
            Array.ForEach(images, image => Retire(image, Module.Engine.Tables));
        }
    }

    private static void Retire(MemoryImage? image, MemoryPool pool)
    {
        if (image is not null)
        {
            pool.Forget(image);
            image.Dispose();
        }
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

    private MemoryImage?[] TableImagesFor(ModuleCode code)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(Template));
            return _tableImages.GetValue(code, BuildTables);
        }
    }

    private MemoryImage?[] BuildTables(ModuleCode code) => Array.ConvertAll(_tables, table => Build(table, code));

    private MemoryImage? Build(TableContent table, ModuleCode code) =>
        table.Runs.Length == 0 ? null : MemoryImage.Build(Array.ConvertAll(table.Runs, run => Build(run, code)));

    private (long Offset, ReadOnlyMemory<byte> Bytes) Build(TableRun run, ModuleCode code)
    {
        var bytes = new byte[run.Functions.Length * TableEntry.Bytes];
        var entries = MemoryMarshal.Cast<byte, TableEntry>(bytes.AsSpan());
        for (var index = 0; index < entries.Length; index++)
        {
            if (run.Functions[index] != 0)
            {
                entries[index] = EntryOf(run.Functions[index] - 1, code);
            }
        }
        return ((long)run.Offset * TableEntry.Bytes, bytes);
    }

    private TableEntry EntryOf(int function, ModuleCode code)
    {
        var signature = Module.Signatures[Module.Declaration.FunctionTypes[function]];
        var pointer = code.ForTable(function);
        return new TableEntry
        {
            Code = pointer,
            Signature = pointer == 0 ? signature | TableEntry.Unresolved : signature,
            Function = function,
        };
    }
}

/// <summary>What a memory starts from.</summary>
/// <param name="Image">Null for nothing but zeros.</param>
internal readonly record struct MemoryContent(uint Pages, MemoryImage? Image);

/// <summary>What a table starts from.</summary>
/// <param name="Runs">Stretches of elements, later ones over earlier ones; null elements elsewhere.</param>
internal readonly record struct TableContent(uint Size, TableRun[] Runs);

/// <summary>Elements of a table that lie side by side.</summary>
/// <param name="Functions">For each the index of a function of the instance, plus one; 0 for null.</param>
internal readonly record struct TableRun(uint Offset, int[] Functions);
