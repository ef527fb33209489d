namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>The reachable instructions of a function that move values through locals or steer, in order.</summary>
internal sealed class FlowGraph
{
    internal List<FlowEvent> Events { get; } = [];

    /// <summary>The label depths of each <c>br_table</c>.</summary>
    internal List<int[]> Tables { get; } = [];

    internal int Blocks { get; private set; }

    internal int Add(int offset, FlowKind kind, int argument, double frequency)
    {
        Events.Add(new FlowEvent(offset, kind, argument, frequency));
        Blocks += kind is FlowKind.Block or FlowKind.Loop or FlowKind.If ? 1 : 0;
        return Events.Count - 1;
    }
}
