namespace Tapedeck.Wasm.Execution.Memories;

/// <summary>Slots that wait for a renter, the one returned last on top. Not thread-safe.</summary>
/// <remarks>The images' ids lie side by side, so that the search is a few vector compares, and nothing is allocated on the way.</remarks>
internal sealed class IdleSlots(int capacity)
{
    private readonly long[] _images = new long[capacity];
    private readonly MemorySlot[] _slots = new MemorySlot[capacity];

    internal int Count { get; private set; }

    internal int Capacity => capacity;

    internal bool IsFull => Count == capacity;

    internal void Push(MemorySlot slot)
    {
        _images[Count] = slot.ImageId;
        _slots[Count] = slot;
        Count++;
    }

    /// <summary>The slot returned last that maps this image and can grow to <paramref name="bytes"/>.</summary>
    internal MemorySlot? Take(long imageId, long bytes)
    {
        for (var index = Last(imageId, Count); index >= 0; index = Last(imageId, index))
        {
            if (_slots[index].Capacity >= bytes)
            {
                return RemoveAt(index);
            }
        }
        return null;
    }

    internal MemorySlot? TakeOldest() => Count == 0 ? null : RemoveAt(0);

    private int Last(long imageId, int before) => _images.AsSpan(0, before).LastIndexOf(imageId);

    private MemorySlot RemoveAt(int index)
    {
        var slot = _slots[index];
        Count--;
        Array.Copy(_images, index + 1, _images, index, Count - index);
        Array.Copy(_slots, index + 1, _slots, index, Count - index);
        _slots[Count] = null!;
        return slot;
    }
}
