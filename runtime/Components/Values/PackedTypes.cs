using System.Text;
using Tapedeck.Components.Types;

namespace Tapedeck.Components.Values;

/// <summary>Which .NET type holds the items of which list.</summary>
internal static class PackedTypes
{
    private static readonly ListType[] Lists =
    [
        new(WitType.Bool), new(WitType.S8), new(WitType.U8), new(WitType.S16), new(WitType.U16), new(WitType.S32), new(WitType.U32),
        new(WitType.S64), new(WitType.U64), new(WitType.F32), new(WitType.F64), new(WitType.Char),
    ];

    internal static ListType ListOf(WitKind scalar) => Lists[(int)scalar];

    /// <summary>The element type of a list, fixed list or map; null for other types.</summary>
    internal static WitType? ElementOf(WitType type) => type.Despecialize() switch
    {
        ListType list => list.Element,
        FixedListType list => list.Element,
        _ => null,
    };

    internal static WitKind? KindOf<T>()
        where T : unmanaged
    {
        var kind = Array.IndexOf(Types, typeof(T));
        return kind < 0 ? null : (WitKind)kind;
    }

    internal static WitValue Value<T>(T item)
        where T : unmanaged => item switch
        {
            bool value => WitValue.Bool(value),
            sbyte value => WitValue.S8(value),
            byte value => WitValue.U8(value),
            short value => WitValue.S16(value),
            ushort value => WitValue.U16(value),
            int value => WitValue.S32(value),
            uint value => WitValue.U32(value),
            long value => WitValue.S64(value),
            ulong value => WitValue.U64(value),
            float value => WitValue.F32(value),
            double value => WitValue.F64(value),
            Rune value => WitValue.Char(value),
            _ => throw new ArgumentException($"{typeof(T)} is no scalar of a component"),
        };

    /// <summary>The list as packed memory; null where its items are more than scalars.</summary>
    internal static WitValue? Pack(WitType type, WitValue[] items) => ElementOf(type)!.Kind switch
    {
        WitKind.Bool => Pack(type, items, static item => item.AsBool()),
        WitKind.S8 => Pack(type, items, static item => item.AsS8()),
        WitKind.U8 => Pack(type, items, static item => item.AsU8()),
        WitKind.S16 => Pack(type, items, static item => item.AsS16()),
        WitKind.U16 => Pack(type, items, static item => item.AsU16()),
        WitKind.S32 => Pack(type, items, static item => item.AsS32()),
        WitKind.U32 => Pack(type, items, static item => item.AsU32()),
        WitKind.S64 => Pack(type, items, static item => item.AsS64()),
        WitKind.U64 => Pack(type, items, static item => item.AsU64()),
        WitKind.F32 => Pack(type, items, static item => item.AsF32()),
        WitKind.F64 => Pack(type, items, static item => item.AsF64()),
        WitKind.Char => Pack(type, items, static item => item.AsChar()),
        _ => null,
    };

    // By WitKind.
    private static readonly Type[] Types =
    [
        typeof(bool), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong),
        typeof(float), typeof(double), typeof(Rune),
    ];

    private static WitValue Pack<T>(WitType type, WitValue[] items, Converter<WitValue, T> convert)
        where T : unmanaged => WitValue.Packed<T>(type, Array.ConvertAll(items, convert));
}
