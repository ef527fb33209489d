using System.Numerics;

namespace Tapedeck.Wasm.Tests.Execution.Model;

/// <summary>Floats of either width as bits, as doubles, and as exact numbers.</summary>
internal static class FloatBits
{
    internal static double Value(ulong bits, int width) =>
        width == 32 ? BitConverter.UInt32BitsToSingle((uint)bits) : BitConverter.UInt64BitsToDouble(bits);

    internal static ulong Of(double value, int width) =>
        width == 32 ? BitConverter.SingleToUInt32Bits((float)value) : BitConverter.DoubleToUInt64Bits(value);

    /// <summary>The float next to a whole number, ties to even, worked out on its bits.</summary>
    internal static ulong Round(BigInteger value, int width)
    {
        if (value.IsZero)
        {
            return 0;
        }

        var (precision, bias) = width == 32 ? (24, 127) : (53, 1023);
        var magnitude = BigInteger.Abs(value);
        var exponent = (int)magnitude.GetBitLength() - precision;
        if (exponent > 0)
        {
            var rest = magnitude & ((BigInteger.One << exponent) - 1);
            var half = BigInteger.One << (exponent - 1);
            magnitude >>= exponent;
            magnitude += rest > half || (rest == half && !magnitude.IsEven) ? 1 : 0;
        }
        else
        {
            magnitude <<= -exponent;
        }

        // The addition carries into the exponent where rounding reached the next power of two.
        var bits = ((ulong)(exponent + precision - 1 + bias - 1) << (precision - 1)) + (ulong)magnitude;
        return value.Sign < 0 ? bits | Lane.Sign(width) : bits;
    }

    /// <summary>An <c>f64</c> that is no NaN as the <c>f32</c> next to it, ties to even, worked out on its bits.</summary>
    internal static uint Demote(ulong bits)
    {
        var sign = (uint)(bits >> 32) & 0x8000_0000;
        var exponent = (int)(bits >> 52 & 0x7FF) - 1023;
        if (exponent < -150)
        {
            return sign;
        }

        var mantissa = (bits & 0x000F_FFFF_FFFF_FFFF) | 0x0010_0000_0000_0000;
        var dropped = 29 + Math.Max(0, -126 - exponent);
        var kept = mantissa >> dropped;
        var rest = mantissa & ((1UL << dropped) - 1);
        var half = 1UL << (dropped - 1);
        kept += rest > half || (rest == half && (kept & 1) != 0) ? 1UL : 0UL;
        var biased = exponent < -126 ? 0 : (ulong)(exponent + 126) << 23;
        return sign | (uint)Math.Min(biased + kept, 0x7F80_0000UL);
    }
}
