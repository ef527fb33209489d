namespace Tapedeck.Wasm.Opcodes;

/// <summary>What follows an opcode in the binary.</summary>
internal enum Immediate : byte
{
    None,

    /// <summary>A memarg: alignment, optional memory index, offset.</summary>
    Memory,

    /// <summary>A memarg and a lane byte.</summary>
    MemoryLane,

    /// <summary>A lane byte.</summary>
    Lane,

    /// <summary>Sixteen bytes: <c>v128.const</c>, or the sixteen lanes of <c>i8x16.shuffle</c>.</summary>
    Bytes16,
}

/// <summary>A regular instruction: it pops its operands, pushes its results, and has no say in control flow.</summary>
/// <param name="Name">The name in the text format, as <c>i32.add</c>.</param>
/// <param name="Operands">What it pops, the first pushed first.</param>
/// <param name="Result">What it pushes; null for stores.</param>
/// <param name="Width">Bytes of memory it touches; 0 for none.</param>
/// <param name="Lanes">Lanes that its lane immediate may name.</param>
internal sealed record Instruction(
    Opcode Opcode, string Name, ValType[] Operands, ValType? Result, Immediate Immediate = Immediate.None, int Width = 0, int Lanes = 0);
