using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Tapedeck.Wasm.Execution.Numerics;

/// <summary>Floats cut to integers; a trap where the integer cannot hold the result.</summary>
/// <remarks>Each limit is exact in its float: what lies strictly between -1 and 0 is cut to 0, and the number below
/// -2^31 is out of range for an <c>f32</c> but not for an <c>f64</c>, which can hold -2147483648.5.</remarks>
internal static class TrappingTruncations
{
    [MethodImpl(AggressiveInlining)]
    internal static int I32TruncF32S(float value)
    {
        if (!(value >= -2147483648f && value < 2147483648f))
        {
            Fail(value);
        }

        return float.ConvertToIntegerNative<int>(value);
    }

    [MethodImpl(AggressiveInlining)]
    internal static int I32TruncF32U(float value)
    {
        if (!(value > -1f && value < 4294967296f))
        {
            Fail(value);
        }

        return (int)float.ConvertToIntegerNative<uint>(value);
    }

    [MethodImpl(AggressiveInlining)]
    internal static int I32TruncF64S(double value)
    {
        if (!(value > -2147483649d && value < 2147483648d))
        {
            Fail(value);
        }

        return double.ConvertToIntegerNative<int>(value);
    }

    [MethodImpl(AggressiveInlining)]
    internal static int I32TruncF64U(double value)
    {
        if (!(value > -1d && value < 4294967296d))
        {
            Fail(value);
        }

        return (int)double.ConvertToIntegerNative<uint>(value);
    }

    [MethodImpl(AggressiveInlining)]
    internal static long I64TruncF32S(float value)
    {
        if (!(value >= -9223372036854775808f && value < 9223372036854775808f))
        {
            Fail(value);
        }

        return float.ConvertToIntegerNative<long>(value);
    }

    [MethodImpl(AggressiveInlining)]
    internal static long I64TruncF32U(float value)
    {
        if (!(value > -1f && value < 18446744073709551616f))
        {
            Fail(value);
        }

        return (long)float.ConvertToIntegerNative<ulong>(value);
    }

    [MethodImpl(AggressiveInlining)]
    internal static long I64TruncF64S(double value)
    {
        if (!(value >= -9223372036854775808d && value < 9223372036854775808d))
        {
            Fail(value);
        }

        return double.ConvertToIntegerNative<long>(value);
    }

    [MethodImpl(AggressiveInlining)]
    internal static long I64TruncF64U(double value)
    {
        if (!(value > -1d && value < 18446744073709551616d))
        {
            Fail(value);
        }

        return (long)double.ConvertToIntegerNative<ulong>(value);
    }

    // Two methods, since only one that does nothing but throw stays out of line.
    [DoesNotReturn]
    private static void Fail(double value) => throw FailureOf(value);

    private static TrapException FailureOf(double value) =>
        Traps.New(double.IsNaN(value) ? TrapCode.InvalidConversionToInteger : TrapCode.IntegerOverflow);
}
