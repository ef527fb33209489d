namespace Tapedeck.Wasm.Compilation.Splitting;

internal enum FlowKind : byte
{
    Get,
    Set,
    Block,
    Loop,
    If,
    Else,
    End,
    Branch,
    BranchIf,
    BranchTable,

    /// <summary>Return, trap or tail call: nothing lives behind it.</summary>
    Leave,
}

/// <summary>An instruction that matters to the flow of values through locals.</summary>
/// <param name="Offset">The instruction's offset in the module.</param>
/// <param name="Argument">The local; the label's depth; the index of the event an end belongs to; the index of a table's targets.</param>
/// <param name="Frequency">How often it is thought to run for each call of the function.</param>
internal readonly record struct FlowEvent(int Offset, FlowKind Kind, int Argument, double Frequency);
