namespace Tapedeck.Wasm.Execution;

/// <summary>What compiled code asks of the engine round calls.</summary>
internal static unsafe class Calls
{
    /// <summary>The trap of a method that found the stack limit: the stack is used up, or somebody raised the limit to interrupt.</summary>
    internal static TrapException StackExhausted(nint context)
    {
        var block = (StoreBlock*)((InstanceContext*)context)->Store;
        return Traps.New(Volatile.Read(ref block->Interrupt) != 0 ? TrapCode.Interrupted : TrapCode.CallStackExhausted);
    }

    internal static nint ResolveCode(int index, nint context) => Store.InstanceOf(context).Code.Resolve(index);

    /// <summary>Makes a table element callable whose signature was not simply the one expected: it is not resolved yet, or the call traps.</summary>
    internal static void ResolveElement(nint entry, int table, int type, nint context)
    {
        var element = (TableEntry*)entry;
        var instance = Store.InstanceOf(context);
        if (element->Signature == 0)
        {
            throw new TrapException(TrapCode.UninitializedElement);
        }
        if ((element->Signature & ~TableEntry.Unresolved) != instance.Module.Signatures[type])
        {
            throw new TrapException(TrapCode.IndirectCallTypeMismatch);
        }
        instance.Tables[table].Resolve(element);
    }

    /// <summary>Takes a frame from the side stack, all zero.</summary>
    internal static nint EnterFrame(int size, nint context)
    {
        var block = (StoreBlock*)((InstanceContext*)context)->Store;
        var frame = block->SideTop;
        if (size > block->SideLimit - frame)
        {
            throw new TrapException(TrapCode.CallStackExhausted);
        }
        block->SideTop = frame + size;
        new Span<byte>((void*)frame, size).Clear();
        return frame;
    }
}
