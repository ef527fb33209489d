using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Validation;

/// <summary>The control stack of <see href="https://webassembly.github.io/spec/core/appendix/algorithm.html">the validation algorithm</see>.</summary>
/// <param name="limit">How deep blocks may nest.</param>
internal sealed class ControlStack(OperandStack operands, int limit)
{
    private ControlFrame[] _frames = new ControlFrame[32];

    internal int Count { get; private set; }

    internal ref ControlFrame Top => ref _frames[Count - 1];

    /// <summary>The function's own block, which <c>return</c> branches to.</summary>
    internal ref ControlFrame Bottom => ref _frames[0];

    internal void Clear() => Count = 0;

    /// <summary>Opens a block whose parameters were popped.</summary>
    internal void Push(Opcode opcode, Signature type)
    {
        if (Count > limit)
        {
            throw operands.TooLarge($"blocks nest deeper than the limit of {limit}");
        }
        if (Count == _frames.Length)
        {
            Array.Resize(ref _frames, 2 * Count);
        }
        _frames[Count++] = new ControlFrame { Opcode = opcode, Type = type, Height = operands.Count };
        operands.Hold(ValuesOf(type));
        operands.Enter(operands.Count, unreachable: false);
        operands.Push(type.Parameters);
    }

    /// <summary>Closes the innermost block and pops its results, which must be all that it has.</summary>
    internal ControlFrame Pop()
    {
        var frame = Top;
        operands.Pop(frame.Type.Results);
        operands.RequireEmpty();
        operands.Release(ValuesOf(frame.Type));
        if (--Count > 0)
        {
            operands.Enter(Top.Height, Top.Unreachable);
        }
        return frame;
    }

    internal void SetUnreachable()
    {
        operands.SetUnreachable();
        Top.Unreachable = true;
    }

    private static int ValuesOf(Signature type) => type.Parameters.Length + type.Results.Length;

    /// <summary>The types of a label in the code, counted from the innermost block.</summary>
    internal ValType[] ReadLabel(ref WasmReader reader) => _frames[Count - 1 - reader.ReadIndex(Count, "label")].LabelTypes;
}
