using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static System.Runtime.CompilerServices.MethodImplOptions;
using V128 = System.Runtime.Intrinsics.Vector128<byte>;

namespace Tapedeck.Wasm.Execution.Simd;

/// <summary>Four integers of 32 bits.</summary>
internal static class I32x4
{
    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4Abs(V128 a) => Vector128.Abs(a.AsInt32()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4Neg(V128 a) => (-a.AsInt32()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static int I32x4AllTrue(V128 a) => Vector128.EqualsAny(a.AsUInt32(), Vector128<uint>.Zero) ? 0 : 1;

    [MethodImpl(AggressiveInlining)]
    internal static int I32x4Bitmask(V128 a) => (int)a.AsUInt32().ExtractMostSignificantBits();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4Shl(V128 a, int count) => (a.AsUInt32() << (count & 31)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4ShrS(V128 a, int count) => (a.AsInt32() >> (count & 31)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4ShrU(V128 a, int count) => (a.AsUInt32() >>> (count & 31)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4Add(V128 a, V128 b) => (a.AsUInt32() + b.AsUInt32()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4Sub(V128 a, V128 b) => (a.AsUInt32() - b.AsUInt32()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4Mul(V128 a, V128 b) => (a.AsUInt32() * b.AsUInt32()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4MinS(V128 a, V128 b) => Vector128.Min(a.AsInt32(), b.AsInt32()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4MinU(V128 a, V128 b) => Vector128.Min(a.AsUInt32(), b.AsUInt32()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4MaxS(V128 a, V128 b) => Vector128.Max(a.AsInt32(), b.AsInt32()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4MaxU(V128 a, V128 b) => Vector128.Max(a.AsUInt32(), b.AsUInt32()).AsByte();
}
