using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Tapedeck.Wasm.Execution;

namespace Tapedeck.Wasm;

/// <summary>An instance of a module in a store.</summary>
public sealed unsafe class Instance
{
    private readonly byte* _context;
    private readonly Func?[] _functions;
    private readonly Global?[] _globals;

    internal Instance(Store store, Template template, ModuleCode code, ReadOnlySpan<byte> context)
    {
        if (store.Instances.Count == store.Limits.Instances)
        {
            throw new LimitException($"the store already has {store.Limits.Instances} instances");
        }
        Store = store;
        Template = template;
        Code = code;
        var declaration = template.Declaration;
        _functions = new Func?[declaration.FunctionTypes.Length];
        _globals = new Global?[declaration.Globals.Length];
        Memories = new Memory[declaration.Memories.Length];
        Tables = new Table[declaration.Tables.Length];
        var block = new ContextBlock(context.Length);
        store.Own(block);
        _context = (byte*)block.Address;
        context.CopyTo(new Span<byte>(_context, context.Length));
        Index = store.Instances.Count;
        var head = (InstanceContext*)_context;
        head->Store = store.BlockAddress;
        head->Code = code.Pointers;
        head->Index = Index;
        store.Instances.Add(this);
    }

    public Store Store { get; }

    public Module Module => Template.Module;

    internal Template Template { get; }
    internal ModuleCode Code { get; }
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
        found = Template.Module.ExportsByName.TryGetValue(export, out var type) ? At(type) : null;
        return found is not null;
    }

    /// <summary>The exported function <paramref name="export"/>.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Func Func(string export) => this[export] as Func ?? throw new KeyNotFoundException($"the export \"{export}\" is not a function");

    /// <summary>The exported memory <paramref name="export"/>.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Memory Memory(string export) => this[export] as Memory ?? throw new KeyNotFoundException($"the export \"{export}\" is not a memory");

    internal nint BaseOf(int memory) => *(nint*)(_context + Template.Layout.Memory(memory));

    internal Func FuncAt(int function)
    {
        if (function < Template.Declaration.ImportedFunctions)
        {
            return Store.FuncOf(ReferenceTo(function));
        }
        return _functions[function] ??= new Func(this, function, Code.Resolve(function));
    }

    internal Global GlobalAt(int global) =>
        _globals[global] ??= new Global(Store, Template.Declaration.Globals[global], (nint)CellOf(global));

    internal long ReferenceTo(int function) =>
        function < Template.Declaration.ImportedFunctions
            ? ((ImportedFunction*)(_context + Template.Layout.Import(function)))->Reference
            : FunctionReference.Pack(Index, function);

    internal TableEntry EntryOf(int function)
    {
        var code = Code.Find(function);
        var signature = Template.Signatures[Template.Declaration.FunctionTypes[function]];
        return new TableEntry
        {
            Code = code,
            Signature = code == 0 ? signature | TableEntry.Unresolved : signature,
            Function = function,
            Context = Context,
        };
    }

    internal byte* CellOf(int global)
    {
        var cell = _context + Template.Layout.Global(global);
        return Template.Layout.IsOwnGlobal(global) ? cell : *(byte**)cell;
    }

    /// <summary>The bytes of a data segment; none once it is dropped.</summary>
    internal ReadOnlySpan<byte> Segment(int segment)
    {
        var data = Template.Declaration.Data[segment];
        return _context[Template.Layout.DroppedData + segment] != 0 ? default : Template.Declaration.Bytes.Span.Slice(data.Start, data.Length);
    }

    internal void DropData(int segment) => _context[Template.Layout.DroppedData + segment] = 1;

    internal int ElementCount(int segment) =>
        _context[Template.Layout.DroppedElements + segment] != 0 ? 0 : Template.Declaration.Elements[segment].Count;

    internal long Element(int segment, int index)
    {
        var elements = Template.Declaration.Elements[segment];
        return elements.Functions is { } functions
            ? ReferenceTo(functions[index])
            : ConstantEvaluator.Evaluate(this, elements.Items![index]).AsI64;
    }

    internal void DropElements(int segment) => _context[Template.Layout.DroppedElements + segment] = 1;

    internal void Initialise(int global)
    {
        var init = Template.Declaration.GlobalInits[global - Template.Declaration.ImportedGlobals];
        *(Value*)CellOf(global) = ConstantEvaluator.Evaluate(this, init);
    }

    internal void InitialiseElements(int segment)
    {
        var elements = Template.Declaration.Elements[segment];
        var offset = ConstantEvaluator.Evaluate(this, elements.Offset).AsI32;
        TableOperations.Init(offset, 0, elements.Count, segment, elements.Table, Context);
        DropElements(segment);
    }

    /// <summary>Puts an imported function where the table's image has a gap.</summary>
    internal void PatchElement(int segment, int index)
    {
        var elements = Template.Declaration.Elements[segment];
        var offset = (uint)ConstantEvaluator.Evaluate(this, elements.Offset).AsI32;
        Tables[elements.Table].SetReference(offset + (uint)index, ReferenceTo(elements.Functions![index]));
    }

    internal void InitialiseData(int segment)
    {
        var data = Template.Declaration.Data[segment];
        var offset = ConstantEvaluator.Evaluate(this, data.Offset).AsI32;
        MemoryOperations.Init(offset, 0, data.Length, segment, data.Memory, Context);
        DropData(segment);
    }

    internal void Import(int function, Func source)
    {
        *(ImportedFunction*)(_context + Template.Layout.Import(function)) =
            new ImportedFunction { Code = source.Code, Context = source.Context, Reference = source.Reference };
    }

    internal void Import(int global, Global source)
    {
        *(nint*)(_context + Template.Layout.Global(global)) = source.Cell;
        _globals[global] = source;
    }

    internal void Add(int memory, Memory source)
    {
        Memories[memory] = source;
        *(nint*)(_context + Template.Layout.Memory(memory)) = source.Base;
        if (memory == 0)
        {
            ((InstanceContext*)_context)->Memory0 = source.Base;
        }
    }

    internal void Add(int table, Table source)
    {
        Tables[table] = source;
        *(nint*)(_context + Template.Layout.TablePointer(table)) = source.Block;
    }

    private Extern At(ExportType export) => export.Type.Kind switch
    {
        ExternKind.Func => FuncAt(export.Index),
        ExternKind.Table => Tables[export.Index],
        ExternKind.Memory => Memories[export.Index],
        ExternKind.Global => GlobalAt(export.Index),
        _ => throw new UnreachableException(),
    };

    private sealed class ContextBlock(int size) : IDisposable
    {
        internal nint Address { get; } = (nint)NativeMemory.AlignedAlloc((nuint)size, 16);

        public void Dispose() => NativeMemory.AlignedFree((void*)Address);
    }
}
