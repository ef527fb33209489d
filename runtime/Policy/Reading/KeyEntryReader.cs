using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Reading;

/// <summary>Reads the entries of <c>environment</c> and <c>config</c>.</summary>
internal static class KeyEntryReader
{
    private const int MostCharactersOfName = 253;
    private const int MostCharactersOfValue = 32 * 1024;

    internal static KeyEntry? ReadVariable(FieldReader fields) => Read(fields, TryParseVariable);

    internal static KeyEntry? ReadKey(FieldReader fields) => Read(fields, TryParseKey);

    internal static KeyPattern? ReadVariablePattern(FieldReader fields) => ReadPattern(fields, TryParseVariable);

    internal static KeyPattern? ReadKeyPattern(FieldReader fields) => ReadPattern(fields, TryParseKey);

    private static KeyEntry? Read(FieldReader fields, Parse<string> parse)
    {
        var before = fields.Problems.Count;
        fields.TakeRequired("name", "the name of one key");
        fields.TryTake("name", parse, out var name);
        var value = ReadValue(fields);
        var reference = fields.TakeMapping("valueFrom") is { } from ? ReadReference(from) : null;
        if (fields.Problems.Count == before && (value is null) == (reference is null))
        {
            fields.Problems.Add(fields.Node, fields.Field, "expected exactly one of value and valueFrom");
        }
        return fields.Problems.Count > before ? null : new KeyEntry(name, value ?? reference!);
    }

    private static KeySource? ReadValue(FieldReader fields)
    {
        if (fields.TakeText("value") is not { } value)
        {
            return null;
        }
        if (value.Length > MostCharactersOfValue || value.Contains('\0', StringComparison.Ordinal))
        {
            fields.Problems.Add(fields.Take("value")!, fields.PathOf("value"), $"expected at most {MostCharactersOfValue} characters and none that is zero");
        }
        return KeySource.Value(value);
    }

    private static KeySource? ReadReference(FieldReader fields)
    {
        var secret = ReadReference(fields, "secretKeyRef", KeySourceKind.Secret);
        var configMap = ReadReference(fields, "configMapKeyRef", KeySourceKind.ConfigMap);
        fields.Done();
        if ((secret is null) == (configMap is null))
        {
            fields.Problems.Add(fields.Node, fields.Field, "expected exactly one of secretKeyRef and configMapKeyRef");
        }
        return secret ?? configMap;
    }

    private static KeySource? ReadReference(FieldReader fields, string name, KeySourceKind kind)
    {
        if (fields.TakeMapping(name) is not { } reference)
        {
            return null;
        }
        reference.TakeRequired("name", "the name of the object");
        reference.TakeRequired("key", "the key in the object");
        reference.TryTake<string>("name", ObjectNames.TryParseName, out var @object);
        reference.TryTake<string>("key", ObjectNames.TryParseDataKey, out var key);
        reference.Done();
        return new KeySource(kind, @object ?? "", key ?? "");
    }

    private static KeyPattern? ReadPattern(FieldReader fields, Parse<string> parse)
    {
        fields.TakeRequired("name", "the name of a key, or the beginning of names with a * behind it");
        return fields.TryTake<string>("name", TryParsePattern, out var pattern) ? new KeyPattern(pattern) : null;

        bool TryParsePattern(string text, out string value, out string expected)
        {
            value = text;
            var name = text.EndsWith('*') ? text[..^1] : text;
            return (parse(name, out _, out expected) || name.Length == 0) && text.Length > 0;
        }
    }

    internal static bool IsVariable(string text) => TryParseVariable(text, out _, out _);

    /// <summary>The names that Kubernetes accepts for variables.</summary>
    private static bool TryParseVariable(string text, out string value, out string expected)
    {
        value = text;
        expected = "the name of one variable, such as API_KEY: letters, digits, '_', '-' and '.', not beginning with a digit";
        return text.Length is > 0 and <= MostCharactersOfName && !char.IsAsciiDigit(text[0])
            && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.');
    }

    private static bool TryParseKey(string text, out string value, out string expected)
    {
        value = text;
        expected = "one key: printable ASCII without spaces and *";
        return text.Length is > 0 and <= MostCharactersOfName && text.All(character => character is > ' ' and <= '~' and not '*');
    }
}
