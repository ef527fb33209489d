using System.Numerics;
using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Tapedeck.Wasm.Execution.Numerics;

/// <summary>The instructions of <c>i64</c> that are not one instruction of IL.</summary>
internal static class I64
{
    [MethodImpl(AggressiveInlining)]
    internal static long I64DivS(long dividend, long divisor)
    {
        if (divisor == 0)
        {
            Traps.IntegerDivideByZero();
        }

        if (divisor == -1 && dividend == long.MinValue)
        {
            Traps.IntegerOverflow();
        }

        return dividend / divisor;
    }

    [MethodImpl(AggressiveInlining)]
    internal static long I64DivU(long dividend, long divisor)
    {
        if (divisor == 0)
        {
            Traps.IntegerDivideByZero();
        }

        return (long)((ulong)dividend / (ulong)divisor);
    }

    // IL's rem throws for the smallest number and -1; here nothing is left over.
    [MethodImpl(AggressiveInlining)]
    internal static long I64RemS(long dividend, long divisor)
    {
        if (divisor == 0)
        {
            Traps.IntegerDivideByZero();
        }

        return divisor == -1 ? 0 : dividend % divisor;
    }

    [MethodImpl(AggressiveInlining)]
    internal static long I64RemU(long dividend, long divisor)
    {
        if (divisor == 0)
        {
            Traps.IntegerDivideByZero();
        }

        return (long)((ulong)dividend % (ulong)divisor);
    }

    [MethodImpl(AggressiveInlining)]
    internal static long I64Shl(long value, long count) => value << (int)count;

    [MethodImpl(AggressiveInlining)]
    internal static long I64ShrS(long value, long count) => value >> (int)count;

    [MethodImpl(AggressiveInlining)]
    internal static long I64ShrU(long value, long count) => value >>> (int)count;

    [MethodImpl(AggressiveInlining)]
    internal static long I64Rotl(long value, long count) => (long)BitOperations.RotateLeft((ulong)value, (int)count);

    [MethodImpl(AggressiveInlining)]
    internal static long I64Rotr(long value, long count) => (long)BitOperations.RotateRight((ulong)value, (int)count);

    [MethodImpl(AggressiveInlining)]
    internal static long I64Clz(long value) => BitOperations.LeadingZeroCount((ulong)value);

    [MethodImpl(AggressiveInlining)]
    internal static long I64Ctz(long value) => BitOperations.TrailingZeroCount(value);

    [MethodImpl(AggressiveInlining)]
    internal static long I64Popcnt(long value) => BitOperations.PopCount((ulong)value);
}
