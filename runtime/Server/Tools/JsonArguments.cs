using System.Text;
using System.Text.Json;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Server.Tools;

/// <summary>
/// Reads the arguments of a call, checking them against the types of the function as it goes: what is read conforms to the schema, and what does not is
/// an error with its path.
/// </summary>
internal sealed class JsonArguments
{
    private const int MostDepth = 128;
    private const int MostCharactersShown = 40;

    // What a value costs at least when it is an object of its own.
    private const int BytesOfValue = 64;

    private static readonly ReadValue[] Readers = MakeReaders();

    private readonly JsonPath _path = new();
    private long _budget;
    private string? _problem;

    private JsonArguments(long budget) => _budget = budget;

    private delegate bool ReadValue(JsonArguments arguments, ref Utf8JsonReader reader, WitType type, out WitValue value);

    /// <summary>The arguments in the order of the parameters, or null and what is wrong.</summary>
    /// <param name="json">An object; empty is one without members.</param>
    /// <param name="parameters">The parameters of the function as a record.</param>
    /// <param name="budget">Bytes that the values may take.</param>
    internal static WitValue[]? Read(ReadOnlySpan<byte> json, RecordType parameters, long budget, out string problem)
    {
        var arguments = new JsonArguments(budget);
        try
        {
            var reader = new Utf8JsonReader(json.IsEmpty ? "{}"u8 : json, new JsonReaderOptions { MaxDepth = MostDepth });
            reader.Read();
            // The last Read throws on anything behind the object.
            if (arguments.Fields(ref reader, parameters, out var values) && !reader.Read())
            {
                problem = "";
                return values;
            }
        }
        catch (JsonException exception)
        {
            arguments._problem = $"expected JSON: {exception.Message}";
        }
        problem = $"{arguments._path}: {arguments._problem}";
        return null;
    }

    private static ReadValue[] MakeReaders()
    {
        var readers = new ReadValue[Enum.GetValues<WitKind>().Length];
        Array.Fill(readers, static (JsonArguments arguments, ref Utf8JsonReader reader, WitType type, out WitValue value) =>
            throw new ArgumentException($"a value of type {type} cannot be read from JSON"));
        readers[(int)WitKind.Bool] = Bool;
        for (var kind = WitKind.S8; kind <= WitKind.U64; kind++)
        {
            readers[(int)kind] = Integer;
        }
        readers[(int)WitKind.F32] = Float;
        readers[(int)WitKind.F64] = Float;
        readers[(int)WitKind.Char] = Char;
        readers[(int)WitKind.String] = Text;
        readers[(int)WitKind.Record] = Record;
        readers[(int)WitKind.Tuple] = Tuple;
        readers[(int)WitKind.List] = List;
        readers[(int)WitKind.FixedList] = List;
        readers[(int)WitKind.Map] = List;
        readers[(int)WitKind.Flags] = Flags;
        readers[(int)WitKind.Enum] = Enumeration;
        readers[(int)WitKind.Option] = Option;
        readers[(int)WitKind.Result] = Result;
        readers[(int)WitKind.Variant] = Variant;
        return readers;
    }

    private bool Value(ref Utf8JsonReader reader, WitType type, out WitValue value) => Readers[(int)type.Kind](this, ref reader, type, out value);

    private static bool Bool(JsonArguments arguments, ref Utf8JsonReader reader, WitType type, out WitValue value)
    {
        value = WitValue.Bool(reader.TokenType == JsonTokenType.True);
        return reader.TokenType is JsonTokenType.True or JsonTokenType.False || arguments.Expected("true or false", ref reader);
    }

    private static bool Integer(JsonArguments arguments, ref Utf8JsonReader reader, WitType type, out WitValue value)
    {
        var (least, most) = IntegerKinds.RangeOf(type.Kind);
        if (TryInteger(ref reader, IntegerKinds.MayBeText(type.Kind), out var number) && number >= least && number <= most)
        {
            value = IntegerKinds.Value(type.Kind, number);
            return true;
        }
        value = default;
        return arguments.Expected($"an integer from {least} to {most}{(IntegerKinds.MayBeText(type.Kind) ? ", as a number or a text" : "")}", ref reader);
    }

    private static bool TryInteger(ref Utf8JsonReader reader, bool mayBeText, out Int128 number)
    {
        number = 0;
        if (reader.TokenType == JsonTokenType.Number)
        {
            if (reader.TryGetInt64(out var signed))
            {
                number = signed;
                return true;
            }
            return WholeNumber.TryParse(reader.ValueSpan, out number);
        }
        return mayBeText && reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && reader.ValueSpan.Length <= 20
            && IsCanonical(reader.ValueSpan) && Int128.TryParse(reader.ValueSpan, out number);
    }

    private static bool IsCanonical(ReadOnlySpan<byte> text)
    {
        var digits = text is [(byte)'-', ..] ? text[1..] : text;
        return digits is [>= (byte)'1' and <= (byte)'9', ..] or [(byte)'0'] && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && !(digits is [(byte)'0'] && text.Length > 1);
    }

    private static bool Float(JsonArguments arguments, ref Utf8JsonReader reader, WitType type, out WitValue value)
    {
        double? number = reader.TokenType switch
        {
            JsonTokenType.Number when reader.TryGetDouble(out var read) && double.IsFinite(read) => read,
            JsonTokenType.String when reader.ValueSpan.Length <= FloatTexts.NegativeInfinity.Length => FloatTexts.Parse(Encoding.UTF8.GetString(reader.ValueSpan)),
            _ => null,
        };
        if (number is { } found && type.Kind == WitKind.F64)
        {
            value = WitValue.F64(found);
            return true;
        }
        // A number that no float is near to is an error, and no infinity.
        if (number is { } single && (double.IsFinite(single) ? float.IsFinite((float)single) : true))
        {
            value = WitValue.F32((float)single);
            return true;
        }
        value = default;
        return arguments.Expected($"a number{(type.Kind == WitKind.F32 ? " that a 32-bit float can hold" : "")}, or NaN, Infinity or -Infinity as a text", ref reader);
    }

    private static bool Char(JsonArguments arguments, ref Utf8JsonReader reader, WitType type, out WitValue value)
    {
        value = default;
        if (TryText(ref reader, out var text) && Rune.DecodeFromUtf16(text, out var rune, out var length) == System.Buffers.OperationStatus.Done && length == text.Length)
        {
            value = WitValue.Char(rune);
            return true;
        }
        return arguments.Expected("a text of one character", ref reader);
    }

    private static bool Text(JsonArguments arguments, ref Utf8JsonReader reader, WitType type, out WitValue value)
    {
        value = default;
        if (reader.TokenType == JsonTokenType.String && !arguments.Charge(2L * reader.ValueSpan.Length))
        {
            return false;
        }
        if (TryText(ref reader, out var text))
        {
            value = WitValue.String(text);
            return true;
        }
        return arguments.Expected("a text of valid Unicode", ref reader);
    }

    private static bool TryText(ref Utf8JsonReader reader, out string text)
    {
        text = "";
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            return false;
        }
        try
        {
            text = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // An escape that is half of a surrogate pair, or bytes that are no UTF-8.
            return false;
        }
    }

    private static bool Record(JsonArguments arguments, ref Utf8JsonReader reader, WitType type, out WitValue value)
    {
        var record = (RecordType)type;
        value = default;
        if (!arguments.Fields(ref reader, record, out var values))
        {
            return false;
        }
        value = WitValue.Record(record, values);
        return true;
    }

    private bool Fields(ref Utf8JsonReader reader, RecordType record, out WitValue[] values)
    {
        values = [];
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Expected("an object", ref reader);
        }
        if (!Charge((long)BytesOfValue * (1 + record.Fields.Count)))
        {
            return false;
        }
        values = new WitValue[record.Fields.Count];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (!TryText(ref reader, out var name) || record.IndexOf(name) is not (>= 0 and var index))
            {
                return Fail($"unknown member {Shown(ref reader)}; known here: {string.Join(", ", record.Fields.Select(field => field.Name))}");
            }
            _path.Enter(name);
            if (!values[index].IsDefault)
            {
                return Fail("is there twice");
            }
            reader.Read();
            if (!Value(ref reader, record.Fields[index].Type, out values[index]))
            {
                return false;
            }
            _path.Leave();
        }
        return FillOptions(record, values);
    }

    private bool FillOptions(RecordType record, WitValue[] values)
    {
        for (var index = 0; index < values.Length; index++)
        {
            if (values[index].IsDefault)
            {
                if (record.Fields[index].Type is not OptionType option)
                {
                    return Fail($"expected the member {record.Fields[index].Name}, but found nothing");
                }
                values[index] = WitValue.None(option);
            }
        }
        return true;
    }

    private static bool Tuple(JsonArguments arguments, ref Utf8JsonReader reader, WitType type, out WitValue value)
    {
        var tuple = (TupleType)type;
        value = default;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return arguments.Expected($"an array of {tuple.Elements.Count} items", ref reader);
        }
        if (!arguments.Charge((long)BytesOfValue * (1 + tuple.Elements.Count)))
        {
            return false;
        }
        var values = new WitValue[tuple.Elements.Count];
        var index = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (index == values.Length)
            {
                return arguments.Fail($"expected {values.Length} items, but found more");
            }
            if (!arguments.Item(ref reader, tuple.Elements[index], index, out values[index]))
            {
                return false;
            }
        }
        value = index == values.Length ? WitValue.Tuple(tuple, values) : default;
        return index == values.Length || arguments.Fail($"expected {values.Length} items, but found {index}");
    }

    private static bool List(JsonArguments arguments, ref Utf8JsonReader reader, WitType type, out WitValue value)
    {
        value = default;
        if (type is ListType { Element.Kind: WitKind.U8 } && reader.TokenType == JsonTokenType.String)
        {
            return arguments.Bytes(ref reader, type, out value);
        }
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return arguments.Expected(type is ListType { Element.Kind: WitKind.U8 } ? "bytes in base64, or an array of them" : "an array", ref reader);
        }
        var list = type.Despecialize();
        var element = list is FixedListType fixedList ? fixedList.Element : ((ListType)list).Element;
        return element.Kind <= WitKind.Char
            ? PackedItems.Read(arguments, ref reader, type, element.Kind, out value)
            : arguments.Items(ref reader, type, element, out value);
    }

    private bool Items(ref Utf8JsonReader reader, WitType type, WitType element, out WitValue value)
    {
        value = default;
        var items = new List<WitValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!Charge(BytesOfValue) || !Item(ref reader, element, items.Count, out var item))
            {
                return false;
            }
            items.Add(item);
        }
        return HasLength(type, items.Count) && Make(WitValue.List(type, [.. items]), out value);
    }

    private bool Bytes(ref Utf8JsonReader reader, WitType type, out WitValue value)
    {
        value = default;
        if (!Charge(reader.ValueSpan.Length))
        {
            return false;
        }
        return reader.TryGetBytesFromBase64(out var bytes)
            ? Make(WitValue.Packed<byte>(type, bytes), out value)
            : Expected("bytes in base64, or an array of them", ref reader);
    }

    /// <summary>An item, at whose first token the reader is.</summary>
    internal bool Item(ref Utf8JsonReader reader, WitType type, int index, out WitValue value)
    {
        _path.Enter(index);
        if (!Value(ref reader, type, out value))
        {
            return false;
        }
        _path.Leave();
        return true;
    }

    internal bool HasLength(WitType type, int count) =>
        type is not FixedListType list || list.Length == count || Fail($"expected {list.Length} items, but found {count}");

    internal bool Charge(long bytes)
    {
        _budget -= bytes;
        return _budget >= 0 || Fail("the arguments take more memory than the limit allows");
    }

    private static bool Make(WitValue made, out WitValue value)
    {
        value = made;
        return true;
    }

    private static bool Flags(JsonArguments arguments, ref Utf8JsonReader reader, WitType type, out WitValue value)
    {
        var flags = (FlagsType)type;
        value = default;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return arguments.Expected("an array of names", ref reader);
        }
        var bits = 0u;
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            arguments._path.Enter(index);
            if (!arguments.TryLabel(ref reader, flags.Labels, static label => label, out var label))
            {
                return false;
            }
            if ((bits & (1u << label)) != 0)
            {
                return arguments.Fail("is there twice");
            }
            bits |= 1u << label;
            arguments._path.Leave();
        }
        value = WitValue.Flags(flags, bits);
        return true;
    }

    private static bool Enumeration(JsonArguments arguments, ref Utf8JsonReader reader, WitType type, out WitValue value)
    {
        var isLabel = arguments.TryLabel(ref reader, ((EnumType)type).Labels, static label => label, out var label);
        value = isLabel ? WitValue.Enum((EnumType)type, label) : default;
        return isLabel;
    }

    private bool TryLabel<T>(ref Utf8JsonReader reader, IReadOnlyList<T> items, Func<T, string> labelOf, out int label)
    {
        for (label = 0; label < items.Count; label++)
        {
            if (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(labelOf(items[label])))
            {
                return true;
            }
        }
        return Expected($"one of {string.Join(", ", items.Select(labelOf))}", ref reader);
    }

    private static bool Option(JsonArguments arguments, ref Utf8JsonReader reader, WitType type, out WitValue value)
    {
        var option = (OptionType)type;
        value = WitValue.None(option);
        if (reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }
        var payload = default(WitValue);
        var isRead = arguments.Charge(BytesOfValue) && (option.Element is OptionType
            ? arguments.Member(ref reader, [("some", option.Element)], out _, out payload)
            : arguments.Value(ref reader, option.Element, out payload));
        value = isRead ? WitValue.Some(option, payload) : default;
        return isRead;
    }

    private static bool Result(JsonArguments arguments, ref Utf8JsonReader reader, WitType type, out WitValue value)
    {
        var result = (ResultType)type;
        var isRead = arguments.Charge(BytesOfValue) & arguments.Member(ref reader, [("ok", result.Ok), ("err", result.Error)], out var side, out var payload);
        value = isRead ? WitValue.Case(result, side, payload.IsDefault ? null : payload) : default;
        return isRead;
    }

    /// <summary>An object with exactly one of the members.</summary>
    private bool Member(ref Utf8JsonReader reader, (string Name, WitType? Type)[] members, out int member, out WitValue value)
    {
        (member, value) = (-1, default);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Expected($"an object with {string.Join(" or ", members.Select(one => one.Name))}", ref reader);
        }
        reader.Read();
        for (var index = 0; index < members.Length && reader.TokenType == JsonTokenType.PropertyName; index++)
        {
            member = reader.ValueTextEquals(members[index].Name) ? index : member;
        }
        if (member < 0)
        {
            return Fail($"expected the member {string.Join(" or ", members.Select(one => one.Name))}, but found {Shown(ref reader)}");
        }
        _path.Enter(members[member].Name);
        reader.Read();
        if (!Payload(ref reader, members[member].Type, out value))
        {
            return false;
        }
        _path.Leave();
        reader.Read();
        return reader.TokenType == JsonTokenType.EndObject || Fail($"expected one member, but found {Shown(ref reader)} as well");
    }

    /// <summary>What may be nothing is null then.</summary>
    private bool Payload(ref Utf8JsonReader reader, WitType? type, out WitValue value)
    {
        value = default;
        return type is null ? reader.TokenType == JsonTokenType.Null || Expected("null", ref reader) : Value(ref reader, type, out value);
    }

    private static bool Variant(JsonArguments arguments, ref Utf8JsonReader reader, WitType type, out WitValue value)
    {
        var variant = (VariantType)type;
        value = default;
        if (!arguments.Charge(BytesOfValue) || !arguments.Tag(reader, variant, out var @case))
        {
            return false;
        }
        var payload = default(WitValue);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isValue = reader.ValueTextEquals("val"u8);
            reader.Read();
            if (isValue && !arguments.CasePayload(ref reader, variant.Cases[@case], out payload))
            {
                return false;
            }
        }
        return arguments.Case(variant, @case, payload, out value);
    }

    private bool CasePayload(ref Utf8JsonReader reader, Case @case, out WitValue payload)
    {
        payload = default;
        _path.Enter("val");
        if (@case.Type is null)
        {
            return Fail($"the case {@case.Name} carries nothing, but found {Shown(ref reader)}");
        }
        if (!Value(ref reader, @case.Type, out payload))
        {
            return false;
        }
        _path.Leave();
        return true;
    }

    private bool Case(VariantType variant, int @case, WitValue payload, out WitValue value)
    {
        value = default;
        if (variant.Cases[@case].Type is { } type && payload.IsDefault)
        {
            if (type is not OptionType option)
            {
                return Fail($"expected the member val, which the case {variant.Cases[@case].Name} carries, but found nothing");
            }
            payload = WitValue.None(option);
        }
        return Make(WitValue.Case(variant, @case, payload.IsDefault ? null : payload), out value);
    }

    /// <summary>Looks ahead for the case, since members may stand in any order; that there is nothing else is seen on the way.</summary>
    private bool Tag(Utf8JsonReader reader, VariantType variant, out int @case)
    {
        @case = -1;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Expected("an object with tag and val", ref reader);
        }
        var hasValue = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isTag = reader.ValueTextEquals("tag"u8);
            if ((!isTag && !reader.ValueTextEquals("val"u8)) || (isTag ? @case >= 0 : hasValue))
            {
                return Fail($"expected tag and val, each once, but found {Shown(ref reader)}");
            }
            hasValue |= !isTag;
            reader.Read();
            if (isTag && !TryLabel(ref reader, variant.Cases, static one => one.Name, out @case))
            {
                return false;
            }
            reader.Skip();
        }
        return @case >= 0 || Fail($"expected the member tag: one of {string.Join(", ", variant.Cases.Select(one => one.Name))}");
    }

    private bool Expected(string what, ref Utf8JsonReader reader) => Fail($"expected {what}, but found {Shown(ref reader)}");

    private bool Fail(string problem)
    {
        _problem ??= problem;
        return false;
    }

    private static string Shown(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.EndObject => "nothing",
        JsonTokenType.String or JsonTokenType.PropertyName => $"\"{Cut(reader.ValueSpan)}\"",
        _ => Cut(reader.ValueSpan),
    };

    private static string Cut(ReadOnlySpan<byte> value)
    {
        var text = Encoding.UTF8.GetString(value[..Math.Min(value.Length, 4 * MostCharactersShown)]);
        return text.Length <= MostCharactersShown ? text : text[..MostCharactersShown] + "...";
    }
}
