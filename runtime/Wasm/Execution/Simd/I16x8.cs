using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;
using V128 = System.Runtime.Intrinsics.Vector128<byte>;

namespace Tapedeck.Wasm.Execution.Simd;

/// <summary>Eight integers of sixteen bits.</summary>
internal static class I16x8
{
    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8Abs(V128 a) => Vector128.Abs(a.AsInt16()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8Neg(V128 a) => (-a.AsInt16()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static int I16x8AllTrue(V128 a) => Vector128.EqualsAny(a.AsUInt16(), Vector128<ushort>.Zero) ? 0 : 1;

    [MethodImpl(AggressiveInlining)]
    internal static int I16x8Bitmask(V128 a) => (int)a.AsUInt16().ExtractMostSignificantBits();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8Shl(V128 a, int count) => (a.AsUInt16() << (count & 15)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8ShrS(V128 a, int count) => (a.AsInt16() >> (count & 15)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8ShrU(V128 a, int count) => (a.AsUInt16() >>> (count & 15)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8Add(V128 a, V128 b) => (a.AsUInt16() + b.AsUInt16()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8AddSatS(V128 a, V128 b) => Vector128.AddSaturate(a.AsInt16(), b.AsInt16()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8AddSatU(V128 a, V128 b) => Vector128.AddSaturate(a.AsUInt16(), b.AsUInt16()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8Sub(V128 a, V128 b) => (a.AsUInt16() - b.AsUInt16()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8SubSatS(V128 a, V128 b) => Vector128.SubtractSaturate(a.AsInt16(), b.AsInt16()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8SubSatU(V128 a, V128 b) => Vector128.SubtractSaturate(a.AsUInt16(), b.AsUInt16()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8Mul(V128 a, V128 b) => (a.AsUInt16() * b.AsUInt16()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8MinS(V128 a, V128 b) => Vector128.Min(a.AsInt16(), b.AsInt16()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8MinU(V128 a, V128 b) => Vector128.Min(a.AsUInt16(), b.AsUInt16()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8MaxS(V128 a, V128 b) => Vector128.Max(a.AsInt16(), b.AsInt16()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8MaxU(V128 a, V128 b) => Vector128.Max(a.AsUInt16(), b.AsUInt16()).AsByte();

    // a + b is (a ^ b) + 2 (a & b), so half of it rounded up is (a | b) less half of (a ^ b): no carry is lost.
    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8AvgrU(V128 a, V128 b)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.Average(a.AsUInt16(), b.AsUInt16()).AsByte();
        }

        if (AdvSimd.IsSupported)
        {
            return AdvSimd.FusedAddRoundedHalving(a.AsUInt16(), b.AsUInt16()).AsByte();
        }

        return ((a | b).AsUInt16() - ((a ^ b).AsUInt16() >>> 1)).AsByte();
    }

    // Only -1 times -1 saturates; pmulhrsw wraps it to the one product that is -32768, which the mask turns into 32767.
    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8Q15mulrSatS(V128 a, V128 b)
    {
        if (Ssse3.IsSupported)
        {
            var product = Ssse3.MultiplyHighRoundScale(a.AsInt16(), b.AsInt16());
            return (product ^ Vector128.Equals(product, Vector128.Create(short.MinValue))).AsByte();
        }

        if (AdvSimd.IsSupported)
        {
            return AdvSimd.MultiplyRoundedDoublingSaturateHigh(a.AsInt16(), b.AsInt16()).AsByte();
        }

        var (aLow, aHigh) = Vector128.Widen(a.AsInt16());
        var (bLow, bHigh) = Vector128.Widen(b.AsInt16());
        var half = Vector128.Create(0x4000);
        return Vector128.NarrowWithSaturation(((aLow * bLow) + half) >> 15, ((aHigh * bHigh) + half) >> 15).AsByte();
    }
}
