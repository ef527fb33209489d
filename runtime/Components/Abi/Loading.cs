using System.Buffers.Binary;
using System.Text;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Components.Abi;

/// <summary><c>load</c>: values out of a memory. No guest code runs meanwhile, so that the bytes stay where they are.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#loading"/></remarks>
internal static class Loading
{
    /// <param name="at">The memory from the value on, as long as the value at least.</param>
    internal static WitValue Value(in LiftLowerContext cx, ReadOnlySpan<byte> at, WitType type) => type.Kind switch
    {
        WitKind.Bool => WitValue.Bool(at[0] != 0),
        WitKind.S8 => WitValue.S8((sbyte)at[0]),
        WitKind.U8 => WitValue.U8(at[0]),
        WitKind.S16 => WitValue.S16(BinaryPrimitives.ReadInt16LittleEndian(at)),
        WitKind.U16 => WitValue.U16(BinaryPrimitives.ReadUInt16LittleEndian(at)),
        WitKind.S32 => WitValue.S32(BinaryPrimitives.ReadInt32LittleEndian(at)),
        WitKind.U32 => WitValue.U32(U32(at)),
        WitKind.S64 => WitValue.S64(BinaryPrimitives.ReadInt64LittleEndian(at)),
        WitKind.U64 => WitValue.U64(BinaryPrimitives.ReadUInt64LittleEndian(at)),
        WitKind.F32 => WitValue.F32(Canonical(BinaryPrimitives.ReadSingleLittleEndian(at))),
        WitKind.F64 => WitValue.F64(Canonical(BinaryPrimitives.ReadDoubleLittleEndian(at))),
        WitKind.Char => WitValue.Char(Char(U32(at))),
        WitKind.String => LoadString.FromRange(cx, U32(at), U32(at[4..])),
        WitKind.List or WitKind.Map => LoadList.FromRange(cx, U32(at), U32(at[4..]), type),
        WitKind.FixedList => LoadList.FromValidRange(cx, at, ((FixedListType)type).Length, type),
        WitKind.Record or WitKind.Tuple => Record(cx, at, type),
        WitKind.Variant or WitKind.Option or WitKind.Result or WitKind.Enum => Variant(cx, at, type),
        WitKind.Flags => WitValue.Flags((FlagsType)type, Unsigned(at, Layout.Of(type).DiscriminantSize)),
        WitKind.Own => Handles.LiftOwn(cx, U32(at), (OwnType)type),
        WitKind.Borrow => Handles.LiftBorrow(cx, U32(at), (BorrowType)type),
        _ => throw new NotSupportedException($"{type} needs async, which is not supported"),
    };

    /// <summary>The values of <paramref name="types"/> as a tuple in memory; part of <c>lift_flat_values</c>.</summary>
    internal static WitValue[] Tuple(in LiftLowerContext cx, uint pointer, Layout layout, WitType[] types)
    {
        var at = TupleBytes(cx, pointer, layout);
        var values = new WitValue[types.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Value(cx, at[(int)layout.Offsets[i]..], types[i]);
        }
        return values;
    }

    /// <summary>The bytes of a tuple whose address a guest gave.</summary>
    internal static Span<byte> TupleBytes(in LiftLowerContext cx, uint pointer, Layout layout)
    {
        Trap.If((pointer & (layout.Alignment - 1)) != 0, "unaligned pointer");
        Trap.If(!cx.IsWithin(pointer, layout.Size), "pointer out of bounds of memory");
        return cx.Memory(pointer, layout.Size);
    }

    /// <summary><c>canonicalize_nan32</c></summary>
    internal static float Canonical(float value) => float.IsNaN(value) ? BitConverter.UInt32BitsToSingle(0x7FC0_0000) : value;

    /// <summary><c>canonicalize_nan64</c></summary>
    internal static double Canonical(double value) => double.IsNaN(value) ? BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_0000) : value;

    /// <summary><c>convert_i32_to_char</c></summary>
    internal static Rune Char(uint value)
    {
        Trap.If(!Rune.IsValid(value), "invalid `char` bit pattern");
        return new Rune(value);
    }

    /// <summary>The case that a discriminant means, with its payload's type; null where it has none.</summary>
    internal static WitType? Case(WitType type, uint discriminant)
    {
        var count = type switch
        {
            VariantType variant => variant.Cases.Count,
            EnumType @enum => @enum.Labels.Count,
            _ => 2,
        };
        Trap.If(discriminant >= count, "invalid variant discriminant");
        return type switch
        {
            VariantType variant => variant.Cases[(int)discriminant].Type,
            OptionType option => discriminant == 0 ? null : option.Element,
            ResultType result => discriminant == 0 ? result.Ok : result.Error,
            _ => null,
        };
    }

    /// <summary>A value of a variant, with what it takes of the host's memory.</summary>
    internal static WitValue OfCase(in LiftLowerContext cx, WitType type, uint discriminant, WitValue? payload)
    {
        if (payload is not null)
        {
            cx.Charge(56);
        }
        return type is EnumType @enum ? WitValue.Enum(@enum, (int)discriminant) : WitValue.Case(type, (int)discriminant, payload);
    }

    private static WitValue Variant(in LiftLowerContext cx, ReadOnlySpan<byte> at, WitType type)
    {
        var layout = Layout.Of(type);
        var discriminant = Unsigned(at, layout.DiscriminantSize);
        return Case(type, discriminant) is { } payload
            ? OfCase(cx, type, discriminant, Value(cx, at[(int)layout.PayloadOffset..], payload))
            : OfCase(cx, type, discriminant, null);
    }

    private static WitValue Record(in LiftLowerContext cx, ReadOnlySpan<byte> at, WitType type)
    {
        var offsets = Layout.Of(type).Offsets;
        var types = type.Children;
        cx.Charge(64 + (16L * types.Length));
        var parts = new WitValue[types.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = Value(cx, at[(int)offsets[i]..], types[i]);
        }
        return Compound(type, parts);
    }

    internal static WitValue Compound(WitType type, WitValue[] parts) =>
        type is RecordType record ? WitValue.Record(record, parts) : WitValue.Tuple((TupleType)type, parts);

    private static uint U32(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt32LittleEndian(at);

    private static uint Unsigned(ReadOnlySpan<byte> at, int bytes) => bytes switch
    {
        1 => at[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(at),
        _ => U32(at),
    };
}
