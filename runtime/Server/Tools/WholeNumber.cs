using System.Globalization;

namespace Tapedeck.Server.Tools;

/// <summary>Whole numbers in JSON, however they are written: 1, 1.0, 1e2, 100e-2. By their digits, since whatever rounds takes 1e-30 for 0.</summary>
internal static class WholeNumber
{
    /// <summary>More than any integer of WIT has, and no more than 128 bits hold.</summary>
    private const int MostDigits = 30;

    /// <param name="json">A number as JSON has it.</param>
    /// <returns>False where it is none, or has more digits than any integer of WIT.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> json, out Int128 number)
    {
        number = 0;
        var end = json.IndexOfAny("eE"u8);
        var mantissa = end < 0 ? json : json[..end];
        var point = mantissa.IndexOf((byte)'.');
        // Zeros count once a digit comes behind them.
        var (digits, zeros) = (0, 0);
        foreach (var character in mantissa)
        {
            if (character is (byte)'-' or (byte)'.' || (character == (byte)'0' && digits == 0))
            {
                continue;
            }
            zeros++;
            if (character == (byte)'0')
            {
                continue;
            }
            if (digits + zeros > MostDigits)
            {
                return false;
            }
            (number, digits, zeros) = ((number * Power(zeros)) + (character - '0'), digits + zeros, 0);
        }
        if (digits == 0)
        {
            return true;
        }
        var exponent = 0L;
        if (end >= 0 && !long.TryParse(json[(end + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            return false;
        }
        var behind = point < 0 ? 0 : mantissa.Length - point - 1;
        var more = exponent - behind + zeros;
        if (more < 0 || more > MostDigits - digits)
        {
            return false;
        }
        number *= Power((int)more) * (mantissa[0] == (byte)'-' ? -1 : 1);
        return true;
    }

    private static Int128 Power(int exponent)
    {
        Int128 power = 1;
        for (; exponent > 0; exponent--)
        {
            power *= 10;
        }
        return power;
    }
}
