using Tapedeck.Wasm.Execution;
using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm;

/// <summary>A table of references.</summary>
public sealed unsafe class Table : Extern
{
    /// <summary>The most elements that a table may have, whatever its type says: what its reservation holds.</summary>
    internal const uint MostElements = 10_000_000;

    private readonly TableType _type;
    private readonly MemorySlot _slot;
    private readonly TableBlock* _block;

    /// <summary>A table that the host makes, every element being <paramref name="initial"/>.</summary>
    /// <exception cref="LimitException">It would go beyond the store's limits.</exception>
    public Table(Store store, TableType type, Value initial)
        : this(store, type, null, store.Allocate(TableBlock.Bytes), 0)
    {
        for (var index = 0u; index < type.Limits.Min; index++)
        {
            Set(index, initial);
        }
    }

    /// <param name="block">Where compiled code finds the table.</param>
    /// <param name="owner">The context that a 0 in an element stands for.</param>
    internal Table(Store store, TableType type, MemoryImage? image, nint block, nint owner)
        : base(store)
    {
        _type = type;
        var min = type.Limits.Min;
        if (min > MostElements || !store.ChargeTable(min))
        {
            throw new LimitException(
                $"a table of {min} elements is beyond the store's {store.Limits.TableElements}, or the engine's {store.Engine.Options.MemoryBytes} bytes of which {store.Engine.MemoryBytes} are taken");
        }
        try
        {
            _slot = store.RentTable(image, Bytes(min), Bytes(Math.Min(type.Limits.Max ?? MostElements, MostElements)));
        }
        catch
        {
            store.ChargeTable(-min);
            throw;
        }
        _block = (TableBlock*)block;
        *_block = new TableBlock { Entries = _slot.Base, Size = min, Owner = owner };
    }

    public override ExternType Type => ExternType.Of(_type with { Limits = new Limits(Size, _type.Limits.Max) });

    public uint Size
    {
        get
        {
            Store.Demand();
            return _block->Size;
        }
    }

    internal ValType Element => _type.Element;

    internal nint Block => (nint)_block;

    /// <summary>The reference at <paramref name="index"/>.</summary>
    /// <exception cref="TrapException">The index is out of bounds.</exception>
    public Value Get(uint index)
    {
        Store.Demand();
        return Value.Reference(GetReference(index));
    }

    /// <inheritdoc cref="Get"/>
    public void Set(uint index, Value reference)
    {
        Store.Demand();
        SetReference(index, reference.AsI64);
    }

    /// <summary>Grows by <paramref name="elements"/>, which are null.</summary>
    /// <returns>The old size, or -1 if there is no room.</returns>
    public long Grow(uint elements)
    {
        Store.Demand();
        var old = Size;
        var most = Math.Min(_type.Limits.Max ?? MostElements, MostElements);
        if (elements > most - old)
        {
            return -1;
        }
        if (!Store.ChargeTable(elements))
        {
            Store.HasRefused = true;
            return -1;
        }
        if (!_slot.Grow(Bytes(old + elements)))
        {
            Store.ChargeTable(-(long)elements);
            Store.HasRefused = true;
            return -1;
        }
        _block->Size = old + elements;
        return old;
    }

    internal long GetReference(uint index)
    {
        var entry = At(index);
        if (_type.Element == ValType.ExternRef)
        {
            return entry->Context;
        }
        if (entry->Signature == 0)
        {
            return 0;
        }
        var context = (InstanceContext*)OwnerOf(entry);
        return FunctionReference.Pack(context->Index, entry->Function);
    }

    internal void SetReference(uint index, long reference)
    {
        var entry = At(index);
        if (_type.Element == ValType.ExternRef)
        {
            *entry = new TableEntry { Context = (nint)reference };
        }
        else if (reference == 0)
        {
            *entry = default;
        }
        else
        {
            *entry = Store.EntryOf(reference);
        }
    }

    internal void CopyElement(uint index, Table source, uint sourceIndex)
    {
        var from = source.At(sourceIndex);
        var to = At(index);
        var entry = *from;
        if (entry.Signature != 0)
        {
            entry.Context = source.OwnerOf(from);
        }
        *to = entry;
    }

    /// <summary>Makes the code of an element that is not resolved yet.</summary>
    internal void Resolve(TableEntry* entry)
    {
        var instance = Store.InstanceOf(OwnerOf(entry));
        entry->Code = instance.Code.Resolve(entry->Function);
        entry->Signature &= ~TableEntry.Unresolved;
    }

    private nint OwnerOf(TableEntry* entry) => entry->Context != 0 ? entry->Context : _block->Owner;

    private TableEntry* At(uint index)
    {
        if (index >= _block->Size)
        {
            throw new TrapException(TrapCode.OutOfBoundsTableAccess);
        }
        return (TableEntry*)_slot.Base + index;
    }

    private static long Bytes(uint elements) => (long)elements * TableEntry.Bytes;
}
