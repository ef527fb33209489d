using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Tapedeck.Components.Types;

namespace Tapedeck.Server.Tools;

/// <summary>JSON schemas of WIT types, as <see cref="JsonArguments"/> reads them and <see cref="JsonResult"/> writes them.</summary>
internal sealed class ToolSchema
{
    private readonly Utf8JsonWriter _writer;
    private readonly bool _isInput;

    private ToolSchema(Utf8JsonWriter writer, bool isInput)
    {
        _writer = writer;
        _isInput = isInput;
    }

    /// <summary>The schema of the arguments of a function: an object with its parameters.</summary>
    internal static byte[] OfInput(FuncType function) =>
        Write(isInput: true, schema => schema.Object(function.Parameters.Select(parameter => (parameter.Name, parameter.Type))));

    /// <summary>The schema of the structured content of a result: an object with <c>result</c>.</summary>
    /// <param name="type">Null where the function gives nothing.</param>
    internal static byte[] OfOutput(WitType? type) => Write(isInput: false, schema =>
    {
        schema.Begin("object");
        schema._writer.WriteStartObject("properties");
        schema._writer.WritePropertyName("result");
        schema.Payload(type);
        schema._writer.WriteEndObject();
        schema.Required(["result"]);
        schema.Close();
    });

    /// <summary>How deep objects and arrays are nested in the schemas of a function. The values themselves, those of its error as well, are never nested deeper.</summary>
    internal static int DepthOf(FuncType function)
    {
        var (ok, error) = function.Result is ResultType fallible ? (fallible.Ok, fallible.Error) : (function.Result, null);
        return Math.Max(DepthOf(OfInput(function)), Math.Max(DepthOf(OfOutput(ok)), DepthOf(OfOutput(error))));
    }

    private static int DepthOf(byte[] schema)
    {
        var deepest = 0;
        var reader = new Utf8JsonReader(schema, new JsonReaderOptions { MaxDepth = int.MaxValue });
        while (reader.Read())
        {
            // That of a beginning does not count what begins.
            deepest = Math.Max(deepest, reader.CurrentDepth + (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? 1 : 0));
        }
        return deepest;
    }

    private static byte[] Write(bool isInput, Action<ToolSchema> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(new ToolSchema(writer, isInput));
        }
        return buffer.WrittenSpan.ToArray();
    }

    private void Of(WitType type)
    {
        switch (type.Kind)
        {
            case WitKind.Bool:
                Simple("boolean");
                break;
            case WitKind.F32 or WitKind.F64:
                Float();
                break;
            case WitKind.Char:
                Begin("string");
                _writer.WriteNumber("minLength", 1);
                _writer.WriteNumber("maxLength", 1);
                _writer.WriteEndObject();
                break;
            case WitKind.String:
                Simple("string");
                break;
            case <= WitKind.U64:
                Integer(type.Kind);
                break;
            default:
                Compound(type);
                break;
        }
    }

    private void Compound(WitType type)
    {
        switch (type)
        {
            case RecordType record:
                Object(record.Fields.Select(field => (field.Name, field.Type)));
                break;
            case TupleType tuple:
                Tuple(tuple);
                break;
            case FixedListType list:
                List(list.Element, list.Length);
                break;
            case ListType { Element.Kind: WitKind.U8 }:
                Bytes();
                break;
            case ListType list:
                List(list.Element, null);
                break;
            case MapType map:
                Of(map.Despecialize());
                break;
            case EnumType @enum:
                Begin("string");
                Labels(@enum.Labels);
                _writer.WriteEndObject();
                break;
            case FlagsType flags:
                Flags(flags);
                break;
            case OptionType option:
                Option(option);
                break;
            default:
                Cases(type);
                break;
        }
    }

    private void Cases(WitType type)
    {
        _writer.WriteStartObject();
        _writer.WriteStartArray("oneOf");
        if (type is ResultType result)
        {
            Side("ok", result.Ok);
            Side("err", result.Error);
        }
        else
        {
            foreach (var @case in ((VariantType)type).Cases)
            {
                Case(@case);
            }
        }
        _writer.WriteEndArray();
        _writer.WriteEndObject();
    }

    private void Side(string name, WitType? payload)
    {
        Begin("object");
        _writer.WriteStartObject("properties");
        _writer.WritePropertyName(name);
        Payload(payload);
        _writer.WriteEndObject();
        Required([name]);
        Close();
    }

    private void Case(Case @case)
    {
        Begin("object");
        _writer.WriteStartObject("properties");
        _writer.WriteStartObject("tag");
        _writer.WriteString("const", @case.Name);
        _writer.WriteEndObject();
        if (@case.Type is not null)
        {
            _writer.WritePropertyName("val");
            Of(@case.Type);
        }
        _writer.WriteEndObject();
        Required(@case.Type is null or OptionType ? ["tag"] : ["tag", "val"]);
        Close();
    }

    /// <summary>What may be nothing is null then.</summary>
    private void Payload(WitType? type)
    {
        if (type is null)
        {
            Simple("null");
        }
        else
        {
            Of(type);
        }
    }

    /// <summary>An option in an option says <c>some</c>, or null could not tell which of the two is none.</summary>
    private void Option(OptionType option)
    {
        _writer.WriteStartObject();
        _writer.WriteStartArray("anyOf");
        if (option.Element is OptionType)
        {
            Begin("object");
            _writer.WriteStartObject("properties");
            _writer.WritePropertyName("some");
            Of(option.Element);
            _writer.WriteEndObject();
            Required(["some"]);
            Close();
        }
        else
        {
            Of(option.Element);
        }
        Simple("null");
        _writer.WriteEndArray();
        _writer.WriteEndObject();
    }

    private void Object(IEnumerable<(string Name, WitType Type)> fields)
    {
        var list = fields.ToArray();
        Begin("object");
        _writer.WriteStartObject("properties");
        foreach (var (name, type) in list)
        {
            _writer.WritePropertyName(name);
            Of(type);
        }
        _writer.WriteEndObject();
        Required(list.Where(field => field.Type is not OptionType).Select(field => field.Name));
        Close();
    }

    private void Tuple(TupleType tuple)
    {
        Begin("array");
        _writer.WriteStartArray("prefixItems");
        foreach (var element in tuple.Elements)
        {
            Of(element);
        }
        _writer.WriteEndArray();
        // No "items": false. Clients that check by an older draft know no prefixItems, and would refuse every item; the two bounds say the same.
        _writer.WriteNumber("minItems", tuple.Elements.Count);
        _writer.WriteNumber("maxItems", tuple.Elements.Count);
        _writer.WriteEndObject();
    }

    private void List(WitType element, uint? length)
    {
        Begin("array");
        _writer.WritePropertyName("items");
        Of(element);
        if (length is { } fixedLength)
        {
            _writer.WriteNumber("minItems", fixedLength);
            _writer.WriteNumber("maxItems", fixedLength);
        }
        _writer.WriteEndObject();
    }

    private void Bytes()
    {
        if (_isInput)
        {
            _writer.WriteStartObject();
            _writer.WriteStartArray("anyOf");
        }
        Begin("string");
        _writer.WriteString("contentEncoding", "base64");
        _writer.WriteEndObject();
        if (_isInput)
        {
            List(WitType.U8, null);
            _writer.WriteEndArray();
            _writer.WriteEndObject();
        }
    }

    private void Flags(FlagsType flags)
    {
        Begin("array");
        _writer.WriteStartObject("items");
        Labels(flags.Labels);
        _writer.WriteEndObject();
        _writer.WriteBoolean("uniqueItems", true);
        _writer.WriteEndObject();
    }

    private void Integer(WitKind kind)
    {
        _writer.WriteStartObject();
        if (IntegerKinds.MayBeText(kind))
        {
            _writer.WriteStartArray("type");
            _writer.WriteStringValue("integer");
            _writer.WriteStringValue("string");
            _writer.WriteEndArray();
            _writer.WriteString("pattern", kind == WitKind.U64 ? "^(0|[1-9][0-9]{0,19})$" : "^(0|-?[1-9][0-9]{0,18})$");
        }
        else
        {
            _writer.WriteString("type", "integer");
        }
        var (least, most) = IntegerKinds.RangeOf(kind);
        _writer.WritePropertyName("minimum");
        _writer.WriteRawValue(least.ToString(CultureInfo.InvariantCulture));
        _writer.WritePropertyName("maximum");
        _writer.WriteRawValue(most.ToString(CultureInfo.InvariantCulture));
        _writer.WriteEndObject();
    }

    private void Float()
    {
        _writer.WriteStartObject();
        _writer.WriteStartArray("anyOf");
        Simple("number");
        _writer.WriteStartObject();
        Labels(FloatTexts.All);
        _writer.WriteEndObject();
        _writer.WriteEndArray();
        _writer.WriteEndObject();
    }

    private void Labels(IEnumerable<string> labels)
    {
        _writer.WriteStartArray("enum");
        foreach (var label in labels)
        {
            _writer.WriteStringValue(label);
        }
        _writer.WriteEndArray();
    }

    private void Required(IEnumerable<string> names)
    {
        _writer.WriteStartArray("required");
        foreach (var name in names)
        {
            _writer.WriteStringValue(name);
        }
        _writer.WriteEndArray();
    }

    private void Simple(string type)
    {
        Begin(type);
        _writer.WriteEndObject();
    }

    private void Begin(string type)
    {
        _writer.WriteStartObject();
        _writer.WriteString("type", type);
    }

    private void Close()
    {
        _writer.WriteBoolean("additionalProperties", false);
        _writer.WriteEndObject();
    }
}
