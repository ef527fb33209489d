using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tapedeck.Wasm.Execution.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Tapedeck.Wasm.Execution.Numerics;

/// <summary>The instructions of <c>f32</c> that are not one instruction of IL.</summary>
internal static class F32
{
    // Abs, neg and copysign change the sign bit alone, of a NaN too.
    [MethodImpl(AggressiveInlining)]
    internal static float F32Abs(float value) => MathF.Abs(value);

    [MethodImpl(AggressiveInlining)]
    internal static float F32Neg(float value) => -value;

    [MethodImpl(AggressiveInlining)]
    internal static float F32Copysign(float value, float sign) => MathF.CopySign(value, sign);

    [MethodImpl(AggressiveInlining)]
    internal static float F32Ceil(float value) => MathF.Ceiling(value);

    [MethodImpl(AggressiveInlining)]
    internal static float F32Floor(float value) => MathF.Floor(value);

    [MethodImpl(AggressiveInlining)]
    internal static float F32Trunc(float value) => MathF.Truncate(value);

    [MethodImpl(AggressiveInlining)]
    internal static float F32Nearest(float value) => MathF.Round(value);

    [MethodImpl(AggressiveInlining)]
    internal static float F32Sqrt(float value) => MathF.Sqrt(value);

    // The vector instructions need no branch that a predictor could miss, and treat NaN and zeros alike.
    [MethodImpl(AggressiveInlining)]
    internal static float F32Min(float a, float b) => F32x4.F32x4Min(Vector(a), Vector(b)).AsSingle().ToScalar();

    [MethodImpl(AggressiveInlining)]
    internal static float F32Max(float a, float b) => F32x4.F32x4Max(Vector(a), Vector(b)).AsSingle().ToScalar();

    [MethodImpl(AggressiveInlining)]
    private static Vector128<byte> Vector(float value) => Vector128.CreateScalarUnsafe(value).AsByte();
}
