namespace Tapedeck.Policy.Limits;

/// <summary>Times as Kubernetes writes them: 30s, 1m30s, 500ms.</summary>
public static class Duration
{
    private static readonly (string Unit, long Milliseconds)[] Units = [("h", 3_600_000), ("ms", 1), ("m", 60_000), ("s", 1_000)];

    public static bool TryParse(string text, out long milliseconds, out string expected)
    {
        expected = "a time such as 30s, 1m30s or 500ms";
        milliseconds = 0;
        var rest = text.AsSpan();
        var last = long.MaxValue;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !Quantity.TryParseDigits(rest[..digits], out var number) || number > int.MaxValue)
            {
                return false;
            }
            var unit = UnitAt(rest[digits..]);
            // Each unit once, from large to small.
            if (unit is not var (name, factor) || factor >= last)
            {
                return false;
            }
            milliseconds += number * factor;
            last = factor;
            rest = rest[(digits + name.Length)..];
        }
        return text.Length > 0;
    }

    public static string Format(long milliseconds)
    {
        var text = "";
        foreach (var (unit, factor) in Units.OrderByDescending(unit => unit.Milliseconds))
        {
            text += milliseconds / factor > 0 ? $"{milliseconds / factor}{unit}" : "";
            milliseconds %= factor;
        }
        return text.Length == 0 ? "0s" : text;
    }

    private static (string Unit, long Milliseconds)? UnitAt(ReadOnlySpan<char> text)
    {
        foreach (var unit in Units)
        {
            if (text.StartsWith(unit.Unit, StringComparison.Ordinal))
            {
                return unit;
            }
        }
        return null;
    }
}
