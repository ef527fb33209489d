using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm;

/// <summary>A linear memory.</summary>
public sealed unsafe class Memory : Extern
{
    /// <summary>Bytes of a page.</summary>
    public const int PageBytes = 1 << 16;

    private const uint MostPages = 1 << 16;
    private readonly MemorySlot _slot;
    private readonly Limits _limits;

    /// <summary>A memory that the host makes, all zero.</summary>
    /// <exception cref="LimitException">It would go beyond the store's limits.</exception>
    public Memory(Store store, MemoryType type)
        : this(store, type.Limits, null)
    {
    }

    internal Memory(Store store, Limits limits, MemoryImage? image)
        : base(store)
    {
        _limits = limits;
        var bytes = (long)limits.Min * PageBytes;
        if (!store.ChargeMemory(bytes))
        {
            throw new LimitException(
                $"a memory of {limits.Min} pages is beyond the store's {store.Limits.MemoryBytes} bytes, or the engine's {store.Engine.Options.MemoryBytes} of which {store.Engine.MemoryBytes} are taken");
        }
        try
        {
            _slot = store.RentMemory(image, bytes, (long)Math.Min(limits.Max ?? MostPages, MostPages) * PageBytes);
        }
        catch
        {
            store.ChargeMemory(-bytes);
            throw;
        }
    }

    public override ExternType Type => ExternType.Of(new MemoryType(new Limits(Pages, _limits.Max)));

    /// <summary>The size in pages of 64 KiB.</summary>
    public uint Pages => (uint)(Length / PageBytes);

    /// <summary>The size in bytes.</summary>
    public long Length
    {
        get
        {
            Store.Demand();
            return _slot.Length;
        }
    }

    internal nint Base => _slot.Base;

    /// <summary>
    /// The bytes from <paramref name="address"/> on. Take it again after the guest has run: it may have grown the memory, or be gone. The span does not keep the
    /// store: hold that, and dispose it when the span is no longer used.
    /// </summary>
    /// <exception cref="TrapException">The range is out of bounds.</exception>
    public Span<byte> Slice(uint address, int length)
    {
        Store.Demand();
        if (length < 0 || address + (long)length > _slot.Length)
        {
            throw new TrapException(TrapCode.OutOfBoundsMemoryAccess);
        }
        return new Span<byte>((byte*)_slot.Base + address, length);
    }

    /// <summary>Grows by <paramref name="pages"/>.</summary>
    /// <returns>The old size in pages, or -1 if the memory, the store or the machine has no room.</returns>
    public long Grow(uint pages)
    {
        Store.Demand();
        var old = Pages;
        var most = Math.Min(_limits.Max ?? MostPages, MostPages);
        if (pages > most - old)
        {
            return -1;
        }
        if (!Store.ChargeMemory((long)pages * PageBytes))
        {
            Store.HasRefused = true;
            return -1;
        }
        if (!_slot.Grow((old + (long)pages) * PageBytes))
        {
            Store.ChargeMemory(-(long)pages * PageBytes);
            Store.HasRefused = true;
            return -1;
        }
        return old;
    }

    /// <summary>Bytes of the pages that hold anything but zeros.</summary>
    internal long ContentBytes()
    {
        var bytes = 0L;
        for (var page = 0L; page < _slot.Length; page += PageReservation.PageBytes)
        {
            var content = new ReadOnlySpan<byte>((byte*)_slot.Base + page, (int)PageReservation.PageBytes);
            bytes += content.ContainsAnyExcept((byte)0) ? PageReservation.PageBytes : 0;
        }
        return bytes;
    }

    /// <summary>The image of what the memory holds now; null for nothing.</summary>
    internal MemoryImage? TakeImage() => _slot.Length == 0 ? null : MemoryImage.Snapshot(_slot);
}
