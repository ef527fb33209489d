using Tapedeck.Wasm.Compilation.Splitting;

namespace Tapedeck.Wasm.Compilation;

/// <summary>A tail call that a region leaves to the outermost method: of a function, or through a table.</summary>
internal sealed record TailCall(int Function, int Type, int Table);

/// <summary>A way out of a region: to the label of a frame around it, or into a tail call.</summary>
internal readonly record struct RegionExit(int Frame, TailCall? TailCall);

/// <summary>
/// Compiles the ways out of a region inside a function. The values that go along lie in the operand slots of the frame, the locals in theirs; the region
/// returns the number that its caller gave the way, and 0 where it ran off its end.
/// </summary>
/// <param name="numberOf">The number of a way, from 1; null in the outermost method.</param>
internal sealed class ExitEmitter(MethodContext method, VariableEmitter variables, Func<RegionExit, int>? numberOf)
{
    private readonly List<(RegionExit Exit, int FrameStart, IlLabel Label)> _exits = [];

    internal IReadOnlyList<RegionExit> Exits => [.. _exits.Select(static exit => exit.Exit)];

    internal IlLabel To(ControlFrame frame) => To(new RegionExit(frame.Index, null), frame.IsFunction ? FunctionPlan.FunctionLabel : frame.Start);

    /// <summary>Pops the values of a branch to <paramref name="frame"/> into their slots.</summary>
    internal void StoreValues(ControlFrame frame, int count) => StoreOperands(frame.Height, count);

    /// <summary>Pops the topmost operands into the slots from a height on.</summary>
    internal void StoreOperands(int height, int count)
    {
        var stack = method.Stack;
        for (var value = 0; value < count; value++)
        {
            var index = stack.Count - count + value;
            method.LoadFrameAddress(method.Plan!.OperandOffset(height + value));
            method.Il.Append(stack.Code(index));
            method.StoreIndirect(stack[index].Type);
        }
        stack.Drop(count);
    }

    internal void TailCall(TailCall call, IReadOnlyList<ValType> operands)
    {
        StoreOperands(0, operands.Count);
        // The function's label stands for a point where no local lives.
        method.Il.Branch(Il.Br, To(new RegionExit(-1, call), FunctionPlan.FunctionLabel));
    }

    /// <summary>Leaves by running off the end.</summary>
    internal void FallOff()
    {
        Spill(method.Region!.LiveAtEnd);
        method.Il.Op(Il.LdcI4Zero);
        method.Il.Op(Il.Ret);
    }

    internal void WriteStubs()
    {
        for (var exit = 0; exit < _exits.Count; exit++)
        {
            method.Il.Mark(_exits[exit].Label);
            Spill(method.Plan!.LiveAtLabel.GetValueOrDefault(_exits[exit].FrameStart));
            method.Il.Op(Il.LdcI4, numberOf!(_exits[exit].Exit));
            method.Il.Op(Il.Ret);
        }
    }

    private IlLabel To(RegionExit exit, int frameStart)
    {
        foreach (var known in _exits)
        {
            if (known.Exit == exit)
            {
                return known.Label;
            }
        }
        var label = method.Il.NewLabel();
        _exits.Add((exit, frameStart, label));
        return label;
    }

    private void Spill(LocalSet? live)
    {
        foreach (var local in variables.Promoted)
        {
            if (method.Region!.Written.Contains(local) && (live?.Contains(local) ?? true))
            {
                variables.Spill(local);
            }
        }
    }
}
