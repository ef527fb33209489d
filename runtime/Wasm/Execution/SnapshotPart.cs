namespace Tapedeck.Wasm.Execution;

/// <summary>One instance of a snapshot.</summary>
/// <param name="Imports">Where each import came from.</param>
/// <param name="Foreign">Elements that name functions of other instances or of the host.</param>
internal sealed record SnapshotPart(InstanceImage Image, ImportPlace[] Imports, ForeignElement[] Foreign)
{
    /// <summary>References name functions by number, so the numbers have to mean the same again.</summary>
    internal void CheckImports(Store store, ReadOnlySpan<Extern> imports)
    {
        for (var index = 0; index < imports.Length; index++)
        {
            if (!Imports[index].Holds(store, imports[index]))
            {
                var import = Image.Module.Imports[index];
                throw new LinkException($"{import.Module}.{import.Name} is not the import that the snapshot was taken with");
            }
        }
    }

    internal void PatchTables(Instance instance)
    {
        for (var done = 0; done < Foreign.Length; done++)
        {
            if (done % TableOperations.Piece == 0)
            {
                MemoryOperations.Poll(instance.Context);
            }
            instance.Tables[Foreign[done].Table].SetReference(Foreign[done].Index, Foreign[done].Reference);
        }
    }
}

/// <summary>An element of an own table that names a function outside of the instance.</summary>
internal readonly record struct ForeignElement(int Table, uint Index, long Reference);

/// <summary>Where an import came from.</summary>
/// <param name="Reference">A function's reference; of anything else the instance that defines it and its index there, packed the same way.</param>
internal readonly record struct ImportPlace(ExternKind Kind, long Reference)
{
    internal bool Holds(Store store, Extern import)
    {
        if (import is Func func)
        {
            return func.Reference == Reference;
        }
        var instance = store.Instances[FunctionReference.Instance(Reference)];
        var index = FunctionReference.Function(Reference);
        return Kind switch
        {
            ExternKind.Memory => instance.Memories[index] == import,
            ExternKind.Table => instance.Tables[index] == import,
            _ => instance.IsGlobal(index, (Global)import),
        };
    }

    /// <returns>Null if no instance of the store defines it.</returns>
    internal static ImportPlace? Of(Store store, Extern import)
    {
        if (import is Func func)
        {
            return new ImportPlace(ExternKind.Func, func.Reference);
        }
        foreach (var instance in store.Instances)
        {
            var declaration = instance.Module.Declaration;
            var (kind, index) = import switch
            {
                Memory memory => (ExternKind.Memory, Own(Array.IndexOf(instance.Memories, memory), declaration.ImportedMemories)),
                Table table => (ExternKind.Table, Own(Array.IndexOf(instance.Tables, table), declaration.ImportedTables)),
                _ => (ExternKind.Global, OwnGlobal(instance, (Global)import)),
            };
            if (index >= 0)
            {
                return new ImportPlace(kind, FunctionReference.Pack(instance.Index, index));
            }
        }
        return null;
    }

    private static int Own(int index, int imported) => index >= imported ? index : -1;

    private static int OwnGlobal(Instance instance, Global import)
    {
        var declaration = instance.Module.Declaration;
        for (var global = declaration.ImportedGlobals; global < declaration.Globals.Length; global++)
        {
            if (instance.IsGlobal(global, import))
            {
                return global;
            }
        }
        return -1;
    }
}
