using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Tapedeck.Wasm.Execution.Numerics;

/// <summary>Integers to floats, rounded once; floats to floats; bits to floats and back.</summary>
internal static class FloatConversions
{
    [MethodImpl(AggressiveInlining)]
    internal static float F32ConvertI32S(int value) => value;

    [MethodImpl(AggressiveInlining)]
    internal static float F32ConvertI32U(int value) => (uint)value;

    [MethodImpl(AggressiveInlining)]
    internal static float F32ConvertI64S(long value) => value;

    [MethodImpl(AggressiveInlining)]
    internal static float F32ConvertI64U(long value) => (ulong)value;

    [MethodImpl(AggressiveInlining)]
    internal static double F64ConvertI32S(int value) => value;

    [MethodImpl(AggressiveInlining)]
    internal static double F64ConvertI32U(int value) => (uint)value;

    [MethodImpl(AggressiveInlining)]
    internal static double F64ConvertI64S(long value) => value;

    [MethodImpl(AggressiveInlining)]
    internal static double F64ConvertI64U(long value) => (ulong)value;

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
}
