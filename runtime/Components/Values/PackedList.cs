using System.Runtime.InteropServices;
using Tapedeck.Components.Types;

namespace Tapedeck.Components.Values;

/// <summary>A list of scalars, without an object for any of them.</summary>
internal sealed class PackedList<T>(WitType type, ReadOnlyMemory<T> items) : PackedList(type)
    where T : unmanaged
{
    internal ReadOnlyMemory<T> Items { get; } = items;

    internal override int Count => Items.Length;

    internal override WitValue this[int index] => PackedTypes.Value(Items.Span[index]);

    internal override ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(Items.Span);
}

/// <summary>A list of scalars, whatever they are.</summary>
internal abstract class PackedList(WitType type) : Payload(type)
{
    /// <summary>The memory of all items.</summary>
    internal abstract ReadOnlySpan<byte> Bytes { get; }
}
