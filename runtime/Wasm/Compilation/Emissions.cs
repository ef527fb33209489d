using System.Numerics;
using System.Reflection;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation;

/// <summary>The <see cref="Emission"/> of every numeric and vector instruction that touches no memory.</summary>
internal static class Emissions
{
    private static readonly Emission?[] Core = BuildCore();
    private static readonly Emission?[] Misc = [.. Enumerable.Range(0, 8).Select(static n => Numeric((Opcode)(0xFC00 + n)))];
    private static readonly Emission?[] Simd = [.. Enumerable.Range(0, 256).Select(static n => Enum.IsDefined((Opcode)(0xFD00 + n)) ? new Emission([], SimdMethods.Find((Opcode)(0xFD00 + n))) : null)];

    internal static Emission Of(Opcode opcode) => ((int)opcode >> 8) switch
    {
        0xFC => Misc[(byte)opcode],
        0xFD => Simd[(byte)opcode],
        _ => Core[(byte)opcode],
    } ?? throw new ArgumentOutOfRangeException(nameof(opcode), opcode, null);

    private static Emission?[] BuildCore()
    {
        var core = new Emission?[256];
        foreach (var (opcodes, il) in Rows())
        {
            foreach (var opcode in opcodes)
            {
                core[(int)opcode] = new Emission(Bytes(il));
            }
        }
        foreach (var (opcode, before, method) in Calls())
        {
            core[(int)opcode] = new Emission(Bytes(before), method);
        }
        foreach (var (opcode, il) in Shifts())
        {
            core[(int)opcode] = new Emission(il);
        }
        for (var opcode = Opcode.I32Eqz; opcode <= Opcode.I64Extend32S; opcode++)
        {
            core[(int)opcode] ??= Numeric(opcode);
        }
        return core;
    }

    private static IEnumerable<(Opcode[] Opcodes, Il[] Il)> Rows() =>
    [
        ([Opcode.I32Eqz], [Il.LdcI4Zero, Il.Ceq]),
        ([Opcode.I64Eqz], [Il.LdcI4Zero, Il.ConvI8, Il.Ceq]),
        ([Opcode.I32Eq, Opcode.I64Eq, Opcode.F32Eq, Opcode.F64Eq], [Il.Ceq]),
        ([Opcode.I32Ne, Opcode.I64Ne, Opcode.F32Ne, Opcode.F64Ne], [Il.Ceq, Il.LdcI4Zero, Il.Ceq]),
        ([Opcode.I32LtS, Opcode.I64LtS, Opcode.F32Lt, Opcode.F64Lt], [Il.Clt]),
        ([Opcode.I32LtU, Opcode.I64LtU], [Il.CltUn]),
        ([Opcode.I32GtS, Opcode.I64GtS, Opcode.F32Gt, Opcode.F64Gt], [Il.Cgt]),
        ([Opcode.I32GtU, Opcode.I64GtU], [Il.CgtUn]),
        ([Opcode.I32LeS, Opcode.I64LeS], [Il.Cgt, Il.LdcI4Zero, Il.Ceq]),
        // The unordered comparison, negated: false for NaN, as the specification wants it.
        ([Opcode.I32LeU, Opcode.I64LeU, Opcode.F32Le, Opcode.F64Le], [Il.CgtUn, Il.LdcI4Zero, Il.Ceq]),
        ([Opcode.I32GeS, Opcode.I64GeS], [Il.Clt, Il.LdcI4Zero, Il.Ceq]),
        ([Opcode.I32GeU, Opcode.I64GeU, Opcode.F32Ge, Opcode.F64Ge], [Il.CltUn, Il.LdcI4Zero, Il.Ceq]),
        ([Opcode.I32Add, Opcode.I64Add, Opcode.F32Add, Opcode.F64Add], [Il.Add]),
        ([Opcode.I32Sub, Opcode.I64Sub, Opcode.F32Sub, Opcode.F64Sub], [Il.Sub]),
        ([Opcode.I32Mul, Opcode.I64Mul, Opcode.F32Mul, Opcode.F64Mul], [Il.Mul]),
        ([Opcode.F32Div, Opcode.F64Div], [Il.Div]),
        ([Opcode.I32And, Opcode.I64And], [Il.And]),
        ([Opcode.I32Or, Opcode.I64Or], [Il.Or]),
        ([Opcode.I32Xor, Opcode.I64Xor], [Il.Xor]),
        ([Opcode.I32WrapI64], [Il.ConvI4]),
        ([Opcode.I64ExtendI32S], [Il.ConvI8]),
        ([Opcode.I64ExtendI32U], [Il.ConvU8]),
        ([Opcode.I32Extend8S], [Il.ConvI1]),
        ([Opcode.I32Extend16S], [Il.ConvI2]),
        ([Opcode.I64Extend8S], [Il.ConvI1, Il.ConvI8]),
        ([Opcode.I64Extend16S], [Il.ConvI2, Il.ConvI8]),
        ([Opcode.I64Extend32S], [Il.ConvI4, Il.ConvI8]),
    ];

    // IL leaves a shift by the width or more undefined; the JIT drops the mask where the machine masks.
    private static IEnumerable<(Opcode Opcode, byte[] Il)> Shifts() =>
    [
        (Opcode.I32Shl, [(byte)Il.LdcI4Short, 31, (byte)Il.And, (byte)Il.Shl]),
        (Opcode.I32ShrS, [(byte)Il.LdcI4Short, 31, (byte)Il.And, (byte)Il.Shr]),
        (Opcode.I32ShrU, [(byte)Il.LdcI4Short, 31, (byte)Il.And, (byte)Il.ShrUn]),
        (Opcode.I64Shl, [(byte)Il.ConvI4, (byte)Il.LdcI4Short, 63, (byte)Il.And, (byte)Il.Shl]),
        (Opcode.I64ShrS, [(byte)Il.ConvI4, (byte)Il.LdcI4Short, 63, (byte)Il.And, (byte)Il.Shr]),
        (Opcode.I64ShrU, [(byte)Il.ConvI4, (byte)Il.LdcI4Short, 63, (byte)Il.And, (byte)Il.ShrUn]),
    ];

    private static byte[] Bytes(Il[] il)
    {
        var bytes = new byte[2 * il.Length];
        var length = 0;
        foreach (var op in il)
        {
            length += IlWriter.WriteOp(bytes.AsSpan(length), op);
        }
        return bytes[..length];
    }

    private static IEnumerable<(Opcode Opcode, Il[] Before, MethodInfo Method)> Calls() =>
    [
        (Opcode.I32Rotl, [], Bits(nameof(BitOperations.RotateLeft), typeof(uint), typeof(int))),
        (Opcode.I32Rotr, [], Bits(nameof(BitOperations.RotateRight), typeof(uint), typeof(int))),
        (Opcode.I64Rotl, [Il.ConvI4], Bits(nameof(BitOperations.RotateLeft), typeof(ulong), typeof(int))),
        (Opcode.I64Rotr, [Il.ConvI4], Bits(nameof(BitOperations.RotateRight), typeof(ulong), typeof(int))),
        (Opcode.F32Sqrt, [], typeof(MathF).GetMethod(nameof(MathF.Sqrt), [typeof(float)])!),
        (Opcode.F64Sqrt, [], typeof(Math).GetMethod(nameof(Math.Sqrt), [typeof(double)])!),
        (Opcode.I32ReinterpretF32, [], Reinterpret(nameof(BitConverter.SingleToInt32Bits))),
        (Opcode.I64ReinterpretF64, [], Reinterpret(nameof(BitConverter.DoubleToInt64Bits))),
    ];

    private static MethodInfo Bits(string name, params Type[] types) => typeof(BitOperations).GetMethod(name, types)!;

    private static MethodInfo Reinterpret(string name) => typeof(BitConverter).GetMethod(name)!;

    private static Emission? Numeric(Opcode opcode) =>
        NumericMethods.TryFind(opcode, out var method) ? new Emission([], method, Traps(opcode)) : null;

    private static bool Traps(Opcode opcode) => opcode is
        >= Opcode.I32DivS and <= Opcode.I32RemU or >= Opcode.I64DivS and <= Opcode.I64RemU
        or >= Opcode.I32TruncF32S and <= Opcode.I32TruncF64U or >= Opcode.I64TruncF32S and <= Opcode.I64TruncF64U;
}
