using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;
using V128 = System.Runtime.Intrinsics.Vector128<byte>;

namespace Tapedeck.Wasm.Execution.Simd;

/// <summary>Sixteen integers of eight bits.</summary>
internal static class I8x16
{
    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16Abs(V128 a) => Vector128.Abs(a.AsSByte()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16Neg(V128 a) => (-a.AsSByte()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16Popcnt(V128 a)
    {
        if (AdvSimd.IsSupported)
        {
            return AdvSimd.PopCount(a);
        }

        var ofNibble = Vector128.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
        var nibble = Vector128.Create((byte)0x0F);
        return Vector128.ShuffleNative(ofNibble, a & nibble) + Vector128.ShuffleNative(ofNibble, (a >>> 4) & nibble);
    }

    [MethodImpl(AggressiveInlining)]
    internal static int I8x16AllTrue(V128 a) => Vector128.EqualsAny(a, V128.Zero) ? 0 : 1;

    [MethodImpl(AggressiveInlining)]
    internal static int I8x16Bitmask(V128 a) => (int)a.ExtractMostSignificantBits();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16Shl(V128 a, int count) => a << (count & 7);

    // x64 shifts no bytes, and the JIT takes the signed shift apart lane by lane: shift unsigned, then extend the sign bit.
    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16ShrS(V128 a, int count)
    {
        if (AdvSimd.IsSupported)
        {
            return (a.AsSByte() >> (count & 7)).AsByte();
        }

        var sign = Vector128.Create((byte)0x80) >>> (count & 7);
        return ((a >>> (count & 7)) ^ sign) - sign;
    }

    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16ShrU(V128 a, int count) => a >>> (count & 7);

    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16Add(V128 a, V128 b) => a + b;

    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16AddSatS(V128 a, V128 b) => Vector128.AddSaturate(a.AsSByte(), b.AsSByte()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16AddSatU(V128 a, V128 b) => Vector128.AddSaturate(a, b);

    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16Sub(V128 a, V128 b) => a - b;

    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16SubSatS(V128 a, V128 b) => Vector128.SubtractSaturate(a.AsSByte(), b.AsSByte()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16SubSatU(V128 a, V128 b) => Vector128.SubtractSaturate(a, b);

    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16MinS(V128 a, V128 b) => Vector128.Min(a.AsSByte(), b.AsSByte()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16MinU(V128 a, V128 b) => Vector128.Min(a, b);

    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16MaxS(V128 a, V128 b) => Vector128.Max(a.AsSByte(), b.AsSByte()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16MaxU(V128 a, V128 b) => Vector128.Max(a, b);

    // a + b is (a ^ b) + 2 (a & b), so half of it rounded up is (a | b) less half of (a ^ b): no carry is lost.
    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16AvgrU(V128 a, V128 b)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.Average(a, b);
        }

        if (AdvSimd.IsSupported)
        {
            return AdvSimd.FusedAddRoundedHalving(a, b);
        }

        return (a | b) - ((a ^ b) >>> 1);
    }
}
