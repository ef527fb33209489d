namespace Tapedeck.Wasm.Execution;

/// <summary>The table and reference instructions.</summary>
internal static class TableOperations
{
    /// <summary>Elements handled between two looks for an interrupt.</summary>
    internal const uint Piece = 1 << 14;

    internal static long Get(int index, int table, nint context) => Store.InstanceOf(context).Tables[table].GetReference((uint)index);

    internal static void Set(int index, long reference, int table, nint context) =>
        Store.InstanceOf(context).Tables[table].SetReference((uint)index, reference);

    internal static int Size(int table, nint context) => (int)Store.InstanceOf(context).Tables[table].Size;

    internal static int Grow(long reference, int count, int table, nint context)
    {
        var target = Store.InstanceOf(context).Tables[table];
        var old = target.Grow((uint)count);
        // New elements are null as they are.
        if (old >= 0 && reference != 0)
        {
            FillRange(target, (uint)old, reference, (uint)count, context);
        }
        return (int)old;
    }

    internal static void Fill(int index, long reference, int count, int table, nint context)
    {
        var target = Store.InstanceOf(context).Tables[table];
        Check((uint)index, (uint)count, target.Size);
        FillRange(target, (uint)index, reference, (uint)count, context);
    }

    internal static void Copy(int destination, int source, int count, int destinationTable, int sourceTable, nint context)
    {
        var instance = Store.InstanceOf(context);
        var from = instance.Tables[sourceTable];
        var to = instance.Tables[destinationTable];
        Check((uint)source, (uint)count, from.Size);
        Check((uint)destination, (uint)count, to.Size);
        var backwards = (uint)source < (uint)destination;
        for (uint done = 0; done < (uint)count; done++)
        {
            if (done % Piece == 0)
            {
                MemoryOperations.Poll(context);
            }
            var at = backwards ? (uint)count - 1 - done : done;
            to.CopyElement((uint)destination + at, from, (uint)source + at);
        }
    }

    internal static void Init(int destination, int source, int count, int segment, int table, nint context)
    {
        var instance = Store.InstanceOf(context);
        Check((uint)source, (uint)count, (uint)instance.ElementCount(segment));
        Check((uint)destination, (uint)count, instance.Tables[table].Size);
        for (uint done = 0; done < (uint)count; done++)
        {
            if (done % Piece == 0)
            {
                MemoryOperations.Poll(context);
            }
            instance.Tables[table].SetReference((uint)destination + done, instance.Element(segment, source + (int)done));
        }
    }

    internal static void ElementDrop(int segment, nint context) => Store.InstanceOf(context).DropElements(segment);

    internal static long RefFunc(int function, nint context) => Store.InstanceOf(context).ReferenceTo(function);

    private static void FillRange(Table target, uint index, long reference, uint count, nint context)
    {
        for (uint done = 0; done < count; done++)
        {
            if (done % Piece == 0)
            {
                MemoryOperations.Poll(context);
            }
            target.SetReference(index + done, reference);
        }
    }

    private static void Check(uint index, uint count, uint size)
    {
        if (index + (ulong)count > size)
        {
            throw new TrapException(TrapCode.OutOfBoundsTableAccess);
        }
    }
}
