using Tapedeck.Wasm;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Fuzz.Modules;

/// <summary>Makes nodes.</summary>
internal static class Code
{
    /// <summary>A value that is on the stack already.</summary>
    internal static Node OnStack(ValType type) => new(null, [type]);

    internal static Node Sequence(ValType[] results, params IEnumerable<Node> parts) => new(null, results) { Operands = [.. parts] };

    internal static Node Of(Opcode opcode, ValType[] results, byte[] immediates, params IEnumerable<Node> operands) =>
        new(opcode, results) { Immediates = immediates, Operands = [.. operands] };

    /// <summary>A regular instruction without immediates.</summary>
    internal static Node Of(Opcode opcode, params IEnumerable<Node> operands)
    {
        var result = Instructions.Find(opcode)!.Result;
        return Of(opcode, result is { } type ? [type] : [], [], operands);
    }

    internal static Node I32(int value) => Of(Opcode.I32Const, [ValType.I32], new ByteWriter().S64(value).ToArray());

    internal static Node I32(uint value) => I32((int)value);

    internal static Node I64(long value) => Of(Opcode.I64Const, [ValType.I64], new ByteWriter().S64(value).ToArray());

    internal static Node F32(uint bits) => Of(Opcode.F32Const, [ValType.F32], new ByteWriter().Fixed32(bits).ToArray());

    internal static Node F64(ulong bits) => Of(Opcode.F64Const, [ValType.F64], new ByteWriter().Fixed64(bits).ToArray());

    internal static Node V128(ulong low, ulong high) =>
        Of(Opcode.V128Const, [ValType.V128], new ByteWriter().Fixed64(low).Fixed64(high).ToArray());

    internal static Node Null(ValType type) => Of(Opcode.RefNull, [type], [(byte)type]);

    internal static Node RefFunc(int function) => Of(Opcode.RefFunc, [ValType.FuncRef], U32(function));

    internal static Node IsNull(Node reference) => Of(Opcode.RefIsNull, [ValType.I32], [], reference);

    internal static Node Zero(ValType type) => type switch
    {
        ValType.I32 => I32(0),
        ValType.I64 => I64(0),
        ValType.F32 => F32(0),
        ValType.F64 => F64(0),
        ValType.V128 => V128(0, 0),
        _ => Null(type),
    };

    internal static Node LocalGet(int local, ValType type) => Of(Opcode.LocalGet, [type], U32(local));

    internal static Node LocalSet(int local, Node value) => Of(Opcode.LocalSet, [], U32(local), value);

    internal static Node LocalTee(int local, ValType type, Node value) => Of(Opcode.LocalTee, [type], U32(local), value);

    internal static Node GlobalGet(int global, ValType type) => Of(Opcode.GlobalGet, [type], U32(global));

    internal static Node GlobalSet(int global, Node value) => Of(Opcode.GlobalSet, [], U32(global), value);

    internal static Node Drop(Node value) => Of(Opcode.Drop, [], [], value);

    internal static Node Call(int function, FuncType type, params IEnumerable<Node> arguments) =>
        Of(Opcode.Call, [.. type.Results], U32(function), arguments);

    internal static Node Select(Node first, Node second, Node condition) =>
        Of(Opcode.Select, first.Results, [], first, second, condition);

    internal static byte[] U32(params ReadOnlySpan<int> values)
    {
        var writer = new ByteWriter();
        foreach (var value in values)
        {
            writer.U32(value);
        }
        return writer.ToArray();
    }
}
