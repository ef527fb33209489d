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
                parts.Add($"{field}={value}");
            }
        }
        return string.Join(' ', parts);
    }
}
