using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation;

/// <summary>A block, loop, if or function whose end has not been reached.</summary>
internal sealed class ControlFrame
{
    /// <summary>What started it; <see cref="Opcode.End"/> for the function itself.</summary>
    internal required Opcode Kind { get; init; }
    internal required FuncType Type { get; init; }

    /// <summary>Where it starts in the module, the key of its label's live locals.</summary>
    internal required int Start { get; init; }

    /// <summary>The height of the whole function's operand stack below its parameters.</summary>
    internal required int Height { get; init; }

    /// <summary>Its place among the frames, the function's being 0.</summary>
    internal required int Index { get; init; }

    /// <summary>It lies around the region being compiled, so a branch to it leaves the method.</summary>
    internal bool IsOutside { get; init; }
    internal IlLabel Label { get; set; }
    internal IlLabel ElseLabel { get; set; }

    /// <summary>Something branches to the label.</summary>
    internal bool IsTarget { get; set; }

    /// <summary>The IL locals that hold the values at the label, and their masks.</summary>
    internal (int Local, TemporarySet Mask)[] Values { get; set; } = [];

    /// <summary>The parameters of an <c>if</c>, for its <c>else</c>.</summary>
    internal (int Local, TemporarySet Mask)[] Parameters { get; set; } = [];
    internal bool HasElse { get; set; }

    internal bool IsFunction => Kind == Opcode.End;

    internal IReadOnlyList<ValType> LabelTypes => Kind == Opcode.Loop ? Type.Parameters : Type.Results;
}
