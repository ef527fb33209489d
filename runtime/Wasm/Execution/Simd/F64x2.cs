using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;
using V128 = System.Runtime.Intrinsics.Vector128<byte>;

namespace Tapedeck.Wasm.Execution.Simd;

/// <summary>Two floats of 64 bits.</summary>
internal static class F64x2
{
    // Abs and neg change the sign bit alone, of a NaN too.
    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2Abs(V128 a) => a & Vector128.Create(0x7FFF_FFFF_FFFF_FFFFul).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2Neg(V128 a) => a ^ Vector128.Create(0x8000_0000_0000_0000ul).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2Ceil(V128 a) => Vector128.Ceiling(a.AsDouble()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2Floor(V128 a) => Vector128.Floor(a.AsDouble()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2Trunc(V128 a) => Vector128.Truncate(a.AsDouble()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2Nearest(V128 a) => Vector128.Round(a.AsDouble()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2Sqrt(V128 a) => Vector128.Sqrt(a.AsDouble()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2Add(V128 a, V128 b) => (a.AsDouble() + b.AsDouble()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2Sub(V128 a, V128 b) => (a.AsDouble() - b.AsDouble()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2Mul(V128 a, V128 b) => (a.AsDouble() * b.AsDouble()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2Div(V128 a, V128 b) => (a.AsDouble() / b.AsDouble()).AsByte();

    // minpd gives its second operand for two zeros and for a NaN. Both orders merged give the zero of the right sign;
    // where a NaN is, the sum is that NaN made quiet.
    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2Min(V128 a, V128 b)
    {
        var (x, y) = (a.AsDouble(), b.AsDouble());
        if (AdvSimd.Arm64.IsSupported)
        {
            return AdvSimd.Arm64.Min(x, y).AsByte();
        }

        var merged = Vector128.MinNative(x, y) | Vector128.MinNative(y, x);
        var ordered = Vector128.Equals(x, x) & Vector128.Equals(y, y);
        return Vector128.ConditionalSelect(ordered, merged, x + y).AsByte();
    }

    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2Max(V128 a, V128 b)
    {
        var (x, y) = (a.AsDouble(), b.AsDouble());
        if (AdvSimd.Arm64.IsSupported)
        {
            return AdvSimd.Arm64.Max(x, y).AsByte();
        }

        var merged = Vector128.MaxNative(x, y) & Vector128.MaxNative(y, x);
        var ordered = Vector128.Equals(x, x) & Vector128.Equals(y, y);
        return Vector128.ConditionalSelect(ordered, merged, x + y).AsByte();
    }

    // Defined by one comparison, so that a NaN and a zero of either sign come out as the specification has it.
    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2Pmin(V128 a, V128 b)
    {
        var (x, y) = (a.AsDouble(), b.AsDouble());
        return Sse2.IsSupported
            ? Sse2.Min(y, x).AsByte()
            : Vector128.ConditionalSelect(Vector128.LessThan(y, x), y, x).AsByte();
    }

    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2Pmax(V128 a, V128 b)
    {
        var (x, y) = (a.AsDouble(), b.AsDouble());
        return Sse2.IsSupported
            ? Sse2.Max(y, x).AsByte()
            : Vector128.ConditionalSelect(Vector128.GreaterThan(y, x), y, x).AsByte();
    }
}
