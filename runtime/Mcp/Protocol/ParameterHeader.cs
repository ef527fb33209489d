using System.Globalization;
using System.Text.Json;

namespace Tapedeck.Mcp.Protocol;

/// <summary>
/// A parameter that clients repeat in an HTTP header,
/// <see href="https://modelcontextprotocol.io/specification/2026-07-28/server/tools#x-mcp-header"/>.
/// </summary>
/// <param name="Header">As <c>Mcp-Param-Region</c>.</param>
/// <param name="Path">The property names that lead to the parameter.</param>
/// <param name="Type"><c>string</c>, <c>integer</c> or <c>boolean</c>.</param>
internal sealed record ParameterHeader(string Header, string[] Path, string Type)
{
    private const string Annotation = "x-mcp-header";
    private const string TokenCharacters = "!#$%&'*+-.^_`|~";

    /// <summary>The annotations of a tool's input schema.</summary>
    /// <exception cref="ArgumentException">One is where clients must not accept it; they would not list the tool.</exception>
    internal static ParameterHeader[] ReadAll(ToolDeclaration tool)
    {
        if (tool.InputSchema.Span.IndexOf("x-mcp-header"u8) < 0)
        {
            return [];
        }
        using var schema = JsonDocument.Parse(tool.InputSchema);
        var found = new List<ParameterHeader>();
        Walk(tool.Name, schema.RootElement, [], found);
        if (found.DistinctBy(static header => header.Header.ToUpperInvariant()).Count() < found.Count)
        {
            throw Invalid(tool.Name, "two parameters have the same header");
        }
        if (Count(schema.RootElement) != found.Count)
        {
            throw Invalid(tool.Name, "it stands where no chain of 'properties' leads to it");
        }
        return [.. found];
    }

    /// <summary>Whether a header says what the arguments say. A parameter that is absent or null has no header.</summary>
    internal bool Matches(string? header, JsonElement arguments)
    {
        var value = arguments;
        foreach (var name in Path)
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
            {
                return header is null;
            }
        }
        if (value.ValueKind == JsonValueKind.Null)
        {
            return header is null;
        }
        return header is not null && HeaderText.TryDecode(header, out var text) && Says(text, value);
    }

    private static bool Says(string text, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => text == value.GetString(),
        JsonValueKind.True => text == "true",
        JsonValueKind.False => text == "false",
        JsonValueKind.Number => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var said)
            && value.TryGetDecimal(out var meant) && said == meant,
        _ => false,
    };

    private static void Walk(string tool, JsonElement schema, string[] path, List<ParameterHeader> found)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out var properties)
            || properties.ValueKind != JsonValueKind.Object)
        {
            return;
        }
        foreach (var property in properties.EnumerateObject())
        {
            string[] here = [.. path, property.Name];
            if (property.Value.ValueKind == JsonValueKind.Object && property.Value.TryGetProperty(Annotation, out var annotation))
            {
                found.Add(Read(tool, annotation, property.Value, here));
            }
            Walk(tool, property.Value, here, found);
        }
    }

    private static ParameterHeader Read(string tool, JsonElement annotation, JsonElement schema, string[] path)
    {
        var name = annotation.ValueKind == JsonValueKind.String ? annotation.GetString()! : "";
        if (name.Length == 0 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || TokenCharacters.Contains(c)))
        {
            throw Invalid(tool, "its value is not a token that a header's name can end with");
        }
        var type = schema.TryGetProperty("type", out var said) && said.ValueKind == JsonValueKind.String ? said.GetString() : null;
        return type is "string" or "integer" or "boolean"
            ? new ParameterHeader($"Mcp-Param-{name}", path, type)
            : throw Invalid(tool, "the parameter's type is not string, integer or boolean");
    }

    private static int Count(JsonElement schema) => schema.ValueKind switch
    {
        JsonValueKind.Array => schema.EnumerateArray().Sum(Count),
        // A property named "x-mcp-header" is a schema, not an annotation.
        JsonValueKind.Object => schema.EnumerateObject().Sum(static member =>
            (member.NameEquals(Annotation) && member.Value.ValueKind != JsonValueKind.Object ? 1 : 0) + Count(member.Value)),
        _ => 0,
    };

    private static ArgumentException Invalid(string tool, string why) => new($"tool '{tool}': {Annotation}: {why}", nameof(tool));
}
