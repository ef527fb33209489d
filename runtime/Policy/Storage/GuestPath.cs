namespace Tapedeck.Policy.Storage;

/// <summary>An absolute path as the guest sees it, in normal form: no empty, <c>.</c> or <c>..</c> segment, no slash at its end.</summary>
public readonly record struct GuestPath
{
    private const int MostCharacters = 1024;

    private GuestPath(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(string text, out GuestPath path, out string expected)
    {
        expected = "an absolute path in normal form such as /data, and not / itself";
        path = new GuestPath(text);
        return text.Length is > 1 and <= MostCharacters && text[0] == '/' && RelativePath.IsNormal(text.AsSpan(1));
    }

    /// <summary>True for this path and each below it.</summary>
    public bool Contains(ReadOnlySpan<char> path) =>
        path.StartsWith(Value, StringComparison.Ordinal) && (path.Length == Value.Length || path[Value.Length] == '/');

    public override string ToString() => Value;
}
