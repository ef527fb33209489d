using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using static System.Runtime.CompilerServices.MethodImplOptions;
using V128 = System.Runtime.Intrinsics.Vector128<byte>;

namespace Tapedeck.Wasm.Execution.Simd;

/// <summary>Moves lanes about, and between a vector and a scalar.</summary>
internal static class Lanes
{
    // The bit of a shuffle's lane number that says "from the second operand", in eight lanes.
    private const long SecondOperand = 0x1010101010101010;

    // The sixteen lane numbers, 0 to 31, come packed in two constants, so all that is computed from them folds.
    // A lane number with its top bit set selects zero: bit 4, which says "from b", moves there, flipped for the second half.
    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16Shuffle(V128 a, V128 b, long low, long high)
    {
        var lanes = Vector128.Create(low, high).AsByte();
        if (AdvSimd.Arm64.IsSupported)
        {
            return AdvSimd.Arm64.VectorTableLookup((a, b), lanes);
        }

        if (((low | high) & SecondOperand) == 0)
        {
            return Vector128.Shuffle(a, lanes);
        }

        if ((low & high & SecondOperand) == SecondOperand)
        {
            return Vector128.Shuffle(b, Vector128.Create(low ^ SecondOperand, high ^ SecondOperand).AsByte());
        }

        var fromA = Vector128.Create(low | ((low & SecondOperand) << 3), high | ((high & SecondOperand) << 3)).AsByte();
        var fromB = fromA ^ Vector128.Create((byte)0x90);
        return Vector128.Shuffle(a, fromA) | Vector128.Shuffle(b, fromB);
    }

    // pshufb looks at the top bit and the low four; adding 0x70 with saturation sets the top bit of every index above 15.
    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16Swizzle(V128 a, V128 indices)
    {
        if (Ssse3.IsSupported)
        {
            return Ssse3.Shuffle(a, Sse2.AddSaturate(indices, Vector128.Create((byte)0x70)));
        }

        return Vector128.Shuffle(a, indices);
    }

    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16Splat(int value) => Vector128.Create((byte)value);

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8Splat(int value) => Vector128.Create((ushort)value).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4Splat(int value) => Vector128.Create(value).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 I64x2Splat(long value) => Vector128.Create(value).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4Splat(float value) => Vector128.Create(value).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2Splat(double value) => Vector128.Create(value).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static int I8x16ExtractLaneS(V128 vector, int lane) => vector.AsSByte().GetElement(lane);

    [MethodImpl(AggressiveInlining)]
    internal static int I8x16ExtractLaneU(V128 vector, int lane) => vector.GetElement(lane);

    [MethodImpl(AggressiveInlining)]
    internal static V128 I8x16ReplaceLane(V128 vector, int value, int lane) => vector.WithElement(lane, (byte)value);

    [MethodImpl(AggressiveInlining)]
    internal static int I16x8ExtractLaneS(V128 vector, int lane) => vector.AsInt16().GetElement(lane);

    [MethodImpl(AggressiveInlining)]
    internal static int I16x8ExtractLaneU(V128 vector, int lane) => vector.AsUInt16().GetElement(lane);

    [MethodImpl(AggressiveInlining)]
    internal static V128 I16x8ReplaceLane(V128 vector, int value, int lane) => vector.AsUInt16().WithElement(lane, (ushort)value).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static int I32x4ExtractLane(V128 vector, int lane) => vector.AsInt32().GetElement(lane);

    [MethodImpl(AggressiveInlining)]
    internal static V128 I32x4ReplaceLane(V128 vector, int value, int lane) => vector.AsInt32().WithElement(lane, value).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static long I64x2ExtractLane(V128 vector, int lane) => vector.AsInt64().GetElement(lane);

    [MethodImpl(AggressiveInlining)]
    internal static V128 I64x2ReplaceLane(V128 vector, long value, int lane) => vector.AsInt64().WithElement(lane, value).AsByte();

    // The JIT folds GetElement of a constant vector by way of a double, which makes a signalling NaN quiet; it does not fold shufps.
    [MethodImpl(AggressiveInlining)]
    internal static float F32x4ExtractLane(V128 vector, int lane)
    {
        var lanes = vector.AsSingle();
        if (!Sse.IsSupported)
        {
            return lanes.GetElement(lane);
        }

        return lane switch
        {
            0 => Sse.Shuffle(lanes, lanes, 0).ToScalar(),
            1 => Sse.Shuffle(lanes, lanes, 1).ToScalar(),
            2 => Sse.Shuffle(lanes, lanes, 2).ToScalar(),
            _ => Sse.Shuffle(lanes, lanes, 3).ToScalar(),
        };
    }

    [MethodImpl(AggressiveInlining)]
    internal static V128 F32x4ReplaceLane(V128 vector, float value, int lane) => vector.AsSingle().WithElement(lane, value).AsByte();

    [MethodImpl(AggressiveInlining)]
    internal static double F64x2ExtractLane(V128 vector, int lane) => vector.AsDouble().GetElement(lane);

    [MethodImpl(AggressiveInlining)]
    internal static V128 F64x2ReplaceLane(V128 vector, double value, int lane) => vector.AsDouble().WithElement(lane, value).AsByte();
}
