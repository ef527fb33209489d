using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Components.Abi;

/// <summary><c>lift_flat</c>: values out of core values.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#flat-lifting"/></remarks>
internal static class LiftFlat
{
    /// <summary><c>lift_flat_values</c></summary>
    /// <param name="layout">Of the types as a tuple.</param>
    internal static WitValue[] Values(in LiftLowerContext cx, int maxFlat, ref CoreValueIter vi, WitType[] types, Layout layout)
    {
        if (layout.FlatCount > maxFlat)
        {
            return Loading.Tuple(cx, vi.NextI32(), layout, types);
        }
        var values = types.Length == 0 ? [] : new WitValue[types.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Value(cx, ref vi, types[i]);
        }
        return values;
    }

    /// <summary>As <see cref="Values"/>, for the one result of a function.</summary>
    internal static WitValue Result(in LiftLowerContext cx, ref CoreValueIter vi, WitType type)
    {
        var layout = Layout.Of(type);
        return layout.FlatCount > LiftedFunction.MaxFlatResults
            ? Loading.Value(cx, Loading.TupleBytes(cx, vi.NextI32(), layout), type)
            : Value(cx, ref vi, type);
    }

    internal static WitValue Value(in LiftLowerContext cx, ref CoreValueIter vi, WitType type) => type.Kind switch
    {
        WitKind.Bool => WitValue.Bool(vi.NextI32() != 0),
        WitKind.S8 => WitValue.S8((sbyte)vi.NextI32()),
        WitKind.U8 => WitValue.U8((byte)vi.NextI32()),
        WitKind.S16 => WitValue.S16((short)vi.NextI32()),
        WitKind.U16 => WitValue.U16((ushort)vi.NextI32()),
        WitKind.S32 => WitValue.S32((int)vi.NextI32()),
        WitKind.U32 => WitValue.U32(vi.NextI32()),
        WitKind.S64 => WitValue.S64((long)vi.NextI64()),
        WitKind.U64 => WitValue.U64(vi.NextI64()),
        WitKind.F32 => WitValue.F32(Loading.Canonical(vi.NextF32())),
        WitKind.F64 => WitValue.F64(Loading.Canonical(vi.NextF64())),
        WitKind.Char => WitValue.Char(Loading.Char(vi.NextI32())),
        WitKind.String => LoadString.FromRange(cx, vi.NextI32(), vi.NextI32()),
        WitKind.List or WitKind.Map => LoadList.FromRange(cx, vi.NextI32(), vi.NextI32(), type),
        WitKind.FixedList => FixedList(cx, ref vi, (FixedListType)type),
        WitKind.Record or WitKind.Tuple => Record(cx, ref vi, type),
        WitKind.Variant or WitKind.Option or WitKind.Result or WitKind.Enum => Variant(cx, ref vi, type),
        WitKind.Flags => WitValue.Flags((FlagsType)type, vi.NextI32()),
        WitKind.Own => Handles.LiftOwn(cx, vi.NextI32(), (OwnType)type),
        WitKind.Borrow => Handles.LiftBorrow(cx, vi.NextI32(), (BorrowType)type),
        _ => throw new NotSupportedException($"{type} needs async, which is not supported"),
    };

    private static WitValue FixedList(in LiftLowerContext cx, ref CoreValueIter vi, FixedListType type)
    {
        // At most as many as there are core values.
        var items = new WitValue[type.Length];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Value(cx, ref vi, type.Element);
        }
        return WitValue.List(type, items);
    }

    private static WitValue Record(in LiftLowerContext cx, ref CoreValueIter vi, WitType type)
    {
        var types = type.Children;
        var parts = new WitValue[types.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = Value(cx, ref vi, types[i]);
        }
        return Loading.Compound(type, parts);
    }

    private static WitValue Variant(in LiftLowerContext cx, ref CoreValueIter vi, WitType type)
    {
        var flat = Layout.Of(type).FlatCount - 1;
        var discriminant = vi.NextI32();
        if (Loading.Case(type, discriminant) is not { } payload)
        {
            vi.Skip(flat);
            return Loading.OfCase(cx, type, discriminant, null);
        }
        var value = Value(cx, ref vi, payload);
        vi.Skip(flat - Layout.Of(payload).FlatCount);
        return Loading.OfCase(cx, type, discriminant, value);
    }
}
