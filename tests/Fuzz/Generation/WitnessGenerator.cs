using Tapedeck.Fuzz.Modules;
using Tapedeck.Wasm;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Fuzz.Generation;

/// <summary>Folds values that code has no more use for into a global, so that a wrong one shows: most values would go unseen otherwise.</summary>
internal sealed class WitnessGenerator(Scope scope, FloatGenerator floats)
{
    private const int MostLocals = 24;

    /// <summary>Uses up a value.</summary>
    internal Node Of(Node value)
    {
        var digest = scope.Module.Digest;
        var turned = Code.Of(Opcode.I64Rotl, Code.GlobalGet(digest, ValType.I64), Code.I64(5));
        return Code.Sequence(
            [],
            Keep(value),
            Code.GlobalSet(digest, Code.Of(Opcode.I64Xor, turned, Bits(value.Results[0]))));
    }

    /// <summary>Uses up the locals at the end of a function.</summary>
    internal List<Node> OfLocals() =>
        [.. Enumerable.Range(0, scope.Function.LocalCount)
            .Where(scope.IsOpen)
            .Take(MostLocals)
            .Select(local => Of(Code.LocalGet(local, scope.Function.LocalType(local))))];

    // The value may stand on the stack already, so it goes to a local first and the global is read behind it.
    private Node Keep(Node value) => Code.LocalSet(scope.Scratch(value.Results[0]), value);

    private Node Bits(ValType type)
    {
        var value = Code.LocalGet(scope.Scratch(type), type);
        return type switch
        {
            ValType.I32 => Widen(value),
            ValType.I64 => value,
            ValType.F32 => Widen(Code.Of(Opcode.I32ReinterpretF32, floats.Seen(value))),
            ValType.F64 => Code.Of(Opcode.I64ReinterpretF64, floats.Seen(value)),
            ValType.V128 => Code.Of(Opcode.I64Sub, Lane(value, 0), Code.Of(Opcode.I64Rotl, Lane(value, 1), Code.I64(17))),
            _ => Widen(Code.IsNull(value)),
        };
    }

    private static Node Widen(Node value) => Code.Of(Opcode.I64ExtendI32U, value);

    private static Node Lane(Node value, byte lane) => Code.Of(Opcode.I64x2ExtractLane, [ValType.I64], [lane], value);
}
