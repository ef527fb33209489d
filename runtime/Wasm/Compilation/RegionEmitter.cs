using Tapedeck.Wasm.Compilation.Splitting;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation;

/// <summary>What a compiled region leaves for the method that calls it.</summary>
/// <param name="CodeIndex">Its index among the module's code pointers.</param>
/// <param name="Results">The operands that it leaves above the innermost frame, or null if it never runs off its end.</param>
internal sealed record CompiledRegion(int CodeIndex, IReadOnlyList<RegionExit> Exits, IReadOnlyList<ValType>? Results);

/// <summary>
/// Compiles the call of a child region: locals and operands into the frame, the call, and on to wherever the region went. The cases of an interpreter leave for
/// a few places, all of them, so calls in the same loop share the one jump to these.
/// </summary>
internal sealed class RegionEmitter(
    MethodContext method, VariableEmitter variables, CallEmitter calls, ControlEmitter control, ExitEmitter exits)
{
    private readonly IlWriter _il = method.Il;
    private readonly OperandStack _stack = method.Stack;

    /// <summary>The shared jumps, by the innermost loop around the calls. One for all would jump into the middle of loops.</summary>
    private readonly Dictionary<ControlFrame, Dispatch> _dispatches = [];
    private int _codeLocal = -1;

    internal delegate CompiledRegion Compiler(
        Region region, IReadOnlyList<ControlFrame> frames, IReadOnlyList<ValType> entry, Func<RegionExit, int> numberOf);

    /// <returns>Whether what follows the region can be reached.</returns>
    internal bool Call(Region child, Compiler compile)
    {
        method.Calls = true;
        var height = control.Top.Height;
        var entry = method.BaseHeight + _stack.Count - height;
        var types = new ValType[entry];
        for (var index = 0; index < entry; index++)
        {
            types[index] = _stack[_stack.Count - entry + index].Type;
        }
        _stack.SettleAll();
        // Not before: operands may be conditions in locals, whose temporaries are free once these are forgotten.
        method.ForgetAll();
        exits.StoreOperands(height, entry);
        var dispatch = DispatchHere();
        var region = compile(child, control.Frames, types, exit => dispatch.NumberOf(new Way(exit.TailCall is null ? control.Frames[exit.Frame] : null, exit.TailCall)));
        SpillFor(child);
        WriteCall(region.CodeIndex);
        if (region.Exits.Count > 0)
        {
            Variables.Store(_il, CodeLocal());
        }
        else
        {
            _il.Op(Il.Pop);
        }
        ReloadAfter(child);
        WriteExits(region, dispatch);
        TakeResults(region, height);
        return region.Results is not null;
    }

    /// <summary>Writes the shared jumps, behind all other code.</summary>
    internal void WriteDispatches()
    {
        foreach (var dispatch in _dispatches.Values.Where(static dispatch => dispatch.IsUsed))
        {
            _il.Mark(dispatch.Label);
            var ways = dispatch.Ways;
            var labels = new IlLabel[ways.Count];
            for (var way = 0; way < labels.Length; way++)
            {
                labels[way] = StraightTo(ways[way]) ?? _il.NewLabel();
            }
            Variables.Load(_il, CodeLocal());
            _il.Op(Il.LdcI4, 1);
            _il.Op(Il.Sub);
            _il.Switch(labels.AsSpan(0, labels.Length - 1));
            // What no case took is the last one.
            _il.Branch(Il.Br, labels[^1]);
            for (var way = 0; way < labels.Length; way++)
            {
                if (StraightTo(ways[way]) is null)
                {
                    _il.Mark(labels[way]);
                    Follow(ways[way]);
                }
            }
        }
    }

    private Dispatch DispatchHere()
    {
        var key = control.Frames[0];
        foreach (var frame in control.Frames)
        {
            key = frame.Kind == Opcode.Loop && !frame.IsOutside ? frame : key;
        }
        if (!_dispatches.TryGetValue(key, out var dispatch))
        {
            _dispatches.Add(key, dispatch = new Dispatch(_il.NewLabel()));
        }
        return dispatch;
    }

    private int CodeLocal()
    {
        if (_codeLocal < 0)
        {
            _codeLocal = method.Temporaries.AddLocal(IlType.I32);
        }
        return _codeLocal;
    }

    private void SpillFor(Region child)
    {
        foreach (var local in variables.Promoted)
        {
            if (child.Takes(local))
            {
                variables.Spill(local);
            }
        }
    }

    private void ReloadAfter(Region child)
    {
        foreach (var local in variables.Promoted)
        {
            if (child.Gives(local))
            {
                variables.Reload(_il, local);
            }
        }
    }

    private void WriteCall(int codeIndex)
    {
        if (method.Sink.CallsByToken)
        {
            method.LoadFrame();
            method.LoadContext();
            _il.Op(Il.Call, method.Sink.CodeToken(codeIndex));
            return;
        }
        var (pointer, mask) = calls.LoadCodePointer(codeIndex);
        method.LoadFrame();
        method.LoadContext();
        Variables.Load(_il, pointer);
        _il.Op(Il.Calli, method.Method.RegionSignature);
        method.Temporaries.Free(mask);
    }

    private void WriteExits(CompiledRegion region, Dispatch dispatch)
    {
        if (region.Exits.Count == 0)
        {
            if (region.Results is null)
            {
                // It always traps, but the IL behind the call must lead somewhere.
                _il.Branch(Il.Br, method.Trap(TrapCode.Unreachable));
            }
            return;
        }
        var next = _il.NewLabel();
        if (region.Results is not null)
        {
            Variables.Load(_il, CodeLocal());
            _il.Branch(Il.Brfalse, next);
        }
        foreach (var exit in region.Exits)
        {
            if (exit.TailCall is null && !control.Frames[exit.Frame].IsOutside)
            {
                control.Frames[exit.Frame].IsTarget = true;
            }
        }
        if (region.Exits is [var only])
        {
            Follow(new Way(only.TailCall is null ? control.Frames[only.Frame] : null, only.TailCall));
        }
        else
        {
            dispatch.IsUsed = true;
            _il.Branch(Il.Br, dispatch.Label);
        }
        _il.Mark(next);
    }

    /// <summary>The label that a way leads to, if nothing has to be done on it.</summary>
    private IlLabel? StraightTo(Way way) => way.Frame switch
    {
        { IsOutside: true } frame => exits.To(frame),
        { IsFunction: false, Values.Length: 0 } frame => frame.Label,
        _ => null,
    };

    private void Follow(Way way)
    {
        if (way.TailCall is { } call)
        {
            WriteTailCall(call);
        }
        else
        {
            control.BranchFromSlots(way.Frame!, variables);
        }
    }

    private void WriteTailCall(TailCall call)
    {
        var isIndirect = call.Table >= 0;
        IReadOnlyList<ValType> operands = isIndirect
            ? [.. method.Module.Types[call.Type].Parameters, ValType.I32]
            : method.Module.TypeOf(call.Function).Parameters;
        variables.PushSlots(0, operands);
        if (isIndirect)
        {
            control.TailCallIndirect(call.Type, call.Table);
        }
        else
        {
            control.TailCall(call.Function);
        }
    }

    private void TakeResults(CompiledRegion region, int height)
    {
        if (region.Results is { } results)
        {
            variables.PushSlots(height, results);
        }
    }

    /// <summary>Where a region may leave for: a label of the method or around it, or a tail call.</summary>
    private readonly record struct Way(ControlFrame? Frame, TailCall? TailCall);

    /// <summary>A jump to wherever a region said that it went.</summary>
    private sealed class Dispatch(IlLabel label)
    {
        private readonly Dictionary<Way, int> _numbers = [];

        internal IlLabel Label { get; } = label;
        internal List<Way> Ways { get; } = [];

        /// <summary>A call leads here.</summary>
        internal bool IsUsed { get; set; }

        internal int NumberOf(Way way)
        {
            if (!_numbers.TryGetValue(way, out var number))
            {
                Ways.Add(way);
                _numbers.Add(way, number = Ways.Count);
            }
            return number;
        }
    }
}
