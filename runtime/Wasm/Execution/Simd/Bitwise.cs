using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static System.Runtime.CompilerServices.MethodImplOptions;
using V128 = System.Runtime.Intrinsics.Vector128<byte>;

namespace Tapedeck.Wasm.Execution.Simd;

/// <summary>The instructions of <c>v128</c> that know no lanes.</summary>
internal static class Bitwise
{
    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Const(long low, long high) => Vector128.Create(low, high).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Not(V128 a) => ~a;

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128And(V128 a, V128 b) => a & b;

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Andnot(V128 a, V128 b) => Vector128.AndNot(a, b);

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Or(V128 a, V128 b) => a | b;

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Xor(V128 a, V128 b) => a ^ b;

    [MethodImpl(AggressiveInlining)]
    internal static V128 V128Bitselect(V128 a, V128 b, V128 mask) => Vector128.ConditionalSelect(mask, a, b);

    [MethodImpl(AggressiveInlining)]
    internal static int V128AnyTrue(V128 a) => a != V128.Zero ? 1 : 0;
}
