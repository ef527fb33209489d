using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Tapedeck.Wasm.Execution.Numerics;

/// <summary>Floats cut to the nearest integer in range; NaN becomes 0. Since .NET 9 a cast does just that.</summary>
internal static class SaturatingTruncations
{
    [MethodImpl(AggressiveInlining)]
    internal static int I32TruncSatF32S(float value) => (int)value;

    [MethodImpl(AggressiveInlining)]
    internal static int I32TruncSatF32U(float value) => (int)(uint)value;

    [MethodImpl(AggressiveInlining)]
    internal static int I32TruncSatF64S(double value) => (int)value;

    [MethodImpl(AggressiveInlining)]
    internal static int I32TruncSatF64U(double value) => (int)(uint)value;

    [MethodImpl(AggressiveInlining)]
    internal static long I64TruncSatF32S(float value) => (long)value;

    [MethodImpl(AggressiveInlining)]
    internal static long I64TruncSatF32U(float value) => (long)(ulong)value;

    [MethodImpl(AggressiveInlining)]
    internal static long I64TruncSatF64S(double value) => (long)value;

    [MethodImpl(AggressiveInlining)]
    internal static long I64TruncSatF64U(double value) => (long)(ulong)value;
}
