using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;
using V128 = System.Runtime.Intrinsics.Vector128<byte>;

namespace Tapedeck.Wasm.Execution.Simd;

/// <summary>Between integers and floats, and between the floats.</summary>
internal static class Conversions
{
    private const double TwoTo52 = 4503599627370496;

    // The conversions of Vector128 without "Native" in their names saturate, and make NaN zero.
    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4TruncSatF32x4S(V128 a) => Vector128.ConvertToInt32(a.AsSingle()).AsByte();

    // Before AVX-512 the JIT goes lane by lane. cvttps2dq gives 2^31 for all that is larger, and what exceeds 2^31 is added to that;
    // where even the excess is too large, its 2^31 becomes 2^31 - 1 and the sum the largest integer. maxps makes NaN zero.
    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4TruncSatF32x4U(V128 a)
    {
        if (Avx512F.VL.IsSupported || !Sse41.IsSupported)
        {
            return Vector128.ConvertToUInt32(a.AsSingle()).AsByte();
        }

        var twoTo31 = Vector128.Create(2147483648f);
        var positive = Sse.Max(a.AsSingle(), Vector128<float>.Zero);
        var excess = positive - twoTo31;
        var tooLarge = Vector128.GreaterThanOrEqual(excess, twoTo31).AsInt32();
        var upper = Sse2.ConvertToVector128Int32WithTruncation(excess) ^ tooLarge;
        return (Sse2.ConvertToVector128Int32WithTruncation(positive) + Vector128.Max(upper, Vector128<int>.Zero)).AsByte();
    }

    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4ConvertI32x4S(V128 a) => Vector128.ConvertToSingle(a.AsInt32()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4ConvertI32x4U(V128 a) => Vector128.ConvertToSingle(a.AsUInt32()).AsByte();

    // cvttpd2dq gives int.MinValue for all it cannot represent: right for what is too small, so only the rest is cut first.
    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4TruncSatF64x2SZero(V128 a)
    {
        var lanes = a.AsDouble();
        if (Sse2.IsSupported)
        {
            var number = lanes & Vector128.Equals(lanes, lanes);
            return Sse2.ConvertToVector128Int32WithTruncation(Sse2.Min(number, Vector128.Create((double)int.MaxValue))).AsByte();
        }

        return Vector128.Create((int)lanes[0], (int)lanes[1], 0, 0).AsByte();
    }

    // maxpd gives its second operand, zero, for a NaN. An integer below 2^52 added to 2^52 stands in the low bits of the sum.
    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4TruncSatF64x2UZero(V128 a)
    {
        var lanes = a.AsDouble();
        if (Sse41.IsSupported)
        {
            var inRange = Sse2.Min(Sse2.Max(lanes, Vector128<double>.Zero), Vector128.Create((double)uint.MaxValue));
            var shifted = Sse41.RoundToZero(inRange) + Vector128.Create(TwoTo52);
            return Sse.Shuffle(shifted.AsSingle(), Vector128<float>.Zero, 0b10_00_10_00).AsByte();
        }

        return Vector128.Create((uint)lanes[0], (uint)lanes[1], 0, 0).AsByte();
    }

    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2ConvertLowI32x4S(V128 a)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.ConvertToVector128Double(a.AsInt32()).AsByte();
        }

        return Vector128.ConvertToDouble(Vector128.WidenLower(a.AsInt32())).AsByte();
    }

    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2ConvertLowI32x4U(V128 a)
    {
        var shifted = Vector128.WidenLower(a.AsUInt32()) | Vector128.Create(TwoTo52).AsUInt64();
        return (shifted.AsDouble() - Vector128.Create(TwoTo52)).AsByte();
    }

    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4DemoteF64x2Zero(V128 a)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.ConvertToVector128Single(a.AsDouble()).AsByte();
        }

        return Vector128.Narrow(a.AsDouble(), Vector128<double>.Zero).AsByte();
    }

    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2PromoteLowF32x4(V128 a) => Vector128.WidenLower(a.AsSingle()).AsByte();
}
