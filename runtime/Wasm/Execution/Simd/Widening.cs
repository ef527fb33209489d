using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;
using V128 = System.Runtime.Intrinsics.Vector128<byte>;

namespace Tapedeck.Wasm.Execution.Simd;

/// <summary>Instructions whose result has lanes twice as wide as their operands: extend, extmul, pairwise extadd, dot.</summary>
internal static class Widening
{
    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8ExtendLowI8x16S(V128 a) => Vector128.WidenLower(a.AsSByte()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8ExtendHighI8x16S(V128 a) => Vector128.WidenUpper(a.AsSByte()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8ExtendLowI8x16U(V128 a) => Vector128.WidenLower(a).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8ExtendHighI8x16U(V128 a) => Vector128.WidenUpper(a).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4ExtendLowI16x8S(V128 a) => Vector128.WidenLower(a.AsInt16()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4ExtendHighI16x8S(V128 a) => Vector128.WidenUpper(a.AsInt16()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4ExtendLowI16x8U(V128 a) => Vector128.WidenLower(a.AsUInt16()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4ExtendHighI16x8U(V128 a) => Vector128.WidenUpper(a.AsUInt16()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I64x2ExtendLowI32x4S(V128 a) => Vector128.WidenLower(a.AsInt32()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I64x2ExtendHighI32x4S(V128 a) => Vector128.WidenUpper(a.AsInt32()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I64x2ExtendLowI32x4U(V128 a) => Vector128.WidenLower(a.AsUInt32()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I64x2ExtendHighI32x4U(V128 a) => Vector128.WidenUpper(a.AsUInt32()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8ExtmulLowI8x16S(V128 a, V128 b) =>
        (Vector128.WidenLower(a.AsSByte()) * Vector128.WidenLower(b.AsSByte())).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8ExtmulHighI8x16S(V128 a, V128 b) =>
        (Vector128.WidenUpper(a.AsSByte()) * Vector128.WidenUpper(b.AsSByte())).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8ExtmulLowI8x16U(V128 a, V128 b) => (Vector128.WidenLower(a) * Vector128.WidenLower(b)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8ExtmulHighI8x16U(V128 a, V128 b) => (Vector128.WidenUpper(a) * Vector128.WidenUpper(b)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4ExtmulLowI16x8S(V128 a, V128 b) =>
        (Vector128.WidenLower(a.AsInt16()) * Vector128.WidenLower(b.AsInt16())).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4ExtmulHighI16x8S(V128 a, V128 b) =>
        (Vector128.WidenUpper(a.AsInt16()) * Vector128.WidenUpper(b.AsInt16())).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4ExtmulLowI16x8U(V128 a, V128 b) =>
        (Vector128.WidenLower(a.AsUInt16()) * Vector128.WidenLower(b.AsUInt16())).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4ExtmulHighI16x8U(V128 a, V128 b) =>
        (Vector128.WidenUpper(a.AsUInt16()) * Vector128.WidenUpper(b.AsUInt16())).AsByte();

    // pmuldq multiplies the even lanes; unpacking a vector with itself brings the wanted ones there.
    [MethodImpl(AggressiveInlining)]
    internal static V128 I64x2ExtmulLowI32x4S(V128 a, V128 b)
    {
        if (Sse41.IsSupported)
        {
            return Sse41.Multiply(Sse2.UnpackLow(a.AsInt32(), a.AsInt32()), Sse2.UnpackLow(b.AsInt32(), b.AsInt32())).AsByte();
        }

        if (AdvSimd.IsSupported)
        {
            return AdvSimd.MultiplyWideningLower(a.AsInt32().GetLower(), b.AsInt32().GetLower()).AsByte();
        }

        return (Vector128.WidenLower(a.AsInt32()) * Vector128.WidenLower(b.AsInt32())).AsByte();
    }

    [MethodImpl(AggressiveInlining)]
    internal static V128 I64x2ExtmulHighI32x4S(V128 a, V128 b)
    {
        if (Sse41.IsSupported)
        {
            return Sse41.Multiply(Sse2.UnpackHigh(a.AsInt32(), a.AsInt32()), Sse2.UnpackHigh(b.AsInt32(), b.AsInt32())).AsByte();
        }

        if (AdvSimd.IsSupported)
        {
            return AdvSimd.MultiplyWideningUpper(a.AsInt32(), b.AsInt32()).AsByte();
        }

        return (Vector128.WidenUpper(a.AsInt32()) * Vector128.WidenUpper(b.AsInt32())).AsByte();
    }

    [MethodImpl(AggressiveInlining)]
    internal static V128 I64x2ExtmulLowI32x4U(V128 a, V128 b)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.Multiply(Sse2.UnpackLow(a.AsUInt32(), a.AsUInt32()), Sse2.UnpackLow(b.AsUInt32(), b.AsUInt32())).AsByte();
        }

        if (AdvSimd.IsSupported)
        {
            return AdvSimd.MultiplyWideningLower(a.AsUInt32().GetLower(), b.AsUInt32().GetLower()).AsByte();
        }

        return (Vector128.WidenLower(a.AsUInt32()) * Vector128.WidenLower(b.AsUInt32())).AsByte();
    }

    [MethodImpl(AggressiveInlining)]
    internal static V128 I64x2ExtmulHighI32x4U(V128 a, V128 b)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.Multiply(Sse2.UnpackHigh(a.AsUInt32(), a.AsUInt32()), Sse2.UnpackHigh(b.AsUInt32(), b.AsUInt32())).AsByte();
        }

        if (AdvSimd.IsSupported)
        {
            return AdvSimd.MultiplyWideningUpper(a.AsUInt32(), b.AsUInt32()).AsByte();
        }

        return (Vector128.WidenUpper(a.AsUInt32()) * Vector128.WidenUpper(b.AsUInt32())).AsByte();
    }

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8ExtaddPairwiseI8x16S(V128 a) => ((a.AsInt16() << 8 >> 8) + (a.AsInt16() >> 8)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8ExtaddPairwiseI8x16U(V128 a) =>
        ((a.AsUInt16() & Vector128.Create((ushort)0x00FF)) + (a.AsUInt16() >>> 8)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4ExtaddPairwiseI16x8S(V128 a) => I32x4DotI16x8S(a, Vector128.Create((short)1).AsByte());

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4ExtaddPairwiseI16x8U(V128 a) =>
        ((a.AsUInt32() & Vector128.Create(0x0000FFFFu)) + (a.AsUInt32() >>> 16)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4DotI16x8S(V128 a, V128 b)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16()).AsByte();
        }

        var even = (a.AsInt32() << 16 >> 16) * (b.AsInt32() << 16 >> 16);
        var odd = (a.AsInt32() >> 16) * (b.AsInt32() >> 16);
        return (even + odd).AsByte();
    }
}
