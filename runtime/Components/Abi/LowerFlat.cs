using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Components.Abi;

/// <summary><c>lower_flat</c>: values into core values.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#flat-lowering"/></remarks>
internal static class LowerFlat
{
    /// <summary><c>lower_flat_values</c></summary>
    /// <param name="layout">Of the types as a tuple.</param>
    /// <param name="outPointer">Where the caller wants values that are too many; null to ask for memory.</param>
    internal static void Values(
        in LiftLowerContext cx, int maxFlat, scoped ReadOnlySpan<WitValue> values, WitType[] types, Layout layout, uint? outPointer, ref CoreValueWriter flat)
    {
        if (layout.FlatCount > maxFlat)
        {
            var pointer = outPointer ?? cx.Allocate(layout.Alignment, layout.Size);
            Storing.Tuple(cx, values, types, layout, pointer);
            if (outPointer is null)
            {
                flat.I32(pointer);
            }
            return;
        }
        for (var i = 0; i < values.Length; i++)
        {
            Value(cx, values[i], types[i], ref flat);
        }
    }

    internal static void Value(in LiftLowerContext cx, WitValue value, WitType type, ref CoreValueWriter flat)
    {
        switch (type.Kind)
        {
            case WitKind.String:
                Pair(StoreString.IntoRange(cx, value), ref flat);
                break;
            case WitKind.List or WitKind.Map:
                Pair(StoreList.IntoRange(cx, value, type), ref flat);
                break;
            case WitKind.FixedList:
                FixedList(cx, value, (FixedListType)type, ref flat);
                break;
            case WitKind.Record or WitKind.Tuple:
                Record(cx, value, type, ref flat);
                break;
            case WitKind.Variant or WitKind.Option or WitKind.Result or WitKind.Enum:
                Variant(cx, value, type, ref flat);
                break;
            case WitKind.Flags:
                flat.I32(Storing.Flags(value, type));
                break;
            case WitKind.Own:
                flat.I32(Handles.LowerOwn(cx, value, (OwnType)type));
                break;
            case WitKind.Borrow:
                flat.I32(Handles.LowerBorrow(cx, value, (BorrowType)type));
                break;
            default:
                Scalar(Storing.Bits(value, type), type.Kind, ref flat);
                break;
        }
    }

    private static void Scalar(ulong bits, WitKind kind, ref CoreValueWriter flat)
    {
        switch (kind)
        {
            case WitKind.S64 or WitKind.U64:
                flat.I64(bits);
                break;
            case WitKind.F32:
                flat.F32(BitConverter.UInt32BitsToSingle((uint)bits));
                break;
            case WitKind.F64:
                flat.F64(BitConverter.UInt64BitsToDouble(bits));
                break;
            default:
                flat.I32((uint)bits);
                break;
        }
    }

    private static void FixedList(in LiftLowerContext cx, WitValue value, FixedListType type, ref CoreValueWriter flat)
    {
        if (StoreList.CountOf(value, type) != type.Length)
        {
            throw Storing.Mismatch(value, type);
        }
        for (var i = 0; i < (int)type.Length; i++)
        {
            Value(cx, value[i], type.Element, ref flat);
        }
    }

    private static void Record(in LiftLowerContext cx, WitValue value, WitType type, ref CoreValueWriter flat)
    {
        Storing.RequireParts(value, type);
        for (var i = 0; i < type.Children.Length; i++)
        {
            Value(cx, value[i], type.Children[i], ref flat);
        }
    }

    // The core values that this case has no use for stay zero; each other one is written with as many bits as it has, the rest being zero.
    private static void Variant(in LiftLowerContext cx, WitValue value, WitType type, ref CoreValueWriter flat)
    {
        var (discriminant, payload) = Storing.MatchCase(value, type);
        flat.I32(discriminant);
        var rest = Layout.Of(type).FlatCount - 1;
        if (payload is not null)
        {
            Value(cx, value.CaseValue!.Value, payload, ref flat);
            rest -= Layout.Of(payload).FlatCount;
        }
        flat.Skip(rest);
    }

    private static void Pair((uint Pointer, uint Length) range, ref CoreValueWriter flat)
    {
        flat.I32(range.Pointer);
        flat.I32(range.Length);
    }
}
