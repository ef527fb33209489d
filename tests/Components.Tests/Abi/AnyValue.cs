using System.Text;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Components.Tests.Abi;

/// <summary>Makes up types and values.</summary>
internal sealed class AnyValue(Random random)
{
    private static readonly WitType[] Primitives =
    [
        WitType.Bool, WitType.S8, WitType.U8, WitType.S16, WitType.U16, WitType.S32, WitType.U32, WitType.S64, WitType.U64, WitType.F32, WitType.F64, WitType.Char, WitType.String,
    ];

    internal WitType Type(int depth) => (depth == 0 ? 0 : random.Next(14)) switch
    {
        1 or 2 => new ListType(Type(depth - 1)),
        3 => new RecordType([.. Several(4, i => new Field($"f{i}", Type(depth - 1)))]),
        4 => new TupleType([.. Several(5, _ => Type(depth - 1))]),
        5 or 6 => new VariantType([.. Several(random.Next(30) == 0 ? 300 : 5, i => new Case($"c{i}", random.Next(3) == 0 ? null : Type(depth - 1)))]),
        7 => new EnumType([.. Several(random.Next(4) == 0 ? 300 : 5, i => $"e{i}")]),
        8 => new FlagsType([.. Several(32, i => $"b{i}")]),
        9 => new OptionType(Type(depth - 1)),
        10 => new ResultType(random.Next(3) == 0 ? null : Type(depth - 1), random.Next(3) == 0 ? null : Type(depth - 1)),
        11 => new FixedListType(Type(depth - 1), (uint)random.Next(1, 5)),
        _ => Primitives[random.Next(Primitives.Length)],
    };

    internal WitValue Value(WitType type) => type switch
    {
        ListType list => WitValue.List(list, [.. Several(6, _ => Value(list.Element)).Skip(1)]),
        FixedListType list => WitValue.List(list, [.. Enumerable.Range(0, (int)list.Length).Select(_ => Value(list.Element))]),
        RecordType record => WitValue.Record(record, [.. record.Fields.Select(field => Value(field.Type))]),
        TupleType tuple => WitValue.Tuple(tuple, [.. tuple.Elements.Select(Value)]),
        EnumType @enum => WitValue.Enum(@enum, random.Next(@enum.Labels.Count)),
        FlagsType flags => WitValue.Flags(flags, (uint)random.NextInt64()),
        VariantType or OptionType or ResultType => Case(type),
        _ => Primitive(type.Kind),
    };

    private WitValue Case(WitType type)
    {
        var cases = ((VariantType)type.Despecialize()).Cases;
        var chosen = random.Next(cases.Count);
        return WitValue.Case(type, chosen, cases[chosen].Type is { } payload ? Value(payload) : null);
    }

    private WitValue Primitive(WitKind kind) => kind switch
    {
        WitKind.Bool => WitValue.Bool(random.Next(2) == 0),
        WitKind.S8 => WitValue.S8((sbyte)random.Next()),
        WitKind.U8 => WitValue.U8((byte)random.Next()),
        WitKind.S16 => WitValue.S16((short)random.Next()),
        WitKind.U16 => WitValue.U16((ushort)random.Next()),
        WitKind.S32 => WitValue.S32((int)random.NextInt64()),
        WitKind.U32 => WitValue.U32((uint)random.NextInt64()),
        WitKind.S64 => WitValue.S64(random.NextInt64(long.MinValue, long.MaxValue)),
        WitKind.U64 => WitValue.U64((ulong)random.NextInt64(long.MinValue, long.MaxValue)),
        WitKind.F32 => WitValue.F32(BitConverter.Int32BitsToSingle((int)random.NextInt64())),
        WitKind.F64 => WitValue.F64(BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))),
        WitKind.Char => WitValue.Char(Character()),
        _ => WitValue.String(string.Concat(Several(12, _ => Character().ToString()).Skip(1))),
    };

    private Rune Character()
    {
        var most = random.Next(4) switch { 0 => 0x80, 1 => 0x100, 2 => 0xD800, _ => 0x11_0000 };
        var value = random.Next(most);
        return Rune.IsValid(value) ? new Rune(value) : Rune.ReplacementChar;
    }

    private IEnumerable<T> Several<T>(int most, Func<int, T> make) => [.. Enumerable.Range(0, random.Next(1, most + 1)).Select(make)];
}
