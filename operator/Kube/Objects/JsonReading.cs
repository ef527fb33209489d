using System.Globalization;
using System.Text.Json;

namespace Tapedeck.Kube.Objects;

/// <summary>Reads fields that may be missing, null, or of another type than is documented: then they count as absent.</summary>
public static class JsonReading
{
    /// <summary>
    /// API servers read 10,000 levels, which a schema that leaves fields open lets through; managed fields, a list and an event put a few round them. Nothing here goes down
    /// into them by recursion.
    /// </summary>
    private const int MaxDepth = 10_100;

    internal static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>For what was read so.</summary>
    internal static readonly JsonWriterOptions WriterOptions = new() { MaxDepth = MaxDepth };

    public static JsonElement? Field(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static JsonElement? Field(this JsonElement? element, string name) => element?.Field(name);

    public static string? Text(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static string? Text(this JsonElement? element, string name) => element?.Text(name);

    public static long? Number(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    public static bool Flag(this JsonElement element, string name) => element.Field(name) is { ValueKind: JsonValueKind.True };

    /// <summary>A time as RFC 3339 writes it.</summary>
    public static DateTimeOffset? Time(this JsonElement element, string name) =>
        DateTimeOffset.TryParse(element.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    public static IEnumerable<JsonElement> Items(this JsonElement? element, string name) => element?.Items(name) ?? [];

    /// <summary>The strings of a list; what is not a string is left out.</summary>
    public static string[] Texts(this JsonElement element, string name) =>
        [.. element.Items(name).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)];

    internal static IReadOnlyDictionary<string, string> TextMap(this JsonElement element, string name)
    {
        if (element.Field(name) is not { ValueKind: JsonValueKind.Object } map)
        {
            return System.Collections.Frozen.FrozenDictionary<string, string>.Empty;
        }
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in map.EnumerateObject().Where(entry => entry.Value.ValueKind == JsonValueKind.String))
        {
            texts[RecentTexts.Shared.One(entry.Name)] = RecentTexts.Shared.One(entry.Value.GetString()!);
        }
        return texts;
    }
}
