using System.Text.Json;

namespace Tapedeck.Plugin;

/// <summary>A decision that was not a plain yes, as a runtime logs it.</summary>
/// <param name="Time">As the API server writes it, to the second.</param>
internal sealed record Denial(string Time, string Verdict, string Capability, string Request, string Why, string Generation)
{
    private const string Category = "Tapedeck.Audit";
    private const int CharactersOfSeconds = 19;

    /// <summary>Null where the line is about something else.</summary>
    /// <param name="line">A line of JSON after a time and a space.</param>
    internal static Denial? Read(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        if (space < CharactersOfSeconds || !line.Contains(Category, StringComparison.Ordinal))
        {
            return null;
        }
        try
        {
            using var document = JsonDocument.Parse(line.AsMemory(space + 1));
            return document.RootElement is { ValueKind: JsonValueKind.Object } root && Text(root, "Category") == Category
                && root.TryGetProperty("State", out var state) && state.ValueKind == JsonValueKind.Object && Text(state, "Verdict") is not ("" or nameof(Policy.Verdict.Allowed))
                ? new Denial($"{line[..CharactersOfSeconds]}Z", Text(state, "Verdict"), Text(state, "Capability"), Text(state, "Request"), Text(state, "Why"), Text(state, "Generation"))
                : null;
        }
        catch (JsonException)
        {
            // A line that was cut, or that is none of the runtime's.
            return null;
        }
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value)
        ? value.ValueKind == JsonValueKind.String ? value.GetString()! : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : ""
        : "";
}
