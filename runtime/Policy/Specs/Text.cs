using System.Text.Json;
using Tapedeck.Policy.Storage;

namespace Tapedeck.Policy.Specs;

/// <summary>The one line of an entry.</summary>
internal static class Text
{
    internal static string Join(ReadOnlySpan<(string Field, object? Value)> fields)
    {
        var parts = new List<string>();
        foreach (var (field, value) in fields)
        {
            if (value is not null)
            {
                parts.Add($"{field}={(value is Enum word ? Words(word) : value)}");
            }
        }
        return string.Join(' ', parts);
    }

    /// <summary>As policies spell them.</summary>
    internal static string Words(Enum value) => value is StorageAccess.ReadWrite
        ? "read,write"
        : string.Join(',', value.ToString().Split(", ").Select(JsonNamingPolicy.CamelCase.ConvertName));
}
