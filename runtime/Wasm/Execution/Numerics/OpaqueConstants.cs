using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Tapedeck.Wasm.Execution.Numerics;

/// <summary>Float and vector constants, none of which the JIT may see as a constant.</summary>
/// <remarks>It folds against the specification in three ways. It keeps an <c>f32</c> constant as a double, which makes a
/// signalling NaN quiet where a constant must keep its bits. It takes any operation with a constant NaN for that NaN, and
/// <c>x * 1</c>, <c>x / 1</c>, <c>x - 0</c> and <c>x + -0</c> for <c>x</c>, where the operation must make a signalling NaN quiet; and
/// a zero or a one comes of other constants too, by <c>2 - 2</c>.
/// The methods move the bits through an instruction that the JIT does not fold.</remarks>
internal static class OpaqueConstants
{
    [MethodImpl(AggressiveInlining)]
    internal static float F32(int bits)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.ConvertScalarToVector128Int32(bits).AsSingle().ToScalar();
        }

        return AdvSimd.IsSupported
            ? AdvSimd.Insert(Vector128<int>.Zero, 0, bits).AsSingle().ToScalar()
            : BitConverter.Int32BitsToSingle(Volatile.Read(ref bits));
    }

    [MethodImpl(AggressiveInlining)]
    internal static double F64(long bits)
    {
        if (Sse2.X64.IsSupported)
        {
            return Sse2.X64.ConvertScalarToVector128Int64(bits).AsDouble().ToScalar();
        }

        return AdvSimd.IsSupported
            ? AdvSimd.Insert(Vector128<long>.Zero, 0, bits).AsDouble().ToScalar()
            : BitConverter.Int64BitsToDouble(Volatile.Read(ref bits));
    }

    [MethodImpl(AggressiveInlining)]
    internal static Vector128<byte> V128(long low, long high)
    {
        if (Sse2.X64.IsSupported)
        {
            var first = Sse2.X64.ConvertScalarToVector128Int64(low);
            var second = low == high ? first : Sse2.X64.ConvertScalarToVector128Int64(high);
            return Sse2.UnpackLow(first, second).AsByte();
        }

        return AdvSimd.IsSupported
            ? AdvSimd.Insert(AdvSimd.Insert(Vector128<long>.Zero, 0, low), 1, high).AsByte()
            : Vector128.Create(Volatile.Read(ref low), Volatile.Read(ref high)).AsByte();
    }
}
