using System.Numerics;
using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Tapedeck.Wasm.Execution.Numerics;

/// <summary>The instructions of <c>i32</c> that are not one instruction of IL.</summary>
internal static class I32
{
    [MethodImpl(AggressiveInlining)]
    internal static int I32DivS(int dividend, int divisor)
    {
        if (divisor == 0)
        {
            Traps.IntegerDivideByZero();
        }

        if (divisor == -1 && dividend == int.MinValue)
        {
            Traps.IntegerOverflow();
        }

        return dividend / divisor;
    }

    [MethodImpl(AggressiveInlining)]
    internal static int I32DivU(int dividend, int divisor)
    {
        if (divisor == 0)
        {
            Traps.IntegerDivideByZero();
        }

        return (int)((uint)dividend / (uint)divisor);
    }

    // IL's rem throws for the smallest number and -1; here nothing is left over.
    [MethodImpl(AggressiveInlining)]
    internal static int I32RemS(int dividend, int divisor)
    {
        if (divisor == 0)
        {
            Traps.IntegerDivideByZero();
        }

        return divisor == -1 ? 0 : dividend % divisor;
    }

    [MethodImpl(AggressiveInlining)]
    internal static int I32RemU(int dividend, int divisor)
    {
        if (divisor == 0)
        {
            Traps.IntegerDivideByZero();
        }

        return (int)((uint)dividend % (uint)divisor);
    }

    [MethodImpl(AggressiveInlining)]
    internal static int I32Shl(int value, int count) => value << count;

    [MethodImpl(AggressiveInlining)]
    internal static int I32ShrS(int value, int count) => value >> count;

    [MethodImpl(AggressiveInlining)]
    internal static int I32ShrU(int value, int count) => value >>> count;

    [MethodImpl(AggressiveInlining)]
    internal static int I32Rotl(int value, int count) => (int)BitOperations.RotateLeft((uint)value, count);

    [MethodImpl(AggressiveInlining)]
    internal static int I32Rotr(int value, int count) => (int)BitOperations.RotateRight((uint)value, count);

    [MethodImpl(AggressiveInlining)]
    internal static int I32Clz(int value) => BitOperations.LeadingZeroCount((uint)value);

    [MethodImpl(AggressiveInlining)]
    internal static int I32Ctz(int value) => BitOperations.TrailingZeroCount(value);

    [MethodImpl(AggressiveInlining)]
    internal static int I32Popcnt(int value) => BitOperations.PopCount((uint)value);
}
