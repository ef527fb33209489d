using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tapedeck.Wasm.Execution.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Tapedeck.Wasm.Execution.Numerics;

/// <summary>The instructions of <c>f64</c> that are not one instruction of IL.</summary>
internal static class F64
{
    // Abs, neg and copysign change the sign bit alone, of a NaN too.
    [MethodImpl(AggressiveInlining)]
    internal static double F64Abs(double value) => Math.Abs(value);

    [MethodImpl(AggressiveInlining)]
    internal static double F64Neg(double value) => -value;

    [MethodImpl(AggressiveInlining)]
    internal static double F64Copysign(double value, double sign) => Math.CopySign(value, sign);

    [MethodImpl(AggressiveInlining)]
    internal static double F64Ceil(double value) => Math.Ceiling(value);

    [MethodImpl(AggressiveInlining)]
    internal static double F64Floor(double value) => Math.Floor(value);

    [MethodImpl(AggressiveInlining)]
    internal static double F64Trunc(double value) => Math.Truncate(value);

    [MethodImpl(AggressiveInlining)]
    internal static double F64Nearest(double value) => Math.Round(value);

    [MethodImpl(AggressiveInlining)]
    internal static double F64Sqrt(double value) => Math.Sqrt(value);

    // The vector instructions need no branch that a predictor could miss, and treat NaN and zeros alike.
    [MethodImpl(AggressiveInlining)]
    internal static double F64Min(double a, double b) => F64x2.F64x2Min(Vector(a), Vector(b)).AsDouble().ToScalar();

    [MethodImpl(AggressiveInlining)]
    internal static double F64Max(double a, double b) => F64x2.F64x2Max(Vector(a), Vector(b)).AsDouble().ToScalar();

    [MethodImpl(AggressiveInlining)]
    private static Vector128<byte> Vector(double value) => Vector128.CreateScalarUnsafe(value).AsByte();
}
