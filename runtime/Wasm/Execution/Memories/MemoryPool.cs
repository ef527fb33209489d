namespace Tapedeck.Wasm.Execution.Memories;

/// <summary>Lends slots to instances. A returned slot keeps the mappings of its image, so that the next instance of the same module costs a call or two.</summary>
internal sealed class MemoryPool : IDisposable
{
    private readonly Lock _gate = new();
    private readonly MemoryPoolOptions _options;
    private readonly MemoryCapabilities _capabilities;
    private readonly IdleSlots _idle;
    private int _count;
    private bool _isDisposed;

    internal MemoryPool(MemoryPoolOptions? options = null)
    {
        _options = options ?? new MemoryPoolOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxSlots, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxIdleSlots, 1, nameof(options));
        _capabilities = _options.Capabilities ?? MemoryCapabilities.OfThisHost;
        _idle = new IdleSlots(Math.Min(_options.MaxIdleSlots, _options.MaxSlots));
    }

    /// <summary>Slots that exist, rented and idle.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    internal int IdleCount
    {
        get
        {
            lock (_gate)
            {
                return _idle.Count;
            }
        }
    }

    /// <summary>A slot that holds <paramref name="image"/> and zeros behind it, <paramref name="initialBytes"/> long.</summary>
    /// <param name="image">Null for nothing but zeros.</param>
    /// <param name="maxBytes">How far it may grow. Where addresses are short, it may not get that far.</param>
    /// <exception cref="LimitException">There is no slot left, or the system has no room for one.</exception>
    internal MemorySlot Rent(MemoryImage? image, long initialBytes, long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(initialBytes, image?.Length ?? 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, initialBytes);
        var slot = TakeIdle(image?.Id ?? 0, maxBytes) ?? Create(initialBytes, maxBytes);
        slot.Lock();
        var isLoaded = false;
        try
        {
            isLoaded = slot.Load(image, initialBytes, maxBytes);
        }
        finally
        {
            if (!isLoaded)
            {
                slot.Release();
                Discard(slot);
            }
        }
        return isLoaded ? slot : throw new LimitException($"the system has no room for a memory of {initialBytes} bytes");
    }

    /// <summary>Takes a slot back. Nothing may refer to its bytes any more.</summary>
    internal void Return(MemorySlot slot)
    {
        slot.Unlock();
        var isClean = slot.Reset(_capabilities.ResetInPlace);
        slot.Release();
        var surplus = isClean ? Keep(slot) : slot;
        if (surplus is not null)
        {
            Discard(surplus);
        }
    }

    /// <summary>Unmaps a slot whose renter lost it. It is not lent again, since whoever lost it may have kept a pointer.</summary>
    internal void GiveUp(MemorySlot slot)
    {
        slot.Unlock();
        slot.Release();
        Discard(slot);
    }

    /// <summary>Unmaps the idle slots of an image that nobody will rent again, and the rented ones when they come back.</summary>
    internal void Forget(MemoryImage image)
    {
        lock (_gate)
        {
            image.IsForgotten = true;
        }
        while (image.Id != 0 && TakeIdleOf(image.Id, 0) is { } slot)
        {
            Discard(slot);
        }
    }

    /// <summary>Unmaps the idle slots now, and rented ones when they come back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
        }
        while (DiscardOldest())
        {
        }
    }

    private MemorySlot? TakeIdleOf(long imageId, long maxBytes)
    {
        lock (_gate)
        {
            return _idle.Take(imageId, maxBytes);
        }
    }

    /// <returns>Null if one is to be created; it is counted then.</returns>
    private MemorySlot? TakeIdle(long imageId, long maxBytes)
    {
        MemorySlot? tooSmall = null;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_idle.Take(imageId, maxBytes) is { } match)
            {
                return match;
            }
            // Below that many, images keep their slots and a new one is made; from then on the one unused for longest changes its image.
            if (_count >= _idle.Capacity && _idle.TakeOldest() is { } oldest)
            {
                if (oldest.Capacity >= maxBytes)
                {
                    return oldest;
                }
                tooSmall = oldest;
                _count--;
            }
            if (_count >= _options.MaxSlots)
            {
                throw new LimitException($"all {_options.MaxSlots} memory slots are in use");
            }
            _count++;
        }
        tooSmall?.Unmap();
        return null;
    }

    private MemorySlot? Keep(MemorySlot slot)
    {
        lock (_gate)
        {
            var isForgotten = slot.Image is { IsForgotten: true } && slot.ImageId != 0;
            slot.Image = null;
            if (_isDisposed || isForgotten)
            {
                return slot;
            }
            var surplus = _idle.IsFull ? _idle.TakeOldest() : null;
            _idle.Push(slot);
            return surplus;
        }
    }

    private void Discard(MemorySlot slot)
    {
        slot.Unmap();
        lock (_gate)
        {
            _count--;
        }
    }

    private bool DiscardOldest()
    {
        MemorySlot? oldest;
        lock (_gate)
        {
            oldest = _idle.TakeOldest();
        }
        if (oldest is not null)
        {
            Discard(oldest);
        }
        return oldest is not null;
    }

    private MemorySlot Create(long initialBytes, long maxBytes)
    {
        MemorySlot? slot;
        do
        {
            slot = Reserve(maxBytes);
        }
        while (slot is null && DiscardOldest());
        slot ??= ReserveLess(initialBytes, maxBytes);
        if (slot is not null)
        {
            return slot;
        }
        lock (_gate)
        {
            _count--;
        }
        throw new LimitException(MappingBudget.Taken + MemorySlot.Mappings > _options.MaxMappings
            ? $"no mappings left for a memory: {MappingBudget.Taken} of {_options.MaxMappings} are in use"
            : $"the system has no addresses for a memory of {initialBytes} bytes");
    }

    private MemorySlot? Reserve(long maxBytes)
    {
        var least = PageReservation.RoundUp(maxBytes) + MemoryPoolOptions.GuardBytes;
        var wanted = Math.Max(_options.ReservationBytes, least);
        var slot = _capabilities.GuardedReservation || wanted < MemoryPoolOptions.GuardedBytes ? MemorySlot.TryCreate(wanted, _options.MaxMappings) : null;
        return slot is null && least < wanted ? MemorySlot.TryCreate(least, _options.MaxMappings) : slot;
    }

    /// <summary>A slot that will refuse to grow as far as it may: better than no instance.</summary>
    private MemorySlot? ReserveLess(long initialBytes, long maxBytes)
    {
        MemorySlot? slot = null;
        for (var bytes = maxBytes; slot is null && bytes > initialBytes;)
        {
            bytes = Math.Max(bytes / 2, initialBytes);
            slot = MemorySlot.TryCreate(PageReservation.RoundUp(bytes) + MemoryPoolOptions.GuardBytes, _options.MaxMappings);
        }
        return slot;
    }
}
