using System.Text.Encodings.Web;
using System.Text.Json;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Server.Tools;

/// <summary>Writes values as JSON that conforms to their schema.</summary>
internal sealed class JsonResult
{
    /// <summary>Texts go out as they are, but for what JSON itself escapes: the default is for JSON within HTML, and takes six bytes for what UTF-8 has in two or three.</summary>
    internal static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Utf8JsonWriter _writer;
    private readonly long _most;

    private JsonResult(Utf8JsonWriter writer, long most)
    {
        _writer = writer;
        _most = most;
    }

    /// <summary>False where it takes more than <paramref name="most"/> bytes; what was written is of no use then.</summary>
    /// <param name="value">Null is nothing, written as null.</param>
    internal static bool TryWrite(Utf8JsonWriter writer, WitValue? value, long most)
    {
        var result = new JsonResult(writer, writer.BytesCommitted + writer.BytesPending + most);
        return (value is { } given ? result.Value(given) : result.Nothing()) && result.IsWithinLimit;
    }

    private bool IsWithinLimit => _writer.BytesCommitted + _writer.BytesPending <= _most;

    private bool Value(WitValue value)
    {
        switch (value.Type.Kind)
        {
            case WitKind.Bool:
                _writer.WriteBooleanValue(value.AsBool());
                return true;
            case WitKind.F32:
                return Float(value.AsF32(), value.AsF32());
            case WitKind.F64:
                return Float(value.AsF64(), null);
            case WitKind.Char:
                _writer.WriteStringValue(value.AsChar().ToString());
                return true;
            case WitKind.String:
                // A writer that is full already need not take another large text.
                return value.AsString().Length <= _most && Text(value.AsString());
            case <= WitKind.U64:
                Integer(value);
                return true;
            default:
                return IsWithinLimit && Compound(value);
        }
    }

    private bool Compound(WitValue value) => value.Type switch
    {
        RecordType record => Record(value, record),
        ListType { Element.Kind: WitKind.U8 } => Bytes(value.AsBytes().Span),
        TupleType or ListType or FixedListType or MapType => Items(value),
        EnumType => Text(value.CaseName),
        FlagsType flags => Flags(flags, value.AsFlags()),
        OptionType option => Option(value, option),
        ResultType => Side(value),
        VariantType => Case(value),
        _ => throw new ArgumentException($"a value of type {value.Type} cannot be written as JSON"),
    };

    private bool Nothing()
    {
        _writer.WriteNullValue();
        return true;
    }

    private bool Text(string text)
    {
        _writer.WriteStringValue(text);
        return true;
    }

    private bool Bytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _most)
        {
            return false;
        }
        _writer.WriteBase64StringValue(bytes);
        return true;
    }

    private bool Float(double value, float? single)
    {
        if (FloatTexts.Of(value) is { } text)
        {
            _writer.WriteStringValue(text);
        }
        else if (single is { } number)
        {
            _writer.WriteNumberValue(number);
        }
        else
        {
            _writer.WriteNumberValue(value);
        }
        return true;
    }

    private void Integer(WitValue value)
    {
        switch (value.Type.Kind)
        {
            case WitKind.U64 when value.AsU64() > IntegerKinds.MostExact:
                _writer.WriteStringValue($"{value.AsU64()}");
                break;
            case WitKind.U64:
                _writer.WriteNumberValue(value.AsU64());
                break;
            case WitKind.S64 when value.AsS64() is > IntegerKinds.MostExact or < -IntegerKinds.MostExact:
                _writer.WriteStringValue($"{value.AsS64()}");
                break;
            default:
                _writer.WriteNumberValue(Small(value));
                break;
        }
    }

    private static long Small(WitValue value) => value.Type.Kind switch
    {
        WitKind.S8 => value.AsS8(),
        WitKind.U8 => value.AsU8(),
        WitKind.S16 => value.AsS16(),
        WitKind.U16 => value.AsU16(),
        WitKind.S32 => value.AsS32(),
        WitKind.U32 => value.AsU32(),
        _ => value.AsS64(),
    };

    private bool Record(WitValue value, RecordType record)
    {
        _writer.WriteStartObject();
        for (var field = 0; field < record.Fields.Count; field++)
        {
            _writer.WritePropertyName(record.Fields[field].Name);
            if (!Value(value[field]))
            {
                return false;
            }
        }
        _writer.WriteEndObject();
        return true;
    }

    private bool Items(WitValue value)
    {
        _writer.WriteStartArray();
        for (var index = 0; index < value.Count; index++)
        {
            if (!IsWithinLimit || !Value(value[index]))
            {
                return false;
            }
        }
        _writer.WriteEndArray();
        return true;
    }

    private bool Flags(FlagsType flags, uint bits)
    {
        _writer.WriteStartArray();
        for (var label = 0; label < flags.Labels.Count; label++)
        {
            if ((bits & (1u << label)) != 0)
            {
                _writer.WriteStringValue(flags.Labels[label]);
            }
        }
        _writer.WriteEndArray();
        return true;
    }

    private bool Option(WitValue value, OptionType option)
    {
        if (value.CaseValue is not { } payload)
        {
            return Nothing();
        }
        return option.Element is OptionType ? Member("some", payload) : Value(payload);
    }

    private bool Side(WitValue value) => Member(value.CaseIndex == 0 ? "ok" : "err", value.CaseValue);

    private bool Member(string name, WitValue? value)
    {
        _writer.WriteStartObject();
        _writer.WritePropertyName(name);
        var isWritten = value is { } payload ? Value(payload) : Nothing();
        _writer.WriteEndObject();
        return isWritten;
    }

    private bool Case(WitValue value)
    {
        _writer.WriteStartObject();
        _writer.WriteString("tag", value.CaseName);
        if (value.CaseValue is { } payload)
        {
            _writer.WritePropertyName("val");
            if (!Value(payload))
            {
                return false;
            }
        }
        _writer.WriteEndObject();
        return true;
    }
}
