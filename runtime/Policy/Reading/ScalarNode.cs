using System.Buffers;
using System.Globalization;

namespace Tapedeck.Policy.Reading;

/// <summary>A text, number, truth value or null.</summary>
/// <param name="IsQuoted">True where the document says that it is a text.</param>
public sealed record ScalarNode(int Line, int Column, string Value, bool IsQuoted) : Node(Line, Column)
{
    private const int MostCharacters = 60;

    private static readonly SearchValues<char> Sexagesimal = SearchValues.Create("0123456789:_");

    /// <summary>
    /// Words that some reader of YAML takes for something else than a text. YAML 1.1 has more of them than 1.2, and the API server reads 1.1.
    /// </summary>
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase) { "true", "false", "yes", "no", "on", "off", "y", "n" };

    public bool IsNull => !IsQuoted && Value is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>True where every reader takes it for a text.</summary>
    public bool IsText => IsQuoted || !(IsNull || Words.Contains(Value) || IsNumber);

    /// <summary>True where it is a whole number without ornaments.</summary>
    public bool IsWholeNumber => !IsQuoted && Value.Length is > 0 and < 19 && !Value.AsSpan().ContainsAnyExceptInRange('0', '9')
        && (Value.Length == 1 || Value[0] != '0');

    public bool? Truth => IsQuoted ? null : Value switch
    {
        "true" => true,
        "false" => false,
        _ => null,
    };

    // Also 0x1F, 1_000, .inf, and 1:30, which YAML 1.1 reads in base 60.
    private bool IsNumber => Value.Length > 0 && (char.IsAsciiDigit(Value[0]) || Value[0] is '-' or '+' or '.')
        && (double.TryParse(Value.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            || Value.StartsWith("0x", StringComparison.Ordinal) || Value.StartsWith("0o", StringComparison.Ordinal)
            || Value.TrimStart('-', '+').ToUpperInvariant() is ".INF" or ".NAN"
            || !Value.AsSpan().ContainsAnyExcept(Sexagesimal));

    public override string Describe() => IsNull ? "nothing" : $"'{(Value.Length <= MostCharacters ? Value : Value[..MostCharacters] + "...")}'";
}
