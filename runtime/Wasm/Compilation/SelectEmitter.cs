using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation;

/// <summary>Compiles <c>select</c>.</summary>
internal sealed class SelectEmitter(MethodContext method)
{
    private readonly IlWriter _il = method.Il;
    private readonly OperandStack _stack = method.Stack;

    internal void Select()
    {
        if (_stack[_stack.Count - 2].Type is ValType.F32 or ValType.F64 or ValType.V128)
        {
            SelectByBranch();
        }
        else
        {
            SelectByMask();
        }
    }

    // No branch: what code selects by is mostly data, which no branch predictor knows, and RyuJIT makes no conditional moves in loops.
    // The second operand, or what makes it the first, by a mask of all zeros or all ones.
    private void SelectByMask()
    {
        var first = _stack.Count - 3;
        SettleUnlessSimple(first);
        SettleUnlessSimple(first + 1);
        var type = _stack[first].Type;
        var isInverse = _stack.Top.Comparison is Opcode.I32LeS or Opcode.I32LeU or Opcode.I32GeS or Opcode.I32GeU;
        var (chosen, other) = isInverse ? (first + 1, first) : (first, first + 1);
        _il.Append(_stack.Code(other));
        _il.Append(_stack.Code(chosen));
        _il.Append(_stack.Code(other));
        _il.Op(Il.Xor);
        if (_stack.Top.Comparison is >= Opcode.I32LtS and <= Opcode.I32GeU)
        {
            WriteComparisonMask(type);
        }
        else
        {
            WriteBooleanMask(type);
        }
        _il.Op(Il.And);
        _il.Op(Il.Xor);
        _stack.Drop(3);
        var (local, mask) = method.Temporaries.Take(IlTypes.Of(type));
        Variables.Store(_il, local);
        _stack.PushTemporary(type, local, mask);
    }

    private void WriteBooleanMask(ValType type)
    {
        _il.Append(_stack.Code(_stack.Count - 1));
        if (!_stack.Top.IsBoolean)
        {
            _il.Op(Il.LdcI4Zero);
            _il.Op(Il.CgtUn);
        }
        if (type != ValType.I32)
        {
            _il.Op(Il.ConvU8);
        }
        _il.Op(Il.Neg);
    }

    // The sign of the difference in 64 bits: shorter than comparing, making 0 or 1, and negating. Greater and less-or-equal subtract the other way round;
    // or-equal is the inverse of the other strict comparison.
    private void WriteComparisonMask(ValType type)
    {
        ref var condition = ref _stack.Top;
        var isUnsigned = condition.Comparison is Opcode.I32LtU or Opcode.I32GtU or Opcode.I32LeU or Opcode.I32GeU;
        var isSwapped = condition.Comparison is Opcode.I32GtS or Opcode.I32GtU or Opcode.I32LeS or Opcode.I32LeU;
        var code = _stack.Code(_stack.Count - 1);
        var comparison = Emissions.Of(condition.Comparison).Il.Length;
        var left = code[..condition.Second];
        var right = code[condition.Second..^comparison];
        var widen = isUnsigned ? Il.ConvU8 : Il.ConvI8;
        _il.Append(isSwapped ? right : left);
        _il.Op(widen);
        _il.Append(isSwapped ? left : right);
        _il.Op(widen);
        _il.Op(Il.Sub);
        _il.Append([(byte)Il.LdcI4Short, 63, (byte)Il.Shr]);
        if (type == ValType.I32)
        {
            _il.Op(Il.ConvI4);
        }
    }

    private void SettleUnlessSimple(int index)
    {
        if (_stack[index].Nodes > 1)
        {
            _stack.Settle(index);
        }
    }

    private void SelectByBranch()
    {
        var first = _stack.Count - 3;
        var type = _stack[first].Type;
        var (local, mask) = method.Temporaries.Take(IlTypes.Of(type));
        var done = _il.NewLabel();
        _il.Append(_stack.Code(first));
        Variables.Store(_il, local);
        _il.Append(_stack.Code(first + 2));
        _il.Branch(Il.Brtrue, done);
        _il.Append(_stack.Code(first + 1));
        Variables.Store(_il, local);
        _il.Mark(done);
        _stack.Drop(3);
        _stack.PushTemporary(type, local, mask);
    }
}
