using System.Globalization;
using System.Text.Json;
using Tapedeck.Oci.Images;

namespace Tapedeck.Oci.Signatures.Reading;

/// <summary>
/// A place in a JSON document that a stranger wrote. Everything asked of it is there, of its type and within its bound, or
/// <see cref="UnreadableException"/> names the place. A property that stands twice is refused, and null is absence, as in protobuf's JSON.
/// </summary>
internal readonly struct JsonNode
{
    private const int MostDepth = 16;
    private const int MostProperties = 64;

    private readonly JsonElement _element;
    private readonly string _path;

    private JsonNode(JsonElement element, string path)
    {
        _element = element;
        _path = path;
    }

    internal static JsonNode Parse(ReadOnlyMemory<byte> bytes, int mostBytes)
    {
        if (bytes.Length > mostBytes)
        {
            throw new UnreadableException(RefusalReason.TooLarge, $"is {bytes.Length} bytes, and at most {mostBytes} are read");
        }
        try
        {
            JsonShape.CheckTexts(bytes.Span);
        }
        catch (ShapeException e)
        {
            throw new UnreadableException(e.Message);
        }
        using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MostDepth, AllowDuplicateProperties = false });
        return new JsonNode(document.RootElement.Clone(), "$");
    }

    internal JsonNode this[string name] => Find(name) ?? throw Wrong($"has no '{name}'");

    internal JsonNode? Find(string name)
    {
        Expect(JsonValueKind.Object, "an object");
        return _element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? new JsonNode(value, $"{_path}.{name}")
            : null;
    }

    /// <summary>Refuses an object with any other property: what is not understood may matter.</summary>
    internal JsonNode Only(params ReadOnlySpan<string> names)
    {
        foreach (var (name, _) in Members(MostProperties))
        {
            if (!names.Contains(name))
            {
                throw new UnreadableException(RefusalReason.Unsupported, $"{_path} has an unknown property '{UntrustedText.Show(name)}'");
            }
        }
        return this;
    }

    internal IEnumerable<(string Name, JsonNode Value)> Members(int most)
    {
        Expect(JsonValueKind.Object, "an object");
        if (_element.GetPropertyCount() > most)
        {
            throw new UnreadableException(RefusalReason.TooLarge, $"{_path} has more than {most} properties");
        }
        var members = new List<(string, JsonNode)>();
        foreach (var property in _element.EnumerateObject())
        {
            members.Add((property.Name, new JsonNode(property.Value, $"{_path}.{UntrustedText.Show(property.Name)}")));
        }
        return members;
    }

    internal JsonNode[] Items(int most)
    {
        Expect(JsonValueKind.Array, "an array");
        if (_element.GetArrayLength() > most)
        {
            throw new UnreadableException(RefusalReason.TooLarge, $"{_path} has more than {most} items");
        }
        var path = _path;
        return [.. _element.EnumerateArray().Select((item, index) => new JsonNode(item, $"{path}[{index}]"))];
    }

    internal string Text()
    {
        Expect(JsonValueKind.String, "a string");
        return _element.GetString()!;
    }

    internal byte[] Base64() => Decode(Base64Text.Decode);

    internal byte[] Base64Url() => Decode(Base64Text.DecodeUrl);

    internal byte[] Hex()
    {
        try
        {
            return Convert.FromHexString(Text());
        }
        catch (FormatException)
        {
            throw Wrong("is not hexadecimal");
        }
    }

    /// <summary>A whole number that is not negative, as a number or, as protobuf writes it, as a decimal string.</summary>
    internal long Natural()
    {
        var text = _element.ValueKind == JsonValueKind.Number ? _element.GetRawText() : Text();
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && text == value.ToString(CultureInfo.InvariantCulture)
            ? value
            : throw Wrong("is not a whole number of at least 0");
    }

    /// <summary>A moment of RFC 3339.</summary>
    internal DateTimeOffset Moment() =>
        DateTimeOffset.TryParseExact(Text(), ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment
            : throw Wrong("is not a moment of RFC 3339");

    internal UnreadableException Wrong(string what) => new($"{_path} {what}");

    internal UnreadableException Unknown(string what) => new(RefusalReason.Unsupported, $"{_path} {what}");

    private byte[] Decode(Func<string, byte[]> decode)
    {
        try
        {
            return decode(Text());
        }
        catch (UnreadableException e)
        {
            throw Wrong(e.Message);
        }
    }

    private void Expect(JsonValueKind kind, string what)
    {
        if (_element.ValueKind != kind)
        {
            throw Wrong($"is not {what}");
        }
    }
}
