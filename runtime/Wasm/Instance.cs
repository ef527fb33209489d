using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Tapedeck.Wasm.Execution;

namespace Tapedeck.Wasm;

/// <summary>An instance of a module in a store.</summary>
public sealed unsafe class Instance
{
    private readonly byte* _context;
    // A few that somebody asked for, of many thousand: not an array, which would be the largest thing that an instance has.
    private readonly Dictionary<int, Func> _functions = [];
    private readonly Global?[] _globals;

    internal Instance(Store store, Module module, ModuleCode code, InstanceImage image, ReadOnlySpan<byte> context)
    {
        if (store.Instances.Count == store.Limits.Instances)
        {
            throw new LimitException($"the store already has {store.Limits.Instances} instances");
        }
        Store = store;
        Module = module;
        Code = code;
        Image = image;
        var declaration = module.Declaration;
        _globals = new Global?[declaration.Globals.Length];
        Memories = new Memory[declaration.Memories.Length];
        Tables = new Table[declaration.Tables.Length];
        _context = (byte*)store.Allocate(context.Length);
        context.CopyTo(new Span<byte>(_context, context.Length));
        Index = store.Instances.Count;
        var head = (InstanceContext*)_context;
        head->Store = store.BlockAddress;
        head->Code = code.Pointers;
        head->Index = Index;
        store.Instances.Add(this);
    }

    public Store Store { get; }

    public Module Module { get; }

    internal ModuleCode Code { get; }

    /// <summary>Whether it is whole: its memories and tables are there, its segments applied, and its start function came to an end.</summary>
    internal bool IsStarted { get; set; }

    /// <summary>What it started from.</summary>
    internal InstanceImage Image { get; }
    internal int Index { get; }
    internal Memory[] Memories { get; }
    internal Table[] Tables { get; }

    internal nint Context => (nint)_context;

    /// <summary>What the instance exports under <paramref name="export"/>.</summary>
    /// <exception cref="KeyNotFoundException">It exports nothing of that name.</exception>
    public Extern this[string export] =>
        TryGet(export, out var found) ? found : throw new KeyNotFoundException($"the module has no export \"{export}\"");

    public bool TryGet(string export, [NotNullWhen(true)] out Extern? found)
    {
        Store.Demand();
        found = Module.ExportsByName.TryGetValue(export, out var type) ? At(type) : null;
        return found is not null;
    }

    /// <summary>The exported function <paramref name="export"/>.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Func Func(string export) => this[export] as Func ?? throw new KeyNotFoundException($"the export \"{export}\" is not a function");

    /// <summary>The exported memory <paramref name="export"/>.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Memory Memory(string export) => this[export] as Memory ?? throw new KeyNotFoundException($"the export \"{export}\" is not a memory");

    internal nint BaseOf(int memory) => *(nint*)(_context + Module.Layout.Memory(memory));

    internal Func FuncAt(int function)
    {
        if (function < Module.Declaration.ImportedFunctions)
        {
            return Store.FuncOf(ReferenceTo(function));
        }
        if (!_functions.TryGetValue(function, out var func))
        {
            _functions.Add(function, func = new Func(this, function, Code.Resolve(function)));
        }
        return func;
    }

    internal Global GlobalAt(int global) =>
        _globals[global] ??= new Global(Store, Module.Declaration.Globals[global], (nint)CellOf(global));

    internal long ReferenceTo(int function) =>
        function < Module.Declaration.ImportedFunctions
            ? ((ImportedFunction*)(_context + Module.Layout.Import(function)))->Reference
            : FunctionReference.Pack(Index, function);

    internal TableEntry EntryOf(int function)
    {
        // First, since the array checks the index and the code pointers do not.
        var signature = Module.Signatures[Module.Declaration.FunctionTypes[function]];
        var code = Code.Find(function);
        return new TableEntry
        {
            Code = code,
            Signature = code == 0 ? signature | TableEntry.Unresolved : signature,
            Function = function,
            Context = Context,
        };
    }

    internal bool IsGlobal(int index, Global global) => (nint)CellOf(index) == global.Cell;

    internal byte* CellOf(int global)
    {
        var cell = _context + Module.Layout.Global(global);
        return Module.Layout.IsOwnGlobal(global) ? cell : *(byte**)cell;
    }

    /// <summary>The bytes of a data segment; none once it is dropped.</summary>
    internal ReadOnlySpan<byte> Segment(int segment)
    {
        var data = Module.Declaration.Data[segment];
        return _context[Module.Layout.DroppedData + segment] != 0 ? default : Module.Declaration.Bytes.Span.Slice(data.Start, data.Length);
    }

    /// <summary>Copies which segments are dropped into a context that is being built.</summary>
    internal void CopyDropped(Span<byte> context)
    {
        var start = Module.Layout.DroppedElements;
        new ReadOnlySpan<byte>(_context + start, Module.Layout.Size - start).CopyTo(context[start..]);
    }

    internal void DropData(int segment) => _context[Module.Layout.DroppedData + segment] = 1;

    internal int ElementCount(int segment) =>
        _context[Module.Layout.DroppedElements + segment] != 0 ? 0 : Module.Declaration.Elements[segment].Count;

    internal long Element(int segment, int index)
    {
        var elements = Module.Declaration.Elements[segment];
        return elements.Functions is { } functions
            ? ReferenceTo(functions[index])
            : ConstantEvaluator.Evaluate(this, elements.Items![index]).AsI64;
    }

    internal void DropElements(int segment) => _context[Module.Layout.DroppedElements + segment] = 1;

    internal void Initialise(int global)
    {
        var init = Module.Declaration.GlobalInits[global - Module.Declaration.ImportedGlobals];
        *(Value*)CellOf(global) = ConstantEvaluator.Evaluate(this, init);
    }

    internal void InitialiseElements(int segment)
    {
        var elements = Module.Declaration.Elements[segment];
        var offset = ConstantEvaluator.Evaluate(this, elements.Offset).AsI32;
        TableOperations.Init(offset, 0, elements.Count, segment, elements.Table, Context);
        DropElements(segment);
    }

    /// <summary>Puts imported functions where the tables' images have gaps.</summary>
    internal void PatchElements(ImportedElement[] elements)
    {
        for (var done = 0; done < elements.Length; done++)
        {
            if (done % TableOperations.Piece == 0)
            {
                MemoryOperations.Poll(Context);
            }
            var element = elements[done];
            Tables[element.Table].SetReference(element.Index, ReferenceTo(element.Function));
        }
    }

    internal void InitialiseData(int segment)
    {
        var data = Module.Declaration.Data[segment];
        var offset = ConstantEvaluator.Evaluate(this, data.Offset).AsI32;
        MemoryOperations.Init(offset, 0, data.Length, segment, data.Memory, Context);
        DropData(segment);
    }

    internal void Import(int function, Func source)
    {
        *(ImportedFunction*)(_context + Module.Layout.Import(function)) =
            new ImportedFunction { Code = source.Code, Context = source.Context, Reference = source.Reference };
    }

    internal void Import(int global, Global source)
    {
        *(nint*)(_context + Module.Layout.Global(global)) = source.Cell;
        _globals[global] = source;
    }

    internal void Add(int memory, Memory source)
    {
        Memories[memory] = source;
        *(nint*)(_context + Module.Layout.Memory(memory)) = source.Base;
        if (memory == 0)
        {
            ((InstanceContext*)_context)->Memory0 = source.Base;
        }
    }

    internal void Add(int table, Table source)
    {
        Tables[table] = source;
        *(nint*)(_context + Module.Layout.TablePointer(table)) = source.Block;
    }

    private Extern At(ExportType export) => export.Type.Kind switch
    {
        ExternKind.Func => FuncAt(export.Index),
        ExternKind.Table => Tables[export.Index],
        ExternKind.Memory => Memories[export.Index],
        ExternKind.Global => GlobalAt(export.Index),
        _ => throw new UnreachableException(),
    };
}
