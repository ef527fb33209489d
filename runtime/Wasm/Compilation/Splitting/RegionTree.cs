namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>Nests the regions of a function, and counts which locals each of them names.</summary>
internal static class RegionTree
{
    private const int MostFrequent = 512;

    internal static Region Build(Region root, List<Region> regions, FlowGraph flow)
    {
        var path = new Stack<Region>();
        path.Push(root);
        var frequencies = new Stack<int>();
        frequencies.Push(1);
        var ordered = regions.OrderBy(static region => region.Start).ThenByDescending(static region => region.End).ToArray();
        var next = 0;
        foreach (var step in flow.Events)
        {
            Leave(path, step.Offset);
            while (next < ordered.Length && ordered[next].Start <= step.Offset)
            {
                var region = ordered[next++];
                Leave(path, region.Start);
                region.Frequency = frequencies.Peek();
                path.Peek().Children.Add(region);
                path.Push(region);
            }
            Leave(path, step.Offset);
            Count(path, step, frequencies);
        }
        // Regions behind the last event name no local.
        for (; next < ordered.Length; next++)
        {
            Leave(path, ordered[next].Start);
            path.Peek().Children.Add(ordered[next]);
            path.Push(ordered[next]);
        }
        return root;
    }

    private static void Leave(Stack<Region> path, int offset)
    {
        while (offset >= path.Peek().End && path.Count > 1)
        {
            path.Pop();
        }
    }

    private static void Count(Stack<Region> path, FlowEvent step, Stack<int> frequencies)
    {
        switch (step.Kind)
        {
            case FlowKind.Get or FlowKind.Set:
                var uses = path.Peek().Uses;
                uses[step.Argument] = uses.GetValueOrDefault(step.Argument) + frequencies.Peek();
                foreach (var region in path)
                {
                    region.Touched.Add(step.Argument);
                    if (step.Kind == FlowKind.Set)
                    {
                        region.Written.Add(step.Argument);
                    }
                }
                break;
            case FlowKind.Loop:
                frequencies.Push(Math.Min(MostFrequent, frequencies.Peek() * 8));
                break;
            case FlowKind.Block or FlowKind.If:
                frequencies.Push(frequencies.Peek());
                break;
            case FlowKind.End:
                frequencies.Pop();
                break;
            default:
                break;
        }
    }
}
