namespace Tapedeck.Policy.Reading;

/// <summary>Reads the values of enumerations.</summary>
public static class Words
{
    /// <summary>The exact names of an enumeration, such as <c>Enforce</c>.</summary>
    public static bool Exact<T>(string text, out T value, out string expected)
        where T : struct, Enum => Find(text, static name => name, out value, out expected);

    /// <summary>The names in lower case, such as <c>tcp</c>.</summary>
    public static bool Lower<T>(string text, out T value, out string expected)
        where T : struct, Enum => Find(text, static name => name.ToLowerInvariant(), out value, out expected);

    /// <summary>The names with a small first letter, such as <c>configMap</c>.</summary>
    public static bool Camel<T>(string text, out T value, out string expected)
        where T : struct, Enum => Find(text, CamelOf, out value, out expected);

    public static string CamelOf(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static bool Find<T>(string text, Func<string, string> spell, out T value, out string expected)
        where T : struct, Enum
    {
        // The zero of a set of flags is the absence of words.
        var words = Enum.GetNames<T>().Where(name => name != "None").Select(name => (Word: spell(name), Value: Enum.Parse<T>(name))).ToArray();
        expected = string.Join(" or ", words.Select(word => word.Word));
        foreach (var word in words)
        {
            if (word.Word == text)
            {
                value = word.Value;
                return true;
            }
        }
        value = default;
        return false;
    }
}
