namespace Tapedeck.Policy.Limits;

/// <summary>Bytes as Kubernetes writes them: an integer, or one with Ki, Mi, Gi, Ti or k, M, G, T.</summary>
public static class Quantity
{
    private const int MostDigits = 15;

    private static readonly (string Suffix, long Factor)[] Suffixes =
    [
        ("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("Ti", 1L << 40),
        ("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000),
        ("", 1),
    ];

    public static bool TryParse(string text, out long bytes, out string expected)
    {
        expected = "a whole number of bytes such as 65536, 512Ki or 64Mi";
        var (suffix, factor) = Suffixes.First(suffix => text.EndsWith(suffix.Suffix, StringComparison.Ordinal));
        bytes = 0;
        if (!TryParseDigits(text.AsSpan(0, text.Length - suffix.Length), out var number) || number > long.MaxValue / factor)
        {
            return false;
        }
        bytes = number * factor;
        return true;
    }

    internal static bool TryParseCount(string text, out long count, out string expected)
    {
        expected = "a whole number";
        return TryParseDigits(text, out count);
    }

    /// <summary>With the largest binary suffix that leaves a whole number.</summary>
    public static string Format(long bytes)
    {
        if (bytes != 0)
        {
            foreach (var (suffix, factor) in new[] { Suffixes[3], Suffixes[2], Suffixes[1], Suffixes[0] })
            {
                if (bytes % factor == 0)
                {
                    return $"{bytes / factor}{suffix}";
                }
            }
        }
        return $"{bytes}";
    }

    internal static bool TryParseDigits(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        return text.Length is > 0 and <= MostDigits && !text.ContainsAnyExceptInRange('0', '9') && (text.Length == 1 || text[0] != '0')
            && long.TryParse(text, out number);
    }
}
