using System.Runtime.InteropServices;
using System.Text;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Components.Abi;

/// <summary>Loads lists; those of scalars as one block.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#loading"/></remarks>
internal static class LoadList
{
    /// <summary>How many bytes are copied between two looks at the interrupt.</summary>
    private const int Chunk = 1 << 20;

    internal static WitValue FromRange(in LiftLowerContext cx, uint pointer, uint length, WitType type)
    {
        var element = Layout.Of(PackedTypes.ElementOf(type)!);
        var byteLength = (ulong)length * element.Size;
        Trap.If(byteLength > LoadString.MaxByteLength, "list content out-of-bounds: the list is too long");
        Trap.If((pointer & (element.Alignment - 1)) != 0, "unaligned pointer");
        Trap.If(!cx.IsWithin(pointer, byteLength), "list content out-of-bounds");
        return FromValidRange(cx, byteLength == 0 ? [] : cx.Memory(pointer, (uint)byteLength), length, type);
    }

    internal static WitValue FromValidRange(in LiftLowerContext cx, ReadOnlySpan<byte> bytes, uint length, WitType type) =>
        PackedTypes.ElementOf(type)!.Kind switch
        {
            WitKind.Bool => Bools(cx, bytes, length, type),
            WitKind.S8 => Packed<sbyte>(cx, bytes, length, type),
            WitKind.U8 => Packed<byte>(cx, bytes, length, type),
            WitKind.S16 => Packed<short>(cx, bytes, length, type),
            WitKind.U16 => Packed<ushort>(cx, bytes, length, type),
            WitKind.S32 => Packed<int>(cx, bytes, length, type),
            WitKind.U32 => Packed<uint>(cx, bytes, length, type),
            WitKind.S64 => Packed<long>(cx, bytes, length, type),
            WitKind.U64 => Packed<ulong>(cx, bytes, length, type),
            WitKind.F32 => Floats(cx, bytes, length, type),
            WitKind.F64 => Doubles(cx, bytes, length, type),
            WitKind.Char => Chars(cx, bytes, length, type),
            _ => Values(cx, bytes, length, type),
        };

    private static WitValue Values(in LiftLowerContext cx, ReadOnlySpan<byte> bytes, uint length, WitType type)
    {
        var element = PackedTypes.ElementOf(type)!;
        var size = (int)Layout.Of(element).Size;
        cx.Charge(64 + (16L * length));
        var items = new WitValue[length];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Loading.Value(cx, bytes[(i * size)..], element);
        }
        return WitValue.List(type, items);
    }

    private static WitValue Packed<T>(in LiftLowerContext cx, ReadOnlySpan<byte> bytes, uint length, WitType type)
        where T : unmanaged => WitValue.Packed<T>(type, Copy<T>(cx, bytes, length));

    private static WitValue Bools(in LiftLowerContext cx, ReadOnlySpan<byte> bytes, uint length, WitType type)
    {
        var items = Copy<byte>(cx, bytes, length);
        foreach (ref var item in items.AsSpan())
        {
            item = item != 0 ? (byte)1 : (byte)0;
        }
        return WitValue.Packed<bool>(type, MemoryMarshal.Cast<byte, bool>(items).ToArray());
    }

    private static WitValue Floats(in LiftLowerContext cx, ReadOnlySpan<byte> bytes, uint length, WitType type)
    {
        var items = Copy<float>(cx, bytes, length);
        foreach (ref var item in items.AsSpan())
        {
            item = Loading.Canonical(item);
        }
        return WitValue.Packed<float>(type, items);
    }

    private static WitValue Doubles(in LiftLowerContext cx, ReadOnlySpan<byte> bytes, uint length, WitType type)
    {
        var items = Copy<double>(cx, bytes, length);
        foreach (ref var item in items.AsSpan())
        {
            item = Loading.Canonical(item);
        }
        return WitValue.Packed<double>(type, items);
    }

    private static WitValue Chars(in LiftLowerContext cx, ReadOnlySpan<byte> bytes, uint length, WitType type)
    {
        foreach (var item in MemoryMarshal.Cast<byte, uint>(bytes[..(int)(4 * length)]))
        {
            Loading.Char(item);
        }
        return WitValue.Packed<Rune>(type, Copy<Rune>(cx, bytes, length));
    }

    private static T[] Copy<T>(in LiftLowerContext cx, ReadOnlySpan<byte> bytes, uint length)
        where T : unmanaged
    {
        var size = length * (long)System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        cx.Charge(64 + size);
        var items = GC.AllocateUninitializedArray<T>((int)length);
        var target = MemoryMarshal.AsBytes(items.AsSpan());
        for (var done = 0; done < target.Length; done += Chunk)
        {
            cx.Inst.Call.Poll();
            var chunk = Math.Min(Chunk, target.Length - done);
            bytes.Slice(done, chunk).CopyTo(target[done..]);
        }
        return items;
    }
}
