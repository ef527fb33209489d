using System.Runtime.InteropServices;

namespace Tapedeck.Wasm.Execution;

/// <summary>Takes a snapshot of a store: all of its instances, or none, since start-up of one may have changed another.</summary>
internal sealed class SnapshotTaker(Store store)
{
    private readonly List<SnapshotPart> _parts = [];
    private readonly HashSet<long> _importedFunctions = [];

    internal SnapshotRefusal Refusal { get; private set; }

    /// <returns>Null if <see cref="Refusal"/> says why not.</returns>
    internal Snapshot? Take()
    {
        Refusal = StateOf(store);
        var imports = new List<ImportPlace[]>();
        for (var instance = 0; Refusal == SnapshotRefusal.None && instance < store.Instances.Count; instance++)
        {
            imports.Add(ImportsOf(store.Instances[instance]));
        }
        for (var instance = 0; Refusal == SnapshotRefusal.None && instance < store.Instances.Count; instance++)
        {
            Add(store.Instances[instance], imports[instance]);
        }
        if (Refusal == SnapshotRefusal.None)
        {
            return new Snapshot([.. _parts]);
        }
        _parts.ForEach(static part => part.Image.Dispose());
        return null;
    }

    private static SnapshotRefusal StateOf(Store store) =>
        store.Instances.Count == 0 ? SnapshotRefusal.NoInstance
        : store.IsRunning || store.IsInterrupted || !store.Instances.TrueForAll(static instance => instance.IsStarted) ? SnapshotRefusal.NotAtRest
        : store.HostCalls > 0 ? SnapshotRefusal.HostWasCalled
        : store.HasRefused ? SnapshotRefusal.LimitReached
        : HasTooMuch(store) ? SnapshotRefusal.TooLarge
        : SnapshotRefusal.None;

    private static bool HasTooMuch(Store store) =>
        store.MemoryBytes > Snapshot.MostContentBytes && store.Instances.Sum(static instance => OwnMemories(instance).Sum(static memory => memory.ContentBytes())) > Snapshot.MostContentBytes;

    private static IEnumerable<Memory> OwnMemories(Instance instance) => instance.Memories.Skip(instance.Module.Declaration.ImportedMemories);

    private ImportPlace[] ImportsOf(Instance instance)
    {
        var places = new ImportPlace[instance.Module.Imports.Count];
        var (functions, tables, memories, globals) = (0, 0, 0, 0);
        for (var import = 0; import < places.Length; import++)
        {
            var place = instance.Module.Imports[import].Type.Kind switch
            {
                ExternKind.Func => new ImportPlace(ExternKind.Func, instance.ReferenceTo(functions++)),
                ExternKind.Table => ImportPlace.Of(store, instance.Tables[tables++]),
                ExternKind.Memory => ImportPlace.Of(store, instance.Memories[memories++]),
                _ => ImportPlace.Of(store, instance.GlobalAt(globals++)),
            };
            if (place is not { } known)
            {
                Refusal = SnapshotRefusal.HostState;
                return places;
            }
            places[import] = known;
            if (known.Kind == ExternKind.Func)
            {
                _importedFunctions.Add(known.Reference);
            }
        }
        return places;
    }

    private void Add(Instance instance, ImportPlace[] imports)
    {
        var declaration = instance.Module.Declaration;
        var context = ContextOf(instance);
        var foreign = new List<ForeignElement>();
        var tables = new TableContent[declaration.Tables.Length - declaration.ImportedTables];
        for (var own = 0; own < tables.Length; own++)
        {
            tables[own] = ContentOf(instance, declaration.ImportedTables + own, foreign);
        }
        if (Refusal != SnapshotRefusal.None)
        {
            return;
        }
        var memories = new MemoryContent[declaration.Memories.Length - declaration.ImportedMemories];
        for (var own = 0; own < memories.Length; own++)
        {
            var memory = instance.Memories[declaration.ImportedMemories + own];
            memories[own] = new MemoryContent(memory.Pages, memory.TakeImage());
        }
        _parts.Add(new SnapshotPart(new InstanceImage(instance.Module, context, memories, tables), imports, [.. foreign]));
    }

    // As a context is before anything of a store is put into it, with the own globals and the dropped segments as they are now.
    private byte[] ContextOf(Instance instance)
    {
        var module = instance.Module;
        var context = new byte[module.Layout.Size];
        MemoryMarshal.AsBytes(module.Signatures.AsSpan()).CopyTo(context.AsSpan(module.Layout.Signatures));
        for (var global = module.Declaration.ImportedGlobals; global < module.Declaration.Globals.Length; global++)
        {
            var value = instance.GlobalAt(global).Value;
            var type = module.Declaration.Globals[global].Type;
            if ((type == ValType.ExternRef && !value.IsNull) || (type == ValType.FuncRef && !IsKept(value.AsI64)))
            {
                Refusal = type == ValType.ExternRef ? SnapshotRefusal.HostObject : SnapshotRefusal.HostState;
            }
            MemoryMarshal.Write(context.AsSpan(module.Layout.Global(global)), value);
        }
        instance.CopyDropped(context);
        return context;
    }

    private TableContent ContentOf(Instance instance, int table, List<ForeignElement> foreign)
    {
        var source = instance.Tables[table];
        var functions = new int[source.Size];
        var length = 0;
        for (var index = 0u; index < source.Size; index++)
        {
            var reference = source.GetReference(index);
            if (reference == 0)
            {
                continue;
            }
            if (source.Element == ValType.ExternRef || !IsKept(reference))
            {
                Refusal = source.Element == ValType.ExternRef ? SnapshotRefusal.HostObject : SnapshotRefusal.HostState;
            }
            else if (FunctionReference.Instance(reference) == instance.Index)
            {
                functions[index] = FunctionReference.Function(reference) + 1;
                length = (int)index + 1;
            }
            else
            {
                foreign.Add(new ForeignElement(table, index, reference));
            }
        }
        return new TableContent(source.Size, length == 0 ? [] : [new TableRun(0, functions[..length])]);
    }

    // A host function that is imported is checked by its import; no other could be found again.
    private bool IsKept(long reference) =>
        FunctionReference.Instance(reference) != FunctionReference.Host || reference == 0 || _importedFunctions.Contains(reference);
}
