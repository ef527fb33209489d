namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>Nests the regions of a function, and counts which locals each of them names.</summary>
internal static class RegionTree
{
    internal static Region Build(Region root, List<Region> regions, FlowGraph flow)
    {
        var path = new Stack<Region>();
        path.Push(root);
        var ordered = regions.OrderBy(static region => region.Start).ThenByDescending(static region => region.End).ToArray();
        var next = 0;
        foreach (var step in flow.Events)
        {
            Leave(path, step.Offset);
            while (next < ordered.Length && ordered[next].Start <= step.Offset)
            {
                Enter(path, ordered[next++]);
            }
            Leave(path, step.Offset);
            Count(path, step);
        }
        // Regions behind the last event name no local.
        for (; next < ordered.Length; next++)
        {
            Enter(path, ordered[next]);
        }
        return root;
    }

    private static void Enter(Stack<Region> path, Region region)
    {
        Leave(path, region.Start);
        path.Peek().Children.Add(region);
        path.Push(region);
    }

    private static void Leave(Stack<Region> path, int offset)
    {
        while (offset >= path.Peek().End && path.Count > 1)
        {
            path.Pop();
        }
    }

    private static void Count(Stack<Region> path, FlowEvent step)
    {
        if (step.Kind is not (FlowKind.Get or FlowKind.Set))
        {
            return;
        }
        var uses = path.Peek().Uses;
        uses[step.Argument] = uses.GetValueOrDefault(step.Argument) + step.Frequency;
        foreach (var region in path)
        {
            region.Touched.Add(step.Argument);
            if (step.Kind == FlowKind.Set)
            {
                region.Written.Add(step.Argument);
            }
        }
    }
}
