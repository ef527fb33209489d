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
    internal bool IsConstant;

    /// <summary>It is 0 or 1.</summary>
    internal bool IsBoolean;

    /// <summary>The bits of a numeric constant.</summary>
    internal long Bits;
    internal bool ReadsMemory;
    internal bool ReadsGlobals;

    /// <summary>The locals it reads: bit <c>index % 64</c>.</summary>
    internal ulong Locals;

    /// <summary>The temporaries below 128 that it uses, which are free once it is consumed.</summary>
    internal UInt128 Temporaries;
}
