namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>
/// Finds which locals live where: backwards over the structured code, again until the sets at loop heads stop growing.
/// Where that would cost too much, the answer is "all", which is always right.
/// </summary>
internal sealed class Liveness
{
    private const int MostPasses = 12;
    private const long MostWords = 4 << 20;

    private readonly FlowGraph _flow;
    private readonly int _locals;
    private readonly Dictionary<int, LocalSet> _loopHeads = [];
    private readonly Dictionary<int, LocalSet?> _wanted = [];
    private readonly Dictionary<int, LocalSet> _labels = [];
    private readonly List<Frame> _frames = [];
    private readonly LocalSet _live;
    private bool _changed;
    private bool _recording;

    private Liveness(FlowGraph flow, int locals)
    {
        _flow = flow;
        _locals = locals;
        _live = new LocalSet(locals);
    }

    /// <summary>Fills in the live sets of <paramref name="regions"/>.</summary>
    /// <returns>The live sets at labels, by the offset of the block.</returns>
    internal static Dictionary<int, LocalSet> Analyse(FlowGraph flow, int locals, IReadOnlyList<Region> regions)
    {
        var liveness = new Liveness(flow, locals);
        liveness._labels.Add(FunctionPlan.FunctionLabel, new LocalSet(locals));
        if ((long)flow.Sets * ((locals + 63) / 64) > MostWords || !liveness.Converge())
        {
            return liveness._labels;
        }
        foreach (var region in regions)
        {
            liveness._wanted[region.Start] = null;
            liveness._wanted[region.End] = null;
        }
        liveness._recording = true;
        liveness.Pass();
        foreach (var region in regions)
        {
            region.LiveAtStart = liveness._wanted[region.Start];
            region.LiveAtEnd = liveness._wanted[region.End];
        }
        return liveness._labels;
    }

    private bool Converge()
    {
        for (var pass = 0; pass < MostPasses; pass++)
        {
            _changed = false;
            Pass();
            if (!_changed)
            {
                return true;
            }
        }
        return false;
    }

    private void Pass()
    {
        _live.Clear();
        _frames.Clear();
        var wanted = _recording ? _wanted.Keys.OrderDescending().ToArray() : [];
        var next = 0;
        for (var index = _flow.Events.Count - 1; index >= 0; index--)
        {
            var step = _flow.Events[index];
            while (next < wanted.Length && wanted[next] > step.Offset)
            {
                Record(wanted[next++]);
            }
            Step(index, step);
        }
        while (next < wanted.Length)
        {
            Record(wanted[next++]);
        }
    }

    private void Record(int offset) => _wanted[offset] = _live.Copy();

    private void Step(int index, FlowEvent step)
    {
        switch (step.Kind)
        {
            case FlowKind.Get:
                _live.Add(step.Argument);
                break;
            case FlowKind.Set:
                _live.Remove(step.Argument);
                break;
            case FlowKind.Branch:
                _live.Clear();
                UnionWithLabel(step.Argument);
                break;
            case FlowKind.BranchIf:
                UnionWithLabel(step.Argument);
                break;
            case FlowKind.BranchTable:
                _live.Clear();
                foreach (var depth in _flow.Tables[step.Argument])
                {
                    UnionWithLabel(depth);
                }
                break;
            case FlowKind.Leave:
                _live.Clear();
                break;
            default:
                StepOverBlock(index, step);
                break;
        }
    }

    private void StepOverBlock(int index, FlowEvent step)
    {
        switch (step.Kind)
        {
            case FlowKind.End:
                Enter(step.Argument);
                break;
            case FlowKind.Else:
                var then = _frames[^1];
                _frames[^1] = then with { Else = _live.Copy() };
                _live.CopyFrom(then.Label);
                break;
            case FlowKind.If:
                _live.UnionWith(_frames[^1].Else ?? _frames[^1].Label);
                _frames.RemoveAt(_frames.Count - 1);
                break;
            case FlowKind.Loop:
                _changed |= _loopHeads[index].UnionWith(_live);
                _frames.RemoveAt(_frames.Count - 1);
                break;
            default:
                _frames.RemoveAt(_frames.Count - 1);
                break;
        }
    }

    private void Enter(int start)
    {
        LocalSet label;
        if (_flow.Events[start].Kind != FlowKind.Loop)
        {
            label = _live.Copy();
        }
        else if (!_loopHeads.TryGetValue(start, out label!))
        {
            _loopHeads.Add(start, label = new LocalSet(_locals));
        }
        _frames.Add(new Frame(label, null));
        if (_recording)
        {
            _labels[_flow.Events[start].Offset] = label;
        }
    }

    private void UnionWithLabel(int depth)
    {
        // The function's own label: nothing lives there.
        if (depth < _frames.Count)
        {
            _live.UnionWith(_frames[^(depth + 1)].Label);
        }
    }

    private readonly record struct Frame(LocalSet Label, LocalSet? Else);
}
