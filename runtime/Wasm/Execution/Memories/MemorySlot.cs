namespace Tapedeck.Wasm.Execution.Memories;

/// <summary>The place of a memory or table: a header, the bytes at a base that never moves, and addresses without access behind them.</summary>
/// <remarks>Between <see cref="MemoryPool.Rent"/> and <see cref="MemoryPool.Return"/> it belongs to one renter, and one thread at a time.</remarks>
internal sealed class MemorySlot
{
    /// <summary>The header with the pages before the first extent, the extents each with the pages behind it, what has no access, and one to spare.</summary>
    internal const int Mappings = (2 * ImageDraft.MostExtents) + 3;

    /// <summary>
    /// Up to so many bytes are written with zeros rather than given back: giving pages back costs an interrupt of every processor that runs this process, and
    /// a page fault for each page of the next renter.
    /// </summary>
    internal const long MostZeroed = 128 << 10;

    private readonly PageReservation _pages;

    // Whole pages from the base on: those with access, and those that keep it when the slot is returned.
    private long _enabledBytes;
    private long _initialBytes;
    private long _maxBytes;
    private int _isRented;
    private bool _isBroken;

    private MemorySlot(PageReservation pages)
    {
        _pages = pages;
        Base = pages.Start + (nint)PageReservation.PageBytes;
        Capacity = pages.Bytes - PageReservation.PageBytes - MemoryPoolOptions.GuardBytes;
    }

    /// <summary>The address of byte 0. The <see cref="MemoryHeader"/> lies before it.</summary>
    internal nint Base { get; }

    internal long Length => MemoryHeader.ReadLength(Base);

    /// <summary>The most bytes that any renter can have.</summary>
    internal long Capacity { get; }

    /// <summary>The image that is mapped, by its <see cref="MemoryImage.Id"/>; 0 if none is.</summary>
    internal long ImageId { get; private set; }

    /// <summary>The image of the renter there is; null between two, so that an idle slot keeps no image alive.</summary>
    internal MemoryImage? Image { get; set; }

    /// <param name="bytes">The addresses to reserve behind the base.</param>
    internal static MemorySlot? TryCreate(long bytes, int mostMappings)
    {
        var pages = PageReservation.TryReserve(PageReservation.PageBytes + PageReservation.RoundUp(bytes), Mappings, mostMappings);
        if (pages is null || pages.Enable(0, PageReservation.PageBytes))
        {
            return pages is null ? null : new MemorySlot(pages);
        }
        pages.Dispose();
        return null;
    }

    /// <summary>Grows to <paramref name="length"/> bytes, the new ones zero.</summary>
    /// <returns>False if that is more than was asked for at the rent, or than the system gives.</returns>
    internal bool Grow(long length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, Length);
        if (length > _maxBytes || !EnableTo(PageReservation.RoundUp(length)))
        {
            return false;
        }
        MemoryHeader.Write(Base, length);
        return true;
    }

    /// <summary>Takes the slot for a renter.</summary>
    internal void Lock()
    {
        var isCounted = false;
        _pages.DangerousAddRef(ref isCounted);
        _isRented = 1;
    }

    /// <summary>Ends the rent, once.</summary>
    internal void Unlock()
    {
        if (Interlocked.Exchange(ref _isRented, 0) == 0)
        {
            throw new InvalidOperationException("the slot is not rented");
        }
    }

    /// <summary>Makes the slot hold an image and zeros behind it.</summary>
    /// <returns>False if the system refuses; then the slot is not to be used again.</returns>
    internal bool Load(MemoryImage? image, long initialBytes, long maxBytes)
    {
        _maxBytes = Math.Min(maxBytes, Capacity);
        _initialBytes = PageReservation.RoundUp(initialBytes);
        if ((image?.Id ?? 0) != ImageId && !Remap(image))
        {
            return false;
        }
        if (_enabledBytes > _initialBytes ? !DisableFrom(_initialBytes) : !EnableTo(_initialBytes))
        {
            return false;
        }
        image?.CopyTo(Base);
        Image = image;
        MemoryHeader.Write(Base, initialBytes);
        return true;
    }

    /// <summary>Takes every byte of the renter away.</summary>
    /// <returns>False if the system refuses; then the slot is not to be used again.</returns>
    internal bool Reset(bool isInPlace)
    {
        MemoryHeader.Clear(Base);
        if (_isBroken)
        {
            return false;
        }
        if (!isInPlace)
        {
            ImageId = 0;
            return DisableFrom(0);
        }
        return DisableFrom(_initialBytes) && (_enabledBytes == 0 || Clear());
    }

    private bool Clear()
    {
        if (ImageId == 0 && _enabledBytes <= MostZeroed)
        {
            _pages.Zero(PageReservation.PageBytes, _enabledBytes);
            return true;
        }
        return _pages.Clear(PageReservation.PageBytes, _enabledBytes);
    }

    /// <summary>Ends what <see cref="Lock"/> began.</summary>
    internal void Release() => _pages.DangerousRelease();

    /// <summary>Gives the addresses back.</summary>
    internal void Unmap() => _pages.Dispose();

    private bool Remap(MemoryImage? image)
    {
        ImageId = 0;
        if (!DisableFrom(0))
        {
            return false;
        }
        if (image is { Id: not 0 })
        {
            if (!EnableTo(PageReservation.RoundUp(image.Length)) || !image.MapTo(_pages, PageReservation.PageBytes))
            {
                return false;
            }
            ImageId = image.Id;
        }
        return true;
    }

    private bool EnableTo(long bytes)
    {
        if (bytes > _enabledBytes)
        {
            if (!_pages.Enable(PageReservation.PageBytes + _enabledBytes, bytes - _enabledBytes))
            {
                // Some of the pages may have access now, and nothing would take it away.
                _isBroken = true;
                return false;
            }
            _enabledBytes = bytes;
        }
        return true;
    }

    private bool DisableFrom(long bytes)
    {
        if (bytes < _enabledBytes)
        {
            if (!_pages.Disable(PageReservation.PageBytes + bytes, _enabledBytes - bytes))
            {
                return false;
            }
            _enabledBytes = bytes;
        }
        return true;
    }
}
