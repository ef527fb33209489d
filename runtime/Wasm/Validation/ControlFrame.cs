using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Validation;

/// <summary>A block that is open at some point of the code.</summary>
internal struct ControlFrame
{
    /// <summary><c>block</c>, <c>loop</c>, <c>if</c> or <c>else</c>; the function's own body is a <c>block</c>.</summary>
    internal required Opcode Opcode { get; init; }

    internal required Signature Type { get; init; }

    /// <summary>The operands below the block's own.</summary>
    internal required int Height { get; init; }

    internal bool Unreachable { get; set; }

    /// <summary>What a branch to the block takes with it.</summary>
    internal readonly ValType[] LabelTypes => Opcode == Opcode.Loop ? Type.Parameters : Type.Results;
}
