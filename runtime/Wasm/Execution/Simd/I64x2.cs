using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;
using V128 = System.Runtime.Intrinsics.Vector128<byte>;

namespace Tapedeck.Wasm.Execution.Simd;

/// <summary>Two integers of 64 bits.</summary>
internal static class I64x2
{
    [MethodImpl(AggressiveInlining)]
    internal static V128 I64x2Abs(V128 a) => Vector128.Abs(a.AsInt64()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I64x2Neg(V128 a) => (-a.AsInt64()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static int I64x2AllTrue(V128 a) => Vector128.EqualsAny(a.AsUInt64(), Vector128<ulong>.Zero) ? 0 : 1;

    [MethodImpl(AggressiveInlining)]
    internal static int I64x2Bitmask(V128 a) => (int)a.AsUInt64().ExtractMostSignificantBits();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I64x2Shl(V128 a, int count) => (a.AsUInt64() << (count & 63)).AsByte();

    // Before AVX-512 x64 has no such shift, and the JIT takes it apart lane by lane: shift unsigned, then extend the sign bit.
    [MethodImpl(AggressiveInlining)]
    internal static V128 I64x2ShrS(V128 a, int count)
    {
        if (Avx512F.VL.IsSupported || AdvSimd.IsSupported)
        {
            return (a.AsInt64() >> (count & 63)).AsByte();
        }

        var sign = Vector128.Create(long.MinValue) >>> (count & 63);
        return (((a.AsInt64() >>> (count & 63)) ^ sign) - sign).AsByte();
    }

    [MethodImpl(AggressiveInlining)]
    internal static V128 I64x2ShrU(V128 a, int count) => (a.AsUInt64() >>> (count & 63)).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I64x2Add(V128 a, V128 b) => (a.AsUInt64() + b.AsUInt64()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I64x2Sub(V128 a, V128 b) => (a.AsUInt64() - b.AsUInt64()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I64x2Mul(V128 a, V128 b) => (a.AsUInt64() * b.AsUInt64()).AsByte();
}
