namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>Nests the regions of a function, counts which locals each of them names, and finds which matter behind it.</summary>
internal sealed class RegionTree
{
    private readonly FlowGraph _flow;
    private readonly IReadOnlyDictionary<int, LocalSet> _liveAtLabel;
    private readonly Stack<Region> _path = [];

    /// <summary>Where the blocks around start.</summary>
    private readonly List<int> _frames = [FunctionPlan.FunctionLabel];

    private RegionTree(FlowGraph flow, IReadOnlyDictionary<int, LocalSet> liveAtLabel, Region root)
    {
        _flow = flow;
        _liveAtLabel = liveAtLabel;
        _path.Push(root);
    }

    internal static void Build(Region root, List<Region> regions, FlowGraph flow, IReadOnlyDictionary<int, LocalSet> liveAtLabel)
    {
        var tree = new RegionTree(flow, liveAtLabel, root);
        var ordered = regions.OrderBy(static region => region.Start).ThenByDescending(static region => region.End).ToArray();
        var next = 0;
        foreach (var step in flow.Events)
        {
            tree.Leave(step.Offset);
            while (next < ordered.Length && ordered[next].Start <= step.Offset)
            {
                tree.Enter(ordered[next++]);
            }
            tree.Leave(step.Offset);
            tree.Step(step);
        }
        // Regions behind the last event name no local.
        for (; next < ordered.Length; next++)
        {
            tree.Enter(ordered[next]);
        }
    }

    private void Enter(Region region)
    {
        Leave(region.Start);
        _path.Peek().Children.Add(region);
        _path.Push(region);
        region.LiveBehind = region.LiveAtEnd?.Copy();
    }

    private void Leave(int offset)
    {
        while (offset >= _path.Peek().End && _path.Count > 1)
        {
            _path.Pop();
        }
    }

    private void Step(FlowEvent step)
    {
        switch (step.Kind)
        {
            case FlowKind.Get or FlowKind.Set:
                Count(step);
                break;
            case FlowKind.Block or FlowKind.Loop or FlowKind.If:
                _frames.Add(step.Offset);
                break;
            case FlowKind.End:
                _frames.RemoveAt(_frames.Count - 1);
                break;
            case FlowKind.Branch or FlowKind.BranchIf:
                Branch(step.Argument);
                break;
            case FlowKind.BranchTable:
                foreach (var depth in _flow.Tables[step.Argument])
                {
                    Branch(depth);
                }
                break;
            default:
                break;
        }
    }

    private void Count(FlowEvent step)
    {
        var inner = _path.Peek();
        inner.Uses[step.Argument] = inner.Uses.GetValueOrDefault(step.Argument) + step.Frequency;
        inner.Names[step.Argument] = inner.Names.GetValueOrDefault(step.Argument) + 1;
        foreach (var region in _path)
        {
            region.Touched.Add(step.Argument);
            if (step.Kind == FlowKind.Set)
            {
                region.Written.Add(step.Argument);
            }
        }
    }

    private void Branch(int depth)
    {
        var target = _frames[^(depth + 1)];
        var live = _liveAtLabel.GetValueOrDefault(target);
        foreach (var region in _path)
        {
            if (target >= region.Start)
            {
                return;
            }
            if (live is null)
            {
                region.LiveBehind = null;
            }
            else
            {
                region.LiveBehind?.UnionWith(live);
            }
        }
    }
}
