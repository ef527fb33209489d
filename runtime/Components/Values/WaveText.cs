using System.Globalization;
using System.Numerics;
using System.Text;
using Tapedeck.Components.Types;

namespace Tapedeck.Components.Values;

/// <summary>Writes values as WAVE: <c>{name: "x", tags: [a, b]}</c>, <c>some(1)</c>, <c>ok((1, 2))</c>.</summary>
internal static class WaveText
{
    private const int MostCharacters = 100_000;

    internal static string Of(WitValue value)
    {
        var text = new BoundedText(MostCharacters);
        Write(value, text);
        return text.ToString();
    }

    private static void Write(WitValue value, BoundedText text)
    {
        if (text.IsFull)
        {
            return;
        }
        switch (value.Meaning)
        {
            case string characters:
                text.Append(Quoted(characters, '"'));
                break;
            case PrimitiveType type:
                text.Append(Scalar(value, type.Kind));
                break;
            case FlagsType flags:
                text.Append($"{{{string.Join(", ", Set(flags, value.AsFlags()))}}}");
                break;
            case WitType type:
                text.Append(CaseName(type, value.CaseIndex));
                break;
            case CasePayload payload:
                text.Append($"{CaseName(payload.Type, payload.Case)}(");
                Write(payload.Value, text);
                text.Append(")");
                break;
            case Handle handle:
                text.Append($"<{handle.Type}>");
                break;
            case Payload payload:
                WriteParts(payload, text);
                break;
            default:
                text.Append("<none>");
                break;
        }
    }

    private static void WriteParts(Payload payload, BoundedText text)
    {
        var record = payload.Type as RecordType;
        var (open, close) = record is not null ? ("{", "}") : payload.Type is TupleType ? ("(", ")") : ("[", "]");
        text.Append(open);
        for (var i = 0; i < payload.Count && !text.IsFull; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            if (record is not null)
            {
                text.Append($"{Label(record.Fields[i].Name)}: ");
            }
            Write(payload[i], text);
        }
        text.Append(close);
    }

    private static string Scalar(WitValue value, WitKind kind) => kind switch
    {
        WitKind.Bool => value.AsBool() ? "true" : "false",
        WitKind.F32 => Float(value.AsF32()),
        WitKind.F64 => Float(value.AsF64()),
        WitKind.Char => Quoted(value.AsChar().ToString(), '\''),
        WitKind.S8 or WitKind.S16 or WitKind.S32 or WitKind.S64 => ((long)value.Bits).ToString(CultureInfo.InvariantCulture),
        _ => value.Bits.ToString(CultureInfo.InvariantCulture),
    };

    private static string Float<T>(T value)
        where T : IFloatingPointIeee754<T> =>
        T.IsNaN(value) ? "nan" : T.IsInfinity(value) ? T.IsNegative(value) ? "-inf" : "inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string CaseName(WitType type, int @case) => type switch
    {
        // WAVE's own words, which differ from those of the despecialized type.
        OptionType => @case == 0 ? "none" : "some",
        ResultType => @case == 0 ? "ok" : "err",
        _ => Label(((VariantType)type.Despecialize()).Cases[@case].Name),
    };

    private static IEnumerable<string> Set(FlagsType flags, uint bits) => flags.Labels.Where((_, i) => (bits >> i & 1) != 0).Select(Label);

    // Names that would read as a value.
    private static string Label(string name) => name is "true" or "false" or "some" or "none" or "ok" or "err" or "inf" or "nan" ? $"%{name}" : name;

    private static string Quoted(string characters, char quote)
    {
        var quoted = new StringBuilder().Append(quote);
        foreach (var rune in characters.AsSpan(0, Math.Min(characters.Length, MostCharacters)).EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '\\' => quoted.Append("\\\\"),
                _ when rune.Value == quote => quoted.Append('\\').Append(quote),
                _ when Rune.IsControl(rune) => quoted.Append($"\\u{{{rune.Value:x}}}"),
                _ => quoted.Append(rune.ToString()),
            };
        }
        return quoted.Append(quote).ToString();
    }
}
