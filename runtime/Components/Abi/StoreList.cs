using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Components.Abi;

/// <summary>Stores lists; those of scalars as one block.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#storing"/></remarks>
internal static class StoreList
{
    /// <summary>How many bytes are copied between two looks at the interrupt.</summary>
    private const int Chunk = 1 << 20;

    /// <returns>The pointer and the length.</returns>
    internal static (uint Pointer, uint Length) IntoRange(in LiftLowerContext cx, WitValue value, WitType type)
    {
        var count = CountOf(value, type);
        var element = Layout.Of(PackedTypes.ElementOf(type)!);
        var byteLength = count * (long)element.Size;
        if (byteLength > LoadString.MaxByteLength)
        {
            throw new ArgumentException($"a list of {count} items is longer than a component can take");
        }
        var pointer = cx.Allocate(element.Alignment, (uint)byteLength);
        IntoValidRange(cx, value, type, pointer, (uint)count);
        return (pointer, (uint)count);
    }

    internal static void IntoValidRange(in LiftLowerContext cx, WitValue value, WitType type, uint pointer, uint length)
    {
        if (CountOf(value, type) != length)
        {
            throw Storing.Mismatch(value, type);
        }
        if (value.Meaning is PackedList packed)
        {
            Block(cx, packed.Bytes, pointer);
            return;
        }
        var element = PackedTypes.ElementOf(type)!;
        var size = Layout.Of(element).Size;
        for (var i = 0; i < (int)length; i++)
        {
            cx.Inst.Call.Poll();
            Storing.Value(cx, value[i], element, pointer + ((uint)i * size));
        }
    }

    /// <summary>The length of a list whose items are stored as those of <paramref name="type"/> are.</summary>
    internal static int CountOf(WitValue value, WitType type)
    {
        var kind = PackedTypes.ElementOf(type)!.Kind;
        return value.Meaning switch
        {
            PackedList packed when PackedTypes.ElementOf(packed.Type)!.Kind == kind => packed.Count,
            Composite list when PackedTypes.ElementOf(list.Type)?.Kind == kind => list.Count,
            _ => throw Storing.Mismatch(value, type),
        };
    }

    private static void Block(in LiftLowerContext cx, ReadOnlySpan<byte> bytes, uint pointer)
    {
        for (var done = 0; done < bytes.Length; done += Chunk)
        {
            cx.Inst.Call.Poll();
            var chunk = Math.Min(Chunk, bytes.Length - done);
            bytes.Slice(done, chunk).CopyTo(cx.Memory(pointer + (uint)done, (uint)chunk));
        }
    }
}
