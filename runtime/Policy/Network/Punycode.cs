using System.Text;

namespace Tapedeck.Policy.Network;

/// <summary><see href="https://www.rfc-editor.org/rfc/rfc3492"/>, with its names. Labels are at most 63 characters, so sums stay small;
/// what a hostile label makes of them is bounded before it is multiplied.</summary>
internal static class Punycode
{
    private const int Base = 36;
    private const int TMin = 1;
    private const int TMax = 26;
    private const int Skew = 38;
    private const int Damp = 700;
    private const int InitialBias = 72;
    private const int InitialN = 0x80;
    private const long Most = 1L << 31;

    internal static string Encode(List<Rune> input)
    {
        var output = new StringBuilder();
        foreach (var rune in input.Where(rune => rune.IsAscii))
        {
            output.Append((char)rune.Value);
        }
        var basic = output.Length;
        var handled = basic;
        if (basic > 0)
        {
            output.Append('-');
        }
        var (n, delta, bias) = (InitialN, 0L, InitialBias);
        while (handled < input.Count)
        {
            var m = input.Where(rune => rune.Value >= n).Min(rune => rune.Value);
            delta += (m - n) * (handled + 1L);
            n = m;
            foreach (var rune in input)
            {
                delta += rune.Value < n ? 1 : 0;
                if (rune.Value == n)
                {
                    AppendInteger(output, delta, bias);
                    bias = Adapt(delta, handled + 1, handled == basic);
                    delta = 0;
                    handled++;
                }
            }
            delta++;
            n++;
        }
        return output.ToString();
    }

    /// <summary>Null where the text encodes nothing.</summary>
    internal static List<Rune>? Decode(string input)
    {
        var delimiter = input.LastIndexOf('-');
        var output = new List<Rune>();
        foreach (var character in input.AsSpan(0, Math.Max(delimiter, 0)))
        {
            output.Add(new Rune(character));
        }
        var (n, i, bias) = ((long)InitialN, 0L, InitialBias);
        var position = delimiter < 0 ? 0 : delimiter + 1;
        while (position < input.Length)
        {
            var before = i;
            if (!TryReadInteger(input, ref position, ref i, bias))
            {
                return null;
            }
            var count = output.Count + 1;
            bias = Adapt(i - before, count, before == 0);
            n += i / count;
            i %= count;
            if (n > 0x10ffff || !Rune.IsValid((int)n))
            {
                return null;
            }
            output.Insert((int)i, new Rune((int)n));
            i++;
        }
        return output.Count == 0 ? null : output;
    }

    private static bool TryReadInteger(string input, ref int position, ref long i, int bias)
    {
        var w = 1L;
        for (var k = Base; ; k += Base)
        {
            if (position == input.Length || DigitOf(input[position++]) is not (>= 0 and var digit))
            {
                return false;
            }
            i += digit * w;
            var t = Threshold(k, bias);
            if (digit < t)
            {
                return i < Most;
            }
            w *= Base - t;
            if (w > Most || i > Most)
            {
                return false;
            }
        }
    }

    private static void AppendInteger(StringBuilder output, long q, int bias)
    {
        for (var k = Base; ; k += Base)
        {
            var t = Threshold(k, bias);
            if (q < t)
            {
                output.Append(DigitFor(q));
                return;
            }
            output.Append(DigitFor(t + ((q - t) % (Base - t))));
            q = (q - t) / (Base - t);
        }
    }

    private static int Adapt(long delta, int count, bool first)
    {
        delta = first ? delta / Damp : delta / 2;
        delta += delta / count;
        var k = 0;
        while (delta > (Base - TMin) * TMax / 2)
        {
            delta /= Base - TMin;
            k += Base;
        }
        return k + (int)((Base - TMin + 1) * delta / (delta + Skew));
    }

    private static int Threshold(int k, int bias) => Math.Clamp(k - bias, TMin, TMax);

    private static char DigitFor(long digit) => (char)(digit < 26 ? 'a' + digit : '0' + digit - 26);

    private static int DigitOf(char character) => character switch
    {
        >= 'a' and <= 'z' => character - 'a',
        >= '0' and <= '9' => character - '0' + 26,
        _ => -1,
    };
}
