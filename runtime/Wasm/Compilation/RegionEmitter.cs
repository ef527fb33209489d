using Tapedeck.Wasm.Compilation.Splitting;

namespace Tapedeck.Wasm.Compilation;

/// <summary>What a compiled region leaves for the method that calls it.</summary>
/// <param name="CodeIndex">Its index among the module's code pointers.</param>
/// <param name="Results">The operands that it leaves above the innermost frame, or null if it never runs off its end.</param>
internal sealed record CompiledRegion(int CodeIndex, IReadOnlyList<RegionExit> Exits, IReadOnlyList<ValType>? Results);

/// <summary>Compiles the call of a child region: locals and operands into the frame, the call, and on to wherever the region went.</summary>
internal sealed class RegionEmitter(
    MethodContext method, VariableEmitter variables, CallEmitter calls, ControlEmitter control, ExitEmitter exits)
{
    private readonly IlWriter _il = method.Il;
    private readonly OperandStack _stack = method.Stack;

    /// <returns>Whether what follows the region can be reached.</returns>
    internal bool Call(Region child, Func<Region, IReadOnlyList<ControlFrame>, IReadOnlyList<ValType>, CompiledRegion> compile)
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
        exits.StoreOperands(height, entry);
        var region = compile(child, control.Frames, types);
        SpillFor(child);
        WriteCall(region.CodeIndex);
        var hasExits = region.Exits.Count > 0;
        var (code, mask) = method.Temporaries.Take(IlType.I32);
        if (hasExits)
        {
            Variables.Store(_il, code);
        }
        else
        {
            _il.Op(Il.Pop);
        }
        ReloadAfter(child);
        WriteDispatch(region, code);
        method.Temporaries.Free(mask);
        TakeResults(region, height);
        return region.Results is not null;
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

    private void WriteDispatch(CompiledRegion region, int code)
    {
        var count = region.Exits.Count;
        if (count == 0)
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
            Variables.Load(_il, code);
            _il.Branch(Il.Brfalse, next);
        }
        var labels = new IlLabel[count];
        for (var exit = 0; exit < count; exit++)
        {
            labels[exit] = _il.NewLabel();
        }
        if (count > 1)
        {
            Variables.Load(_il, code);
            _il.Op(Il.LdcI4, 1);
            _il.Op(Il.Sub);
            _il.Switch(labels.AsSpan(0, count - 1));
        }
        // What no case took is the last exit.
        for (var exit = count - 1; exit >= 0; exit--)
        {
            _il.Mark(labels[exit]);
            WriteExit(region.Exits[exit]);
        }
        _il.Mark(next);
    }

    private void WriteExit(RegionExit exit)
    {
        if (exit.TailCall is { } call)
        {
            WriteTailCall(call);
        }
        else
        {
            control.BranchFromSlots(control.Frames[exit.Frame], variables);
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
}
