using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;
using V128 = System.Runtime.Intrinsics.Vector128<byte>;

namespace Tapedeck.Wasm.Execution.Simd;

/// <summary>Two vectors into one with lanes half as wide, saturating.</summary>
internal static class Narrowing
{
    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16NarrowI16x8S(V128 a, V128 b) => Vector128.NarrowWithSaturation(a.AsInt16(), b.AsInt16()).AsByte();

    // The operands are signed in both instructions; only the range of the result is unsigned.
    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16NarrowI16x8U(V128 a, V128 b)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.PackUnsignedSaturate(a.AsInt16(), b.AsInt16());
        }

        return Vector128.NarrowWithSaturation(Vector128.Max(a.AsInt16(), Vector128<short>.Zero).AsUInt16(), Vector128.Max(b.AsInt16(), Vector128<short>.Zero).AsUInt16());
    }

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8NarrowI32x4S(V128 a, V128 b) => Vector128.NarrowWithSaturation(a.AsInt32(), b.AsInt32()).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8NarrowI32x4U(V128 a, V128 b)
    {
        if (Sse41.IsSupported)
        {
            return Sse41.PackUnsignedSaturate(a.AsInt32(), b.AsInt32()).AsByte();
        }

        return Vector128.NarrowWithSaturation(Vector128.Max(a.AsInt32(), Vector128<int>.Zero).AsUInt32(), Vector128.Max(b.AsInt32(), Vector128<int>.Zero).AsUInt32()).AsByte();
    }
}
