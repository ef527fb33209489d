using System.Runtime.InteropServices;
using Tapedeck.Wasm.Execution;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation;

/// <summary>Compiles blocks and branches. The values at a label are passed in IL locals; a branch out of a region leaves it by an <see cref="ExitEmitter"/>.</summary>
internal sealed class ControlEmitter(MethodContext method, CallEmitter calls, ExitEmitter exits, bool isInlined)
{
    private static readonly int InterruptOffset = (int)Marshal.OffsetOf<StoreBlock>(nameof(StoreBlock.Interrupt));

    private readonly IlWriter _il = method.Il;
    private readonly OperandStack _stack = method.Stack;
    private readonly List<ControlFrame> _frames = [];

    internal int Depth => _frames.Count;

    internal ControlFrame Top => _frames[^1];

    /// <summary>The frames from the function's inwards.</summary>
    internal IReadOnlyList<ControlFrame> Frames => _frames;

    /// <summary>Enters a frame that lies around the region, or the function itself.</summary>
    internal void EnterOuter(ControlFrame frame) => _frames.Add(frame);

    internal void Block(FuncType type, int start)
    {
        _stack.SettleAll();
        var frame = NewFrame(Opcode.Block, type, start);
        frame.Label = _il.NewLabel();
        frame.Values = TakeLocals(type.Results);
        _frames.Add(frame);
    }

    internal void Loop(FuncType type, int start)
    {
        var parameters = type.Parameters.Count;
        _stack.SettleBelow(_stack.Count - parameters);
        var frame = NewFrame(Opcode.Loop, type, start);
        frame.Label = _il.NewLabel();
        frame.Values = TakeLocals(type.Parameters);
        MoveValues(frame.Values);
        PushValues(frame.Values, type.Parameters);
        _frames.Add(frame);
        method.MarkJoin(frame.Label);
        Variables.Load(_il, method.UseStore());
        _il.Op(Il.LdcI4, InterruptOffset);
        _il.Op(Il.Add);
        // Volatile: of a loop that stores nothing, the JIT would take the load out.
        _il.Op(Il.Volatile);
        _il.Op(Il.LdindI4);
        _il.Branch(Il.Brtrue, method.Trap(TrapCode.Interrupted));
    }

    internal void If(FuncType type, int start)
    {
        _stack.SettleBelow(_stack.Count - 1);
        var condition = method.Temporaries.Take(IlType.I32);
        _stack.Write(1);
        Variables.Store(_il, condition.Local);
        var frame = NewFrame(Opcode.If, type, start);
        frame.Label = _il.NewLabel();
        frame.ElseLabel = _il.NewLabel();
        frame.Parameters = TakeLocals(type.Parameters);
        MoveValues(frame.Parameters);
        PushValues(frame.Parameters, type.Parameters);
        frame.Values = TakeLocals(type.Results);
        Variables.Load(_il, condition.Local);
        method.Temporaries.Free(condition.Mask);
        _il.Branch(Il.Brfalse, frame.ElseLabel);
        _frames.Add(frame);
    }

    /// <param name="isDead">The end of the first branch cannot be reached.</param>
    internal void Else(bool isDead)
    {
        var frame = Top;
        Fall(frame, isDead);
        if (!isDead)
        {
            frame.IsTarget = true;
            _il.Branch(Il.Br, frame.Label);
        }
        frame.HasElse = true;
        method.MarkJoin(frame.ElseLabel);
        PushValues(frame.Parameters, frame.Type.Parameters);
    }

    /// <returns>Whether what follows can be reached.</returns>
    internal bool End(bool isDead)
    {
        var frame = Top;
        if (frame.IsFunction)
        {
            if (!isDead)
            {
                Return();
            }
            return false;
        }
        if (frame.Kind == Opcode.If && !frame.HasElse)
        {
            EndIfWithoutElse(frame, isDead);
        }
        else if (frame.Kind == Opcode.Loop)
        {
            EndLoop(isDead);
        }
        else
        {
            EndBlock(frame, isDead);
        }
        return !isDead || (frame.IsTarget && frame.Kind != Opcode.Loop);
    }

    internal void Br(int depth)
    {
        var frame = _frames[^(depth + 1)];
        if (frame.IsOutside)
        {
            exits.StoreValues(frame, frame.LabelTypes.Count);
            _il.Branch(Il.Br, exits.To(frame));
        }
        else if (frame.IsFunction)
        {
            Return();
        }
        else
        {
            frame.IsTarget = true;
            MoveValues(frame.Values);
            _il.Branch(Il.Br, frame.Label);
        }
    }

    internal void BrIf(int depth)
    {
        var frame = _frames[^(depth + 1)];
        var values = frame.LabelTypes.Count;
        if (values == 0 && !(frame.IsFunction && !frame.IsOutside))
        {
            frame.IsTarget = true;
            _stack.Write(1);
            _il.Branch(Il.Brtrue, frame.IsOutside ? exits.To(frame) : frame.Label);
            return;
        }
        SettleValues(values, above: 1);
        var next = _il.NewLabel();
        _stack.Write(1);
        _il.Branch(Il.Brfalse, next);
        BranchKeepingValues(frame, values);
        _il.Mark(next);
    }

    internal void BrTable(ref CodeReader reader)
    {
        var count = reader.Index();
        var targets = new ControlFrame[count + 1];
        for (var target = 0; target <= count; target++)
        {
            targets[target] = _frames[^(reader.Index() + 1)];
        }
        var values = targets[count].LabelTypes.Count;
        SettleValues(values, above: 1);
        _stack.Write(1);
        var stubs = new Dictionary<ControlFrame, IlLabel>();
        var labels = new IlLabel[count];
        for (var target = 0; target < count; target++)
        {
            labels[target] = LabelFor(targets[target], values, stubs);
        }
        _il.Switch(labels);
        _il.Branch(Il.Br, LabelFor(targets[count], values, stubs));
        foreach (var (frame, label) in stubs)
        {
            _il.Mark(label);
            BranchKeepingValues(frame, values);
        }
        _stack.Drop(values);
    }

    internal void Return()
    {
        if (isInlined)
        {
            Br(_frames.Count - 1);
            return;
        }
        var results = method.Type.Results.Count;
        if (method.IsInner)
        {
            var function = _frames[0];
            exits.StoreValues(function, results);
            _il.Branch(Il.Br, exits.To(function));
            return;
        }
        calls.WriteResults(results);
        calls.LeaveFrame();
        _il.Op(Il.Ret);
    }

    internal void TailCall(int function)
    {
        if (method.IsInner)
        {
            exits.TailCall(new TailCall(function, -1, -1), method.Module.TypeOf(function).Parameters);
            return;
        }
        calls.TailCall(function);
        _il.Op(Il.Ret);
    }

    internal void TailCallIndirect(int type, int table)
    {
        if (method.IsInner)
        {
            exits.TailCall(new TailCall(-1, type, table), [.. method.Module.Types[type].Parameters, ValType.I32]);
            return;
        }
        calls.TailCallIndirect(type, table);
        _il.Op(Il.Ret);
    }

    /// <summary>
    /// Goes to the label of a block whose values a region has left in their slots. They go straight to the label's locals: where this is written, other
    /// temporaries may be in use at the label.
    /// </summary>
    internal void BranchFromSlots(ControlFrame frame, VariableEmitter variables)
    {
        if (frame.IsOutside)
        {
            _il.Branch(Il.Br, exits.To(frame));
            return;
        }
        if (frame.IsFunction)
        {
            variables.PushSlots(frame.Height, frame.LabelTypes);
            Return();
            return;
        }
        frame.IsTarget = true;
        for (var value = 0; value < frame.Values.Length; value++)
        {
            method.LoadFrameAddress(method.Plan!.OperandOffset(frame.Height + value));
            method.LoadIndirect(frame.LabelTypes[value]);
            Variables.Store(_il, frame.Values[value].Local);
        }
        _il.Branch(Il.Br, frame.Label);
    }

    /// <summary>Discards what the dead end of a block left on the operand stack.</summary>
    internal void DropToFrame() => _stack.Drop(_stack.Count - (Top.Height - method.BaseHeight));

    private ControlFrame NewFrame(Opcode kind, FuncType type, int start) => new()
    {
        Kind = kind,
        Type = type,
        Start = start,
        Height = method.BaseHeight + _stack.Count - type.Parameters.Count,
        Index = _frames.Count,
    };

    private void EndBlock(ControlFrame frame, bool isDead)
    {
        if (!frame.IsTarget && !isDead)
        {
            Free(frame.Values);
        }
        else
        {
            Fall(frame, isDead);
            method.MarkJoin(frame.Label);
            if (frame.IsTarget || !isDead)
            {
                PushOwnedValues(frame.Values, frame.Type.Results);
            }
            else
            {
                Free(frame.Values);
            }
        }
        _frames.RemoveAt(_frames.Count - 1);
    }

    private void EndLoop(bool isDead)
    {
        // The loop's parameters may still be on the stack, so their locals are not free yet.
        if (isDead)
        {
            DropToFrame();
        }
        _frames.RemoveAt(_frames.Count - 1);
    }

    private void EndIfWithoutElse(ControlFrame frame, bool isDead)
    {
        // Without an else, the parameters are the results.
        Fall(frame, isDead);
        if (frame.Values.Length == 0)
        {
            method.MarkJoin(frame.ElseLabel);
        }
        else
        {
            if (!isDead)
            {
                _il.Branch(Il.Br, frame.Label);
            }
            method.MarkJoin(frame.ElseLabel);
            PushValues(frame.Parameters, frame.Type.Parameters);
            MoveValues(frame.Values);
        }
        method.MarkJoin(frame.Label);
        frame.IsTarget = true;
        PushOwnedValues(frame.Values, frame.Type.Results);
        _frames.RemoveAt(_frames.Count - 1);
    }

    // The values at the end of a block go where branches to its label leave them.
    private void Fall(ControlFrame frame, bool isDead)
    {
        if (isDead)
        {
            DropToFrame();
        }
        else
        {
            MoveValues(frame.Values);
        }
    }

    private void BranchKeepingValues(ControlFrame frame, int values)
    {
        for (var value = _stack.Count - values; value < _stack.Count; value++)
        {
            // Copies: the values stay for the path that does not branch.
            var type = _stack[value].Type;
            if (frame.IsOutside)
            {
                method.LoadFrameAddress(method.Plan!.OperandOffset(frame.Height + value - (_stack.Count - values)));
                _il.Append(_stack.Code(value));
                method.StoreIndirect(type);
            }
            else if (!frame.IsFunction)
            {
                _il.Append(_stack.Code(value));
            }
        }
        if (frame.IsOutside)
        {
            _il.Branch(Il.Br, exits.To(frame));
        }
        else if (frame.IsFunction)
        {
            ReturnKeepingValues(values);
        }
        else
        {
            frame.IsTarget = true;
            StoreReversed(frame.Values);
            _il.Branch(Il.Br, frame.Label);
        }
    }

    private void ReturnKeepingValues(int values)
    {
        calls.CopyResults(values);
        calls.LeaveFrame();
        _il.Op(Il.Ret);
    }

    private IlLabel LabelFor(ControlFrame frame, int values, Dictionary<ControlFrame, IlLabel> stubs)
    {
        if (values == 0 && frame.IsOutside)
        {
            return exits.To(frame);
        }
        if (values == 0 && !frame.IsFunction)
        {
            frame.IsTarget = true;
            return frame.Label;
        }
        if (!stubs.TryGetValue(frame, out var label))
        {
            stubs.Add(frame, label = _il.NewLabel());
        }
        return label;
    }

    private void SettleValues(int values, int above)
    {
        for (var index = _stack.Count - values - above; index < _stack.Count - above; index++)
        {
            _stack.Settle(index);
        }
    }

    private (int Local, TemporarySet Mask)[] TakeLocals(IReadOnlyList<ValType> types)
    {
        var locals = new (int, TemporarySet)[types.Count];
        for (var index = 0; index < locals.Length; index++)
        {
            locals[index] = method.Temporaries.Take(IlTypes.Of(types[index]));
        }
        return locals;
    }

    // Pops values into locals; all are loaded before the first is stored, as they may name each other.
    private void MoveValues((int Local, TemporarySet Mask)[] locals)
    {
        _stack.Write(locals.Length);
        StoreReversed(locals);
    }

    private void StoreReversed((int Local, TemporarySet Mask)[] locals)
    {
        for (var index = locals.Length - 1; index >= 0; index--)
        {
            Variables.Store(_il, locals[index].Local);
        }
    }

    // The locals stay taken: a branch may name them again.
    private void PushValues((int Local, TemporarySet Mask)[] locals, IReadOnlyList<ValType> types)
    {
        for (var index = 0; index < locals.Length; index++)
        {
            _stack.PushTemporary(types[index], locals[index].Local, default);
        }
    }

    private void PushOwnedValues((int Local, TemporarySet Mask)[] locals, IReadOnlyList<ValType> types)
    {
        for (var index = 0; index < locals.Length; index++)
        {
            _stack.PushTemporary(types[index], locals[index].Local, locals[index].Mask);
        }
    }

    private void Free((int Local, TemporarySet Mask)[] locals)
    {
        foreach (var (_, mask) in locals)
        {
            method.Temporaries.Free(mask);
        }
    }
}
