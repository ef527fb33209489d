using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation;

/// <summary>
/// A value on the operand stack whose IL has been put together but not written yet. Its IL is a pure expression: it traps never and changes nothing,
/// so it can be written later, as long as what it reads has not changed.
/// </summary>
internal struct Operand
{
    internal ValType Type;

    /// <summary>Where its IL starts in <see cref="OperandStack"/>'s buffer.</summary>
    internal int Start;

    /// <summary>Instructions in its IL, to bound the depth of trees that the JIT walks recursively.</summary>
    internal int Nodes;

    /// <summary>It is a constant or a temporary: writing it later can change nothing.</summary>
    internal bool Settled;

    /// <summary>The value of a constant i32.</summary>
    internal uint? Constant;

    internal bool IsConstant;

    /// <summary>What an i32 is at most, as an unsigned number; see <see cref="Bounds.Ranges"/>.</summary>
    internal uint Most;

    /// <summary>It is a rotation that nothing stands behind yet, see <see cref="OperandStack.Guard"/>.</summary>
    internal bool IsRotation;

    /// <summary>The local that it is, with <see cref="Plus"/> added to it and nothing else; else -1.</summary>
    internal int Local;
    internal uint Plus;

    /// <summary>It is 0 or 1.</summary>
    internal bool IsBoolean;

    /// <summary>The comparison of two numbers that its IL is, and where the IL of the second of them starts in it; default for any other IL.</summary>
    internal Opcode Comparison;
    internal int Second;

    internal bool ReadsMemory;
    internal bool ReadsGlobals;

    /// <summary>The locals it reads: bit <c>index % 64</c>.</summary>
    internal ulong Locals;

    /// <summary>The temporaries that it uses, which are free once it is consumed.</summary>
    internal TemporarySet Temporaries;

    /// <summary>It has become a copy: what it was read from can change, and its value is no name for that any more.</summary>
    internal void LeaveSources()
    {
        ReadsMemory = ReadsGlobals = false;
        Locals = 0;
        Local = -1;
    }
}
