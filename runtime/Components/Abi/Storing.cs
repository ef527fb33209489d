using System.Buffers.Binary;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Components.Abi;

/// <summary><c>store</c>: values into a memory. Storing strings and lists runs the guest's <c>realloc</c>, so that each write takes the memory anew.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#storing"/></remarks>
internal static class Storing
{
    /// <param name="pointer">Aligned, with room for the value behind it.</param>
    internal static void Value(in LiftLowerContext cx, WitValue value, WitType type, uint pointer)
    {
        switch (type.Kind)
        {
            case WitKind.String:
                Pair(cx, StoreString.IntoRange(cx, value), pointer);
                break;
            case WitKind.List or WitKind.Map:
                Pair(cx, StoreList.IntoRange(cx, value, type), pointer);
                break;
            case WitKind.FixedList:
                StoreList.IntoValidRange(cx, value, type, pointer, ((FixedListType)type).Length);
                break;
            case WitKind.Record or WitKind.Tuple:
                Record(cx, value, type, pointer);
                break;
            case WitKind.Variant or WitKind.Option or WitKind.Result or WitKind.Enum:
                Variant(cx, value, type, pointer);
                break;
            case WitKind.Flags:
                Scalar(cx.Memory(pointer, Layout.Of(type).Size), Flags(value, type));
                break;
            case WitKind.Own:
                BinaryPrimitives.WriteUInt32LittleEndian(cx.Memory(pointer, 4), Handles.LowerOwn(cx, value, (OwnType)type));
                break;
            case WitKind.Borrow:
                BinaryPrimitives.WriteUInt32LittleEndian(cx.Memory(pointer, 4), Handles.LowerBorrow(cx, value, (BorrowType)type));
                break;
            default:
                Scalar(cx.Memory(pointer, Layout.Of(type).Size), Bits(value, type));
                break;
        }
    }

    /// <summary>Values as a tuple in memory; part of <c>lower_flat_values</c>.</summary>
    internal static void Tuple(in LiftLowerContext cx, ReadOnlySpan<WitValue> values, WitType[] types, Layout layout, uint pointer)
    {
        Loading.TupleBytes(cx, pointer, layout);
        for (var i = 0; i < values.Length; i++)
        {
            Value(cx, values[i], types[i], pointer + layout.Offsets[i]);
        }
    }

    /// <summary>The bits of a scalar of that type.</summary>
    /// <exception cref="ArgumentException">The value is of another type.</exception>
    internal static ulong Bits(WitValue value, WitType type)
    {
        if (value.Meaning is not PrimitiveType actual || actual.Kind != type.Kind)
        {
            throw Mismatch(value, type);
        }
        return type.Kind switch
        {
            WitKind.F32 => BitConverter.SingleToUInt32Bits(Loading.Canonical(value.AsF32())),
            WitKind.F64 => BitConverter.DoubleToUInt64Bits(Loading.Canonical(value.AsF64())),
            _ => value.Bits,
        };
    }

    /// <summary>The number of the case of a variant, enum, option or result, and its payload's type; null where it has none.</summary>
    /// <exception cref="ArgumentException">The value is of another type.</exception>
    internal static (uint Discriminant, WitType? Payload) MatchCase(WitValue value, WitType type)
    {
        if (value.IsDefault || value.Type.Kind != type.Kind)
        {
            throw Mismatch(value, type);
        }
        var discriminant = (uint)value.CaseIndex;
        var payload = Loading.Case(type, discriminant);
        return payload is null == value.CaseValue is null ? (discriminant, payload) : throw Mismatch(value, type);
    }

    /// <summary>The bits of flags.</summary>
    /// <exception cref="ArgumentException">The value is of another type.</exception>
    internal static uint Flags(WitValue value, WitType type) =>
        value.Meaning is FlagsType ? value.AsFlags() & ((FlagsType)type).Mask : throw Mismatch(value, type);

    /// <summary>Checks that a record or tuple has as many parts as its type.</summary>
    /// <exception cref="ArgumentException">It has not.</exception>
    internal static void RequireParts(WitValue value, WitType type)
    {
        if (value.Meaning is not Composite { Type: RecordType or TupleType } composite || composite.Count != type.Children.Length)
        {
            throw Mismatch(value, type);
        }
    }

    internal static ArgumentException Mismatch(WitValue value, WitType type) =>
        new($"a value of type {(value.IsDefault ? "none" : value.Type)} was given where {type} is expected");

    private static void Record(in LiftLowerContext cx, WitValue value, WitType type, uint pointer)
    {
        RequireParts(value, type);
        var offsets = Layout.Of(type).Offsets;
        for (var i = 0; i < offsets.Length; i++)
        {
            Value(cx, value[i], type.Children[i], pointer + offsets[i]);
        }
    }

    private static void Variant(in LiftLowerContext cx, WitValue value, WitType type, uint pointer)
    {
        var layout = Layout.Of(type);
        var (discriminant, payload) = MatchCase(value, type);
        Unsigned(cx.Memory(pointer, (uint)layout.DiscriminantSize), discriminant, layout.DiscriminantSize);
        if (payload is not null)
        {
            Value(cx, value.CaseValue!.Value, payload, pointer + layout.PayloadOffset);
        }
    }

    private static void Pair(in LiftLowerContext cx, (uint Pointer, uint Length) range, uint pointer)
    {
        var at = cx.Memory(pointer, 8);
        BinaryPrimitives.WriteUInt32LittleEndian(at, range.Pointer);
        BinaryPrimitives.WriteUInt32LittleEndian(at[4..], range.Length);
    }

    private static void Scalar(Span<byte> at, ulong bits)
    {
        switch (at.Length)
        {
            case 8:
                BinaryPrimitives.WriteUInt64LittleEndian(at, bits);
                break;
            default:
                Unsigned(at, (uint)bits, at.Length);
                break;
        }
    }

    private static void Unsigned(Span<byte> at, uint value, int bytes)
    {
        switch (bytes)
        {
            case 1:
                at[0] = (byte)value;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)value);
                break;
            default:
                BinaryPrimitives.WriteUInt32LittleEndian(at, value);
                break;
        }
    }
}
