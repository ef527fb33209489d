using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;
using V128 = System.Runtime.Intrinsics.Vector128<byte>;

namespace Tapedeck.Wasm.Execution.Simd;

/// <summary>Four floats of 32 bits.</summary>
internal static class F32x4
{
    // Abs and neg change the sign bit alone, of a NaN too.
    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4Abs(V128 a) => a & Vector128.Create(0x7FFF_FFFFu).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4Neg(V128 a) => a ^ Vector128.Create(0x8000_0000u).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4Ceil(V128 a) => Vector128.Ceiling(a.AsSingle()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4Floor(V128 a) => Vector128.Floor(a.AsSingle()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4Trunc(V128 a) => Vector128.Truncate(a.AsSingle()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4Nearest(V128 a) => Vector128.Round(a.AsSingle()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4Sqrt(V128 a) => Vector128.Sqrt(a.AsSingle()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4Add(V128 a, V128 b) => (a.AsSingle() + b.AsSingle()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4Sub(V128 a, V128 b) => (a.AsSingle() - b.AsSingle()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4Mul(V128 a, V128 b) => (a.AsSingle() * b.AsSingle()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4Div(V128 a, V128 b) => (a.AsSingle() / b.AsSingle()).AsByte();

    // minps gives its second operand for two zeros and for a NaN. Both orders merged give the zero of the right sign;
    // where a NaN is, the sum is that NaN made quiet.
    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4Min(V128 a, V128 b)
    {
        var (x, y) = (a.AsSingle(), b.AsSingle());
        if (AdvSimd.IsSupported)
        {
            return AdvSimd.Min(x, y).AsByte();
        }

        var merged = Vector128.MinNative(x, y) | Vector128.MinNative(y, x);
        var ordered = Vector128.Equals(x, x) & Vector128.Equals(y, y);
        return Vector128.ConditionalSelect(ordered, merged, x + y).AsByte();
    }

    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4Max(V128 a, V128 b)
    {
        var (x, y) = (a.AsSingle(), b.AsSingle());
        if (AdvSimd.IsSupported)
        {
            return AdvSimd.Max(x, y).AsByte();
        }

        var merged = Vector128.MaxNative(x, y) & Vector128.MaxNative(y, x);
        var ordered = Vector128.Equals(x, x) & Vector128.Equals(y, y);
        return Vector128.ConditionalSelect(ordered, merged, x + y).AsByte();
    }

    // Defined by one comparison, so that a NaN and a zero of either sign come out as the specification has it.
    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4Pmin(V128 a, V128 b)
    {
        var (x, y) = (a.AsSingle(), b.AsSingle());
        return Sse.IsSupported
            ? Sse.Min(y, x).AsByte()
            : Vector128.ConditionalSelect(Vector128.LessThan(y, x), y, x).AsByte();
    }

    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4Pmax(V128 a, V128 b)
    {
        var (x, y) = (a.AsSingle(), b.AsSingle());
        return Sse.IsSupported
            ? Sse.Max(y, x).AsByte()
            : Vector128.ConditionalSelect(Vector128.GreaterThan(y, x), y, x).AsByte();
    }
}
