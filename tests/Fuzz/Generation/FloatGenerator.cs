using Tapedeck.Fuzz.Modules;
using Tapedeck.Wasm;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Fuzz.Generation;

/// <summary>
/// Keeps code deterministic where the specification lets the sign and payload of a NaN differ from engine to engine. A NaN is reduced to its quiet bit, the one bit that is
/// not left open: a signalling NaN that an operation failed to quiet becomes an infinity, and shows.
/// </summary>
/// <remarks><see href="https://webassembly.github.io/spec/core/exec/numerics.html#nan-propagation"/></remarks>
internal sealed class FloatGenerator(Scope scope)
{
    private const uint QuietF32 = 0x7FC0_0000;
    private const ulong QuietF64 = 0x7FF8_0000_0000_0000;

    private static readonly HashSet<string> Operations =
        ["ceil", "floor", "trunc", "nearest", "sqrt", "add", "sub", "mul", "div", "min", "max", "demote_f64", "promote_f32", "demote_f64x2_zero", "promote_low_f32x4"];

    /// <summary>Whether an instruction may make a NaN whose bits are open.</summary>
    internal static bool IsOpen(Instruction instruction)
    {
        var (shape, operation) = (instruction.Name.Split('.')[0], instruction.Name.Split('.')[^1]);
        return shape is "f32" or "f64" or "f32x4" or "f64x2" && Operations.Contains(operation);
    }

    /// <summary>Follows an instruction that <see cref="IsOpen"/>. Vectors are reduced at once, since any integer instruction sees their bits.</summary>
    internal Node Made(Node value, Instruction instruction)
    {
        if (value.Results[0] == ValType.V128)
        {
            return Vector(value, instruction.Name.StartsWith("f32x4", StringComparison.Ordinal));
        }
        return Made(value);
    }

    internal Node Made(Node value) => scope.Flavour.CanonicalNaN ? Reduce(value) : value;

    /// <summary>Goes before what sees the bits of a scalar: a store, a reinterpretation, the sign of <c>copysign</c>, a splat.</summary>
    internal Node Seen(Node value) =>
        !scope.Flavour.CanonicalNaN && value.Results[0] is ValType.F32 or ValType.F64 ? Reduce(value) : value;

    /// <summary>A number that an integer of any width can hold, in place of one that likely makes a truncation trap.</summary>
    internal Node Small(Node value, bool isUnsigned)
    {
        var type = value.Results[0];
        var local = scope.Scratch(type);
        var isF32 = type == ValType.F32;
        var absolute = Code.Of(isF32 ? Opcode.F32Abs : Opcode.F64Abs, Code.LocalGet(local, type));
        var most = isF32 ? Code.F32(0x3F7F_FFFF + ((uint)scope.Chance.Below(30) << 23)) : Code.F64(0x3FEF_FFFF_FFFF_FFFF + ((ulong)scope.Chance.Below(30) << 52));
        var other = isF32 ? Code.F32(0x4049_0FDB) : Code.F64(0x4009_21FB_5444_2D18);
        var small = Code.Select(
            Code.LocalTee(local, type, value),
            other,
            Code.Of(isF32 ? Opcode.F32Le : Opcode.F64Le, absolute, most));
        return isUnsigned ? Code.Of(isF32 ? Opcode.F32Abs : Opcode.F64Abs, small) : small;
    }

    /// <summary>Reduces a scalar.</summary>
    internal Node Reduce(Node value) => value.Results[0] switch
    {
        ValType.F32 => Scalar(value, Opcode.F32Eq, Code.Of(
            Opcode.F32ReinterpretI32,
            Code.Of(Opcode.I32And, Code.Of(Opcode.I32ReinterpretF32, Again(ValType.F32)), Code.I32(QuietF32)))),
        ValType.F64 => Scalar(value, Opcode.F64Eq, Code.Of(
            Opcode.F64ReinterpretI64,
            Code.Of(Opcode.I64And, Code.Of(Opcode.I64ReinterpretF64, Again(ValType.F64)), Code.I64((long)QuietF64)))),
        _ => value,
    };

    private Node Vector(Node value, bool isF32)
    {
        var quiet = isF32 ? QuietF32 | ((ulong)QuietF32 << 32) : QuietF64;
        return Guard(
            Opcode.V128Bitselect,
            Code.LocalTee(scope.Scratch(ValType.V128), ValType.V128, value),
            Code.Of(Opcode.V128And, Again(ValType.V128), Code.V128(quiet, quiet)),
            Code.Of(isF32 ? Opcode.F32x4Eq : Opcode.F64x2Eq, Again(ValType.V128), Again(ValType.V128)));
    }

    private Node Scalar(Node value, Opcode equal, Node reduced)
    {
        var type = value.Results[0];
        return Guard(
            Opcode.Select,
            Code.LocalTee(scope.Scratch(type), type, value),
            reduced,
            Code.Of(equal, Again(type), Again(type)));
    }

    private static Node Guard(Opcode opcode, Node value, Node reduced, Node isNumber) =>
        new(opcode, value.Results) { Operands = [value, reduced, isNumber], IsGuard = true };

    private Node Again(ValType type) => Code.LocalGet(scope.Scratch(type), type);
}
