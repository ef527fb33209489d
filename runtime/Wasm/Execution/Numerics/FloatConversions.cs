using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Tapedeck.Wasm.Execution.Numerics;

/// <summary>Integers to floats, rounded once; floats to floats; bits to floats and back.</summary>
internal static class FloatConversions
{
    // Not casts: the JIT makes constants of casts of constants, and takes x - 0 and x * 1 for x, where a signalling NaN has to become quiet.
    [MethodImpl(AggressiveInlining)]
    internal static float F32ConvertI32S(int value) => Sse.IsSupported
        ? Sse.ConvertScalarToVector128Single(Vector128<float>.Zero, value).ToScalar()
        : Volatile.Read(ref value);

    [MethodImpl(AggressiveInlining)]
    internal static float F32ConvertI32U(int value) => F32ConvertI64S((uint)value);

    [MethodImpl(AggressiveInlining)]
    internal static float F32ConvertI64S(long value) => Sse.X64.IsSupported
        ? Sse.X64.ConvertScalarToVector128Single(Vector128<float>.Zero, value).ToScalar()
        : Volatile.Read(ref value);

    [MethodImpl(AggressiveInlining)]
    internal static float F32ConvertI64U(long value)
    {
        if (value >= 0)
        {
            return F32ConvertI64S(value);
        }
        var half = F32ConvertI64S(Half(value));
        return half + half;
    }

    [MethodImpl(AggressiveInlining)]
    internal static double F64ConvertI32S(int value) => Sse2.IsSupported
        ? Sse2.ConvertScalarToVector128Double(Vector128<double>.Zero, value).ToScalar()
        : Volatile.Read(ref value);

    [MethodImpl(AggressiveInlining)]
    internal static double F64ConvertI32U(int value) => F64ConvertI64S((uint)value);

    [MethodImpl(AggressiveInlining)]
    internal static double F64ConvertI64S(long value) => Sse2.X64.IsSupported
        ? Sse2.X64.ConvertScalarToVector128Double(Vector128<double>.Zero, value).ToScalar()
        : Volatile.Read(ref value);

    [MethodImpl(AggressiveInlining)]
    internal static double F64ConvertI64U(long value)
    {
        if (value >= 0)
        {
            return F64ConvertI64S(value);
        }
        var half = F64ConvertI64S(Half(value));
        return half + half;
    }

    // Not a cast: the JIT drops a cast to double and back, and with it the quieting of a signalling NaN.
    [MethodImpl(AggressiveInlining)]
    internal static float F32DemoteF64(double value)
    {
        var operand = Vector128.CreateScalarUnsafe(value);
        return Sse2.IsSupported
            ? Sse2.ConvertScalarToVector128Single(Vector128<float>.Zero, operand).ToScalar()
            : Vector128.Narrow(operand, Vector128<double>.Zero).ToScalar();
    }

    [MethodImpl(AggressiveInlining)]
    internal static double F64PromoteF32(float value) => value;

    [MethodImpl(AggressiveInlining)]
    internal static int I32ReinterpretF32(float value) => BitConverter.SingleToInt32Bits(value);

    [MethodImpl(AggressiveInlining)]
    internal static long I64ReinterpretF64(double value) => BitConverter.DoubleToInt64Bits(value);

    // Not BitConverter: the bits may be constant, and those of a signalling NaN; and where they are a 16-bit load, RyuJIT makes of load and reinterpretation
    // one load of 32 bits, two bytes of which are beyond what was checked.
    [MethodImpl(AggressiveInlining)]
    internal static float F32ReinterpretI32(int value) => OpaqueConstants.F32(value);

    [MethodImpl(AggressiveInlining)]
    internal static double F64ReinterpretI64(long value) => OpaqueConstants.F64(value);

    /// <summary>Half of an unsigned number, whose last bit tells whether anything was behind it: so the half is rounded as the whole would be.</summary>
    private static long Half(long value) => (long)((ulong)value >> 1) | (value & 1);
}
