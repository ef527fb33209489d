using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Tapedeck.Wasm.Execution;

namespace Tapedeck.Wasm.Compilation;

/// <summary>
/// Hides float constants from the JIT where its folding is not the specification's arithmetic: it drops <c>x * 1</c>, <c>x - 0</c> and the like, which
/// have to quiet a signalling NaN, and folds NaN literals without quieting them. RATIONALE.md, "Why are some float constants hidden from the JIT?"
/// </summary>
internal static class FloatConstants
{
    private static readonly int ZeroOffset = (int)Marshal.OffsetOf<InstanceContext>(nameof(InstanceContext.Zero));
    private static readonly int LongZeroOffset = (int)Marshal.OffsetOf<InstanceContext>(nameof(InstanceContext.LongZero));

    internal static void Push(MethodContext method, ValType type, long bits)
    {
        ref var operand = ref method.Stack.Push(type);
        operand.IsConstant = operand.Settled = true;
        operand.Bits = bits;
        if (IsNaN(type, bits))
        {
            Span<byte> hidden = stackalloc byte[32];
            method.Stack.Append(hidden[..WriteHidden(method, type, bits, hidden)]);
        }
        else if (type == ValType.F32)
        {
            method.Stack.Append(Il.LdcR4, (int)bits);
        }
        else
        {
            method.Stack.Append(Il.LdcR8, bits);
        }
    }

    /// <summary>Hides the constant at <paramref name="index"/>, if it is one that the JIT could fold wrongly once it flows on.</summary>
    internal static void Hide(MethodContext method, int index)
    {
        ref var operand = ref method.Stack[index];
        if (!operand.IsConstant || operand.Type is not (ValType.F32 or ValType.F64) || !IsIdentity(operand.Type, operand.Bits))
        {
            return;
        }
        Span<byte> hidden = stackalloc byte[32];
        method.Stack.Replace(index, hidden[..WriteHidden(method, operand.Type, operand.Bits, hidden)]);
        operand.IsConstant = false;
    }

    private static bool IsNaN(ValType type, long bits) =>
        type == ValType.F32 ? (bits & 0x7FFF_FFFF) > 0x7F80_0000 : (bits & long.MaxValue) > 0x7FF0_0000_0000_0000;

    private static bool IsIdentity(ValType type, long bits) =>
        type == ValType.F32 ? (bits & 0x7FFF_FFFF) is 0 or 0x3F80_0000 : (bits & long.MaxValue) is 0 or 0x3FF0_0000_0000_0000;

    // The bits, exclusive-or a zero that only the context knows, reinterpreted.
    private static int WriteHidden(MethodContext method, ValType type, long bits, Span<byte> to)
    {
        var single = type == ValType.F32;
        var at = 0;
        to[at++] = (byte)(single ? Il.LdcI4 : Il.LdcI8);
        if (single)
        {
            BinaryPrimitives.WriteInt32LittleEndian(to[at..], (int)bits);
            at += 4;
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(to[at..], bits);
            at += 8;
        }
        at += Variables.Write(to[at..], Il.LdargShort, Il.Ldarg, method.ContextArgument);
        to[at++] = (byte)Il.LdcI4Short;
        to[at++] = (byte)(single ? ZeroOffset : LongZeroOffset);
        to[at++] = (byte)Il.Add;
        to[at++] = (byte)(single ? Il.LdindI4 : Il.LdindI8);
        to[at++] = (byte)Il.Xor;
        to[at++] = (byte)Il.Call;
        var reinterpret = Emissions.Of(single ? Opcodes.Opcode.F32ReinterpretI32 : Opcodes.Opcode.F64ReinterpretI64).Method!;
        BinaryPrimitives.WriteInt32LittleEndian(to[at..], method.Method.Token(reinterpret));
        return at + 4;
    }
}
