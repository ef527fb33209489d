using System.Numerics;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation.Bounds;

/// <summary>The most that an i32 can be, as an unsigned number: what narrow loads, masks and shifts leave. Bounds checks are left out by it, so it must never say too little.</summary>
internal static class Ranges
{
    internal const uint Any = uint.MaxValue;

    /// <summary>Of what an instruction gives whose operands are at most <paramref name="first"/> and <paramref name="second"/>.</summary>
    /// <param name="constant">The second operand, where it is a constant.</param>
    internal static uint Of(Opcode opcode, uint first, uint second, uint? constant) => opcode switch
    {
        Opcode.I32Load8U => byte.MaxValue,
        Opcode.I32Load16U => ushort.MaxValue,
        >= Opcode.I32Eqz and <= Opcode.F64Ge => 1,
        Opcode.I32Clz or Opcode.I32Ctz or Opcode.I32Popcnt => 32,
        // No bit is set that is set in neither, and no sum is more than the sum of the most.
        Opcode.I32And => Math.Min(first, second),
        Opcode.I32Or or Opcode.I32Xor => Ones(first | second),
        Opcode.I32Add => Fit((ulong)first + second),
        Opcode.I32Mul => Fit((ulong)first * second),
        Opcode.I32Shl when constant is { } count => Fit((ulong)first << (int)(count & 31)),
        Opcode.I32ShrU when constant is { } count => first >> (int)(count & 31),
        Opcode.I32ShrU => first,
        Opcode.I32RemU when constant is > 0 and var divisor => Math.Min(first, divisor - 1),
        Opcode.I32RemU or Opcode.I32DivU => first,
        _ => Any,
    };

    // What can pass 2^32 wraps, and may then be anything.
    private static uint Fit(ulong most) => most <= Any ? (uint)most : Any;

    private static uint Ones(uint most) => most == 0 ? 0 : Any >> BitOperations.LeadingZeroCount(most);
}
