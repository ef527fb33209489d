using System.Text;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Server.Tests.Tools;

/// <summary>Types and values of every kind, made from a seed.</summary>
internal sealed class Values(int seed)
{
    private static readonly WitType[] Scalars =
    [
        WitType.Bool, WitType.S8, WitType.U8, WitType.S16, WitType.U16, WitType.S32, WitType.U32, WitType.S64, WitType.U64, WitType.F32, WitType.F64,
        WitType.Char, WitType.String,
    ];

    private static readonly ulong[] Edges =
    [
        0, 1, 2, 127, 128, 255, 256, 32767, 32768, 65535, int.MaxValue, 1UL << 31, uint.MaxValue, (1UL << 53) - 1, 1UL << 53, (1UL << 53) + 1, long.MaxValue,
        1UL << 63, ulong.MaxValue,
    ];

    private readonly Random _random = new(seed);

    internal WitType Type(int depth)
    {
        if (depth == 0 || _random.Next(4) == 0)
        {
            return Pick(Scalars);
        }
        return _random.Next(10) switch
        {
            0 => new RecordType([.. Labels("field").Select(label => new Field(label, Type(depth - 1)))]),
            1 => new TupleType([.. Labels("").Select(_ => Type(depth - 1))]),
            2 => new ListType(Type(depth - 1)),
            3 => new FixedListType(Type(depth - 1), (uint)_random.Next(1, 4)),
            4 => new EnumType([.. Labels("label")]),
            5 => new FlagsType([.. Labels("flag")]),
            6 => new OptionType(Type(depth - 1)),
            7 => new ResultType(Maybe(depth), Maybe(depth)),
            8 => new MapType(WitType.String, Type(depth - 1)),
            _ => new VariantType([.. Labels("case").Select(label => new Case(label, Maybe(depth)))]),
        };
    }

    internal WitValue Value(WitType type) => type switch
    {
        RecordType record => WitValue.Record(record, [.. record.Fields.Select(field => Value(field.Type))]),
        TupleType tuple => WitValue.Tuple(tuple, [.. tuple.Elements.Select(Value)]),
        ListType list => WitValue.List(list, Many(list.Element, _random.Next(4))),
        FixedListType list => WitValue.List(list, Many(list.Element, (int)list.Length)),
        MapType map => WitValue.List(map, Many(((ListType)map.Despecialize()).Element, _random.Next(3))),
        EnumType @enum => WitValue.Enum(@enum, _random.Next(@enum.Labels.Count)),
        FlagsType flags => WitValue.Flags(flags, (uint)_random.NextInt64()),
        OptionType option => _random.Next(2) == 0 ? WitValue.None(option) : WitValue.Some(option, Value(option.Element)),
        ResultType result => _random.Next(2) is var side && (side == 0 ? result.Ok : result.Error) is { } payload
            ? WitValue.Case(result, side, Value(payload))
            : WitValue.Case(result, side),
        VariantType variant => _random.Next(variant.Cases.Count) is var index && variant.Cases[index].Type is { } payload
            ? WitValue.Case(variant, index, Value(payload))
            : WitValue.Case(variant, index),
        _ => Scalar(type.Kind),
    };

    private WitValue Scalar(WitKind kind) => kind switch
    {
        WitKind.Bool => WitValue.Bool(_random.Next(2) == 0),
        WitKind.S8 => WitValue.S8((sbyte)Bits()),
        WitKind.U8 => WitValue.U8((byte)Bits()),
        WitKind.S16 => WitValue.S16((short)Bits()),
        WitKind.U16 => WitValue.U16((ushort)Bits()),
        WitKind.S32 => WitValue.S32((int)Bits()),
        WitKind.U32 => WitValue.U32((uint)Bits()),
        WitKind.S64 => WitValue.S64((long)Bits()),
        WitKind.U64 => WitValue.U64(Bits()),
        WitKind.F32 => WitValue.F32(Pick([0f, -0f, 1.5f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, float.MaxValue, 0.1f])),
        WitKind.F64 => WitValue.F64(Pick([0d, -0d, 1.5, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, 0.1])),
        WitKind.Char => WitValue.Char(Pick([new Rune('a'), new Rune(0x10FFFF), new Rune(0), new Rune('"'), new Rune(0x1F600), new Rune(0xFFFD)])),
        _ => WitValue.String(Pick(["", "text", "\"\\/\b\f\n\r\t\0", "\u202e\u00e9\U0001F600", "NaN", "12", "null"])),
    };

    private ulong Bits() => _random.Next(2) == 0 ? Pick(Edges) : (ulong)_random.NextInt64(long.MinValue, long.MaxValue);

    private WitType? Maybe(int depth) => _random.Next(3) == 0 ? null : Type(depth - 1);

    private WitValue[] Many(WitType element, int count) => [.. Enumerable.Range(0, count).Select(_ => Value(element))];

    private string[] Labels(string name) => Enumerable.Range(0, _random.Next(1, 4)).Select(index => $"{name}-{index}").ToArray();

    private T Pick<T>(T[] items) => items[_random.Next(items.Length)];
}
