namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>The reachable instructions of a function that move values through locals or steer, in order.</summary>
internal sealed class FlowGraph
{
    internal List<FlowEvent> Events { get; } = [];

    /// <summary>The label depths of each <c>br_table</c>.</summary>
    internal List<int[]> Tables { get; } = [];

    /// <summary>How many sets of locals liveness goes through in each pass: one a block, and one a target of a table.</summary>
    internal int Sets { get; private set; }

    internal int Add(int offset, FlowKind kind, int argument, double frequency)
    {
        Events.Add(new FlowEvent(offset, kind, argument, frequency));
        Sets += kind is FlowKind.Block or FlowKind.Loop or FlowKind.If ? 1 : 0;
        return Events.Count - 1;
    }

    internal void AddTable(int offset, int[] depths, double frequency)
    {
        Add(offset, FlowKind.BranchTable, Tables.Count, frequency);
        Tables.Add(depths);
        Sets += depths.Length;
    }
}
