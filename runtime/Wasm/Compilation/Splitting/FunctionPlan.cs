namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>How a function is cut into methods, and where its locals and the operands that pass between them live in the frame they share.</summary>
/// <param name="LocalOffsets">The offset of each local in the frame.</param>
/// <param name="OperandsOffset">Where the operand slots start, 16 bytes for each height of the operand stack.</param>
/// <param name="LiveAtLabel">The locals that live at the label of the block that starts at an offset; missing means all.</param>
internal sealed record FunctionPlan(Region Root, int[] LocalOffsets, int OperandsOffset, IReadOnlyDictionary<int, LocalSet> LiveAtLabel)
{
    /// <summary>The key of the function's own label in <see cref="LiveAtLabel"/>.</summary>
    internal const int FunctionLabel = -1;

    private int _operandSlots;

    /// <summary>Bytes of the frame; final once the function is compiled.</summary>
    internal int FrameSize => OperandsOffset + (16 * _operandSlots);

    internal int OperandOffset(int height)
    {
        _operandSlots = Math.Max(_operandSlots, height + 1);
        return OperandsOffset + (16 * height);
    }
}
