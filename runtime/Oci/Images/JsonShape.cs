using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Unicode;

namespace Tapedeck.Oci.Images;

/// <summary>
/// Reads JSON of strangers: bounded in depth, duplicate names refused, and each thing must be what it is said to be. What is wrong is thrown as
/// a <see cref="ShapeException"/>, which the reader of the whole document turns into its error.
/// </summary>
internal static class JsonShape
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = DocumentLimits.Depth, AllowDuplicateProperties = false };

    /// <exception cref="ShapeException">It is not one JSON object.</exception>
    internal static JsonDocument Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            CheckTexts(utf8.Span);
            var document = JsonDocument.Parse(utf8, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }
            document.Dispose();
            throw new ShapeException("is no JSON object");
        }
        catch (JsonException e)
        {
            throw new ShapeException($"is no JSON of the allowed form (line {e.LineNumber + 1})");
        }
    }

    /// <summary>
    /// Names and texts can be asked for without an exception afterwards: all is UTF-8, and none has an escape of half a surrogate pair. Before
    /// anything else, since the search for names that stand twice asks for them already.
    /// </summary>
    /// <exception cref="ShapeException">There is a name or a text that is none.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    internal static void CheckTexts(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw new ShapeException("is no UTF-8");
        }
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = DocumentLimits.Depth });
        try
        {
            while (reader.Read())
            {
                _ = reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String && reader.ValueIsEscaped ? reader.GetString() : null;
            }
        }
        catch (InvalidOperationException)
        {
            throw new ShapeException("has a text that is none");
        }
    }

    internal static JsonElement? Find(this JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;

    internal static JsonElement Need(this JsonElement parent, string name) => parent.Find(name) ?? throw new ShapeException($"has no {name}");

    internal static JsonElement AsObject(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object ? element : throw new ShapeException($"{name} is no object");

    internal static JsonElement AsArray(this JsonElement element, string name, int most) =>
        element.ValueKind != JsonValueKind.Array ? throw new ShapeException($"{name} is no list")
        : element.GetArrayLength() > most ? throw new ShapeException($"{name} has {element.GetArrayLength()} entries, at most {most} are taken")
        : element;

    internal static string AsText(this JsonElement element, string name, int most)
    {
        var text = element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        return text is null ? throw new ShapeException($"{name} is no text")
            : text.Length > most ? throw new ShapeException($"{name} has {text.Length} characters, at most {most} are taken")
            : text;
    }

    internal static string? FindText(this JsonElement parent, string name, int most) => parent.Find(name)?.AsText(name, most);

    internal static string NeedText(this JsonElement parent, string name, int most) => parent.Need(name).AsText(name, most);

    internal static long AsSize(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var size) && size >= 0
            ? size
            : throw new ShapeException($"{name} is no whole number from 0");

    /// <summary>The members of an object of texts; nothing where there is no such object.</summary>
    internal static ImmutableDictionary<string, string> Annotations(this JsonElement parent, string name = "annotations")
    {
        if (parent.Find(name)?.AsObject(name) is not { } annotations)
        {
            return ImmutableDictionary<string, string>.Empty;
        }
        var found = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var annotation in annotations.EnumerateObject())
        {
            if (annotation.Name.Length > DocumentLimits.AnnotationKeyCharacters || found.Count == DocumentLimits.Annotations)
            {
                throw new ShapeException($"{name} has more than {DocumentLimits.Annotations} entries, or a key above {DocumentLimits.AnnotationKeyCharacters} characters");
            }
            found[annotation.Name] = annotation.Value.AsText(name, 16 * DocumentLimits.AnnotationKeyCharacters);
        }
        return found.ToImmutable();
    }
}
