using Tapedeck.Fuzz.Modules;
using Tapedeck.Wasm;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Fuzz.Generation;

/// <summary>Constant expressions, extended ones too.</summary>
/// <remarks><see href="https://webassembly.github.io/spec/core/valid/instructions.html#constant-expressions"/></remarks>
internal sealed class ConstantGenerator(ModuleTree module, Chance chance)
{
    internal Node Any(ValType type, int depth)
    {
        if (depth > 0 && chance.Percent(30))
        {
            var is32 = type == ValType.I32;
            var opcode = chance.Below(3) switch
            {
                0 => is32 ? Opcode.I32Add : Opcode.I64Add,
                1 => is32 ? Opcode.I32Sub : Opcode.I64Sub,
                _ => is32 ? Opcode.I32Mul : Opcode.I64Mul,
            };
            return Code.Of(opcode, Any(type, depth - 1), Any(type, depth - 1));
        }
        return chance.Percent(30) && ImportedGlobal(type) is { } global ? global : OddValues.Constant(chance, type);
    }

    /// <summary>An expression whose value is <paramref name="value"/>.</summary>
    internal Node Exactly(int value)
    {
        switch (chance.Below(4))
        {
            case 0:
                var part = (int)OddValues.I32(chance);
                return Code.Of(Opcode.I32Add, Code.I32(part), Code.I32(value - part));
            case 1 when ImportedGlobal(ValType.I32) is { } global:
                return Code.Of(Opcode.I32Add, Code.I32(value), Code.Of(Opcode.I32Mul, global, Code.I32(0)));
            default:
                return Code.I32(value);
        }
    }

    internal Node? ImportedGlobal(ValType type)
    {
        var globals = Enumerable.Range(0, module.Globals.Count)
            .Where(global => module.Globals[global] is { Init: null, Type.Mutable: false } imported && imported.Type.Type == type)
            .ToList();
        return globals.Count == 0 ? null : Code.GlobalGet(chance.Pick(globals), type);
    }
}
