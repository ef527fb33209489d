using System.Globalization;
using System.Text.Json;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Conformance.ComponentModel;

/// <summary>Reads the values of scripts. The type is that of the function, since a script's types are incomplete.</summary>
internal static class Literal
{
    internal static WitValue Read(JsonElement json, WitType type)
    {
        var value = json.TryGetProperty("value", out var found) ? found : default;
        return type switch
        {
            PrimitiveType => Primitive(value.GetString()!, type.Kind),
            ListType list => WitValue.List(list, Items(value, list.Element)),
            FixedListType list => WitValue.List(list, Items(value, list.Element)),
            TupleType tuple => WitValue.Tuple(tuple, [.. value.EnumerateArray().Zip(tuple.Elements, Read)]),
            RecordType record => WitValue.Record(record, [.. value.EnumerateArray().Zip(record.Fields, static (field, of) => Read(field[1], of.Type))]),
            EnumType @enum => WitValue.Enum(@enum, @enum.IndexOf(value.GetString()!)),
            FlagsType flags => WitValue.Flags(flags, value.EnumerateArray().Aggregate(0u, (bits, label) => bits | (1u << flags.Labels.ToList().IndexOf(label.GetString()!)))),
            OptionType option => value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? WitValue.None(option) : WitValue.Some(option, Read(value, option.Element)),
            VariantType variant => Case(variant, variant.IndexOf(json.GetProperty("case").GetString()!), value),
            ResultType result => Case(result, json.GetProperty("tag").GetString() == "ok" ? 0 : 1, value),
            _ => throw new JsonException($"the runner reads no values of type {type}"),
        };
    }

    private static WitValue[] Items(JsonElement value, WitType element) => [.. value.EnumerateArray().Select(item => Read(item, element))];

    private static WitValue Case(WitType type, int @case, JsonElement value)
    {
        var payload = ((VariantType)type.Despecialize()).Cases[@case].Type;
        var inner = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().FirstOrDefault() : value;
        return WitValue.Case(type, @case, payload is null ? null : Read(inner, payload));
    }

    // Decimal or hexadecimal; a negative number may be written as its bits.
    private static Int128 Integer(string text) => text.StartsWith("0x", StringComparison.Ordinal)
        ? Int128.Parse(text.AsSpan(2), NumberStyles.AllowHexSpecifier)
        : Int128.Parse(text);

    private static WitValue Primitive(string text, WitKind kind) => kind switch
    {
        WitKind.Bool => WitValue.Bool(bool.Parse(text)),
        WitKind.S8 => WitValue.S8(unchecked((sbyte)Integer(text))),
        WitKind.U8 => WitValue.U8(unchecked((byte)Integer(text))),
        WitKind.S16 => WitValue.S16(unchecked((short)Integer(text))),
        WitKind.U16 => WitValue.U16(unchecked((ushort)Integer(text))),
        WitKind.S32 => WitValue.S32(unchecked((int)Integer(text))),
        WitKind.U32 => WitValue.U32(unchecked((uint)Integer(text))),
        WitKind.S64 => WitValue.S64(unchecked((long)Integer(text))),
        WitKind.U64 => WitValue.U64(unchecked((ulong)Integer(text))),
        WitKind.F32 => WitValue.F32(float.Parse(text, CultureInfo.InvariantCulture)),
        WitKind.F64 => WitValue.F64(double.Parse(text, CultureInfo.InvariantCulture)),
        WitKind.Char => WitValue.Char(text.EnumerateRunes().Single()),
        _ => WitValue.String(text),
    };
}
