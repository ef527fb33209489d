using System.Runtime.InteropServices;
using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Compilation.Bounds;
using Tapedeck.Wasm.Compilation.Inlining;
using Tapedeck.Wasm.Compilation.Splitting;
using Tapedeck.Wasm.Execution;
using Tapedeck.Wasm.Execution.Memories;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation;

/// <summary>
/// Compiles one method: a whole function, or a region of one that is split. It goes through the instructions once; what they compute is kept as IL on the
/// <see cref="OperandStack"/> and written when an effect needs it. The code has been validated, so nothing is checked again.
/// </summary>
internal sealed class MethodCompiler
{
    private static readonly int StoreOffset = (int)Marshal.OffsetOf<InstanceContext>(nameof(InstanceContext.Store));

    private readonly FunctionCompiler _function;
    private readonly MethodContext _method;
    private readonly OperandStack _stack;
    private readonly IlWriter _il;
    private readonly VariableEmitter _variables;
    private readonly MemoryEmitter _memory;
    private readonly CallEmitter _calls;
    private readonly ExitEmitter _exits;
    private readonly ControlEmitter _control;
    private readonly RegionEmitter _regions;
    private readonly SelectEmitter _select;
    private int _nextChild;

    /// <summary>What is being compiled cannot be reached: the number of blocks opened since, plus one.</summary>
    private int _dead;

    internal MethodCompiler(FunctionCompiler function, MethodContext method, ValType[] locals, Func<RegionExit, int>? numberOf = null)
        : this(function, method, new VariableEmitter(method, locals), numberOf, isInlined: false)
    {
    }

    private MethodCompiler(FunctionCompiler function, MethodContext method, VariableEmitter variables, Func<RegionExit, int>? numberOf, bool isInlined)
    {
        _function = function;
        _method = method;
        _stack = method.Stack;
        _il = method.Il;
        _variables = variables;
        _memory = new MemoryEmitter(method);
        _select = new SelectEmitter(method);
        _calls = new CallEmitter(method, _variables);
        _exits = new ExitEmitter(method, _variables, numberOf);
        _control = new ControlEmitter(method, _calls, _exits, isInlined);
        _regions = new RegionEmitter(method, _variables, _calls, _control, _exits);
    }

    /// <summary>Compiles a function, or the outermost method of one.</summary>
    internal void CompileFunction(FunctionBody body)
    {
        _control.EnterOuter(new ControlFrame { Kind = Opcode.End, Type = _method.Type, Start = FunctionPlan.FunctionLabel, Height = 0, Index = 0 });
        Run(body.Start, body.End);
        _regions.WriteDispatches();
        Finish();
    }

    /// <summary>Compiles a region inside a function.</summary>
    /// <param name="entry">The operands above the innermost frame where the region starts.</param>
    internal CompiledRegion CompileRegion(int codeIndex, IReadOnlyList<ControlFrame> frames, IReadOnlyList<ValType> entry)
    {
        foreach (var frame in frames)
        {
            _control.EnterOuter(new ControlFrame
            {
                Kind = frame.Kind,
                Type = frame.Type,
                Start = frame.Start,
                Height = frame.Height,
                Index = frame.Index,
                IsOutside = true,
            });
        }
        _variables.PushSlots(_method.BaseHeight, entry);
        Run(_method.Region!.Start, _method.Region.End);
        IReadOnlyList<ValType>? results = null;
        if (_dead == 0)
        {
            results = [.. Enumerable.Range(0, _stack.Count).Select(index => _stack[index].Type)];
            _exits.StoreOperands(_method.BaseHeight, results.Count);
            _exits.FallOff();
        }
        _regions.WriteDispatches();
        _exits.WriteStubs();
        Finish();
        return new CompiledRegion(codeIndex, _exits.Exits, results);
    }

    /// <summary>Writes a body in the place of a call, with its arguments on the operand stack: a block that its returns leave.</summary>
    /// <returns>Whether what follows can be reached.</returns>
    private static bool CompileInlined(FunctionCompiler function, MethodContext method, InlinedBody body)
    {
        var variables = new VariableEmitter(method, body);
        var compiler = new MethodCompiler(function, method, variables, numberOf: null, isInlined: true);
        variables.EnterInlined();
        compiler._control.Block(new FuncType([], body.Type.Results), body.Code.Start);
        compiler.Run(body.Code.Start, body.Code.End);
        // The results may be expressions that read its locals.
        method.Stack.SettleAll();
        variables.LeaveInlined();
        return compiler._dead == 0;
    }

    private void Call(int callee, ref CodeReader reader)
    {
        if (_method.Inlining?.Enter(callee) is not { } body)
        {
            _calls.Call(callee, ref reader);
            return;
        }
        var boundary = _method.Boundary;
        _dead = CompileInlined(_function, _method, body) ? 0 : 1;
        _method.Boundary = boundary;
        _method.Inlining.Leave();
    }

    private void Run(int start, int end)
    {
        var reader = new CodeReader(_method.Module.Bytes.Span, start);
        SetBoundary(end);
        while (reader.Position < end)
        {
            if (reader.Position == _method.Boundary)
            {
                RunChild(ref reader);
                SetBoundary(end);
                continue;
            }
            var at = reader.Position;
            var opcode = reader.Next();
            if (_dead > 0)
            {
                RunDead(opcode, ref reader);
            }
            else
            {
                Compile(opcode, at, ref reader);
            }
        }
    }

    private void SetBoundary(int end)
    {
        var children = _method.Region?.Children;
        _method.Boundary = children is not null && _nextChild < children.Count ? children[_nextChild].Start : end;
    }

    private void RunChild(ref CodeReader reader)
    {
        var child = _method.Region!.Children[_nextChild++];
        if (_dead == 0 && !_regions.Call(child, _function.CompileRegion))
        {
            _dead = 1;
        }
        reader.Position = child.End;
    }

    private void RunDead(Opcode opcode, ref CodeReader reader)
    {
        switch (opcode)
        {
            case Opcode.Block or Opcode.Loop or Opcode.If:
                _dead++;
                break;
            case Opcode.Else when _dead == 1:
                _control.Else(isDead: true);
                _dead = 0;
                return;
            case Opcode.End when _dead == 1:
                _dead = _control.End(isDead: true) ? 0 : 1;
                return;
            case Opcode.End:
                _dead--;
                break;
            default:
                break;
        }
        reader.Skip(opcode);
    }

    private void Compile(Opcode opcode, int at, ref CodeReader reader)
    {
        if (Instructions.Find(opcode) is { } instruction)
        {
            CompileRegular(instruction, ref reader);
        }
        else if (opcode is >= Opcode.Block and <= Opcode.ReturnCallIndirect or Opcode.Unreachable)
        {
            CompileControl(opcode, at, ref reader);
        }
        else
        {
            CompileOther(opcode, ref reader);
        }
    }

    private void CompileRegular(Instruction instruction, ref CodeReader reader)
    {
        switch (instruction.Immediate)
        {
            case Immediate.Memory or Immediate.MemoryLane:
                _memory.Access(instruction, ref reader);
                return;
            case Immediate.Bytes16:
                CompileBytes16(instruction, ref reader);
                return;
            default:
                break;
        }
        var emission = Emissions.Of(instruction.Opcode);
        var operands = instruction.Operands.Length;
        GuardRotations(instruction.Opcode, operands);
        var second = operands == 2 ? _stack.Top.Start - _stack[_stack.Count - 2].Start : 0;
        if (instruction.Immediate == Immediate.Lane)
        {
            _stack.Append(Il.LdcI4, reader.Byte());
        }
        var most = operands == 2
            ? Ranges.Of(instruction.Opcode, _stack[_stack.Count - 2].Most, _stack.Top.Most, _stack.Top.Constant)
            : Ranges.Of(instruction.Opcode, _stack.Top.Most, Ranges.Any, null);
        var (local, plus) = instruction.Opcode == Opcode.I32Add && _stack.Top.Constant is { } constant
            ? (_stack[_stack.Count - 2].Local, _stack[_stack.Count - 2].Plus + constant)
            : (-1, 0);
        _stack.Append(emission.Il);
        if (emission.Method is { } method)
        {
            _stack.Append(Il.Call, _method.Method.Token(method));
        }
        _stack.Merge(operands, instruction.Result!.Value);
        _stack.Top.Most = most;
        if (!_stack.Top.Settled)
        {
            _stack.Top.Local = local;
            _stack.Top.Plus = plus;
        }
        _stack.Top.IsBoolean = instruction.Opcode is >= Opcode.I32Eqz and <= Opcode.F64Ge;
        if (operands == 2 && _stack.Top is { IsBoolean: true, Settled: false })
        {
            _stack.Top.Comparison = instruction.Opcode;
            _stack.Top.Second = second;
        }
        _stack.Top.IsRotation = IsRotation(instruction.Opcode);
        if (emission.Traps)
        {
            _stack.Settle(_stack.Count - 1);
        }
    }

    // A rotation may go into arithmetic as it is; anything else might compare it with zero.
    private void GuardRotations(Opcode opcode, int operands)
    {
        for (var index = _stack.Count - operands; index < _stack.Count; index++)
        {
            // A constant vector would be folded as floats without quieting a NaN.
            _stack[index].IsRotation |= _stack[index].IsConstant && opcode is >= Opcode.I8x16Splat and <= Opcode.I64x2ReplaceLane;
            if (!IsArithmetic(opcode) || _stack.Top.IsConstant || _stack[_stack.Count - operands].IsConstant)
            {
                _stack.Guard(index);
            }
        }
    }

    private static bool IsArithmetic(Opcode opcode) =>
        opcode is >= Opcode.I32Add and <= Opcode.I32Mul or >= Opcode.I32And and <= Opcode.I32Rotr
            or >= Opcode.I64Add and <= Opcode.I64Mul or >= Opcode.I64And and <= Opcode.I64Rotr;

    private static bool IsRotation(Opcode opcode) => opcode is Opcode.I32Rotl or Opcode.I32Rotr or Opcode.I64Rotl or Opcode.I64Rotr;

    private void CompileBytes16(Instruction instruction, ref CodeReader reader)
    {
        var low = reader.I64Bits();
        var high = reader.I64Bits();
        if (instruction.Opcode == Opcode.V128Const)
        {
            FloatConstants.PushV128(_method, low, high);
            return;
        }
        _stack.Append(Il.LdcI8, low);
        _stack.Append(Il.LdcI8, high);
        _stack.Append(Il.Call, _method.Method.Token(Emissions.Of(instruction.Opcode).Method!));
        _stack.Merge(2, ValType.V128);
    }

    private void CompileControl(Opcode opcode, int at, ref CodeReader reader)
    {
        switch (opcode)
        {
            case Opcode.Unreachable:
                _il.Branch(Il.Br, _method.Trap(TrapCode.Unreachable));
                _dead = 1;
                break;
            case Opcode.Block:
                _control.Block(reader.BlockType(_method.Module.Types), at);
                break;
            case Opcode.Loop:
                _control.Loop(reader.BlockType(_method.Module.Types), at);
                break;
            case Opcode.If:
                _control.If(reader.BlockType(_method.Module.Types), at);
                break;
            case Opcode.Else:
                _control.Else(isDead: false);
                break;
            case Opcode.End:
                _dead = _control.End(isDead: false) ? 0 : 1;
                break;
            case Opcode.BrIf:
                _control.BrIf(reader.Index());
                break;
            case Opcode.Call:
                Call(reader.Index(), ref reader);
                break;
            case Opcode.CallIndirect:
                var type = reader.Index();
                _calls.CallIndirect(type, reader.Index(), ref reader);
                break;
            default:
                CompileJump(opcode, ref reader);
                _dead = 1;
                break;
        }
    }

    private void CompileJump(Opcode opcode, ref CodeReader reader)
    {
        switch (opcode)
        {
            case Opcode.Br:
                _control.Br(reader.Index());
                break;
            case Opcode.BrTable:
                _control.BrTable(ref reader);
                break;
            case Opcode.Return:
                _control.Return();
                break;
            case Opcode.ReturnCall:
                _control.TailCall(reader.Index());
                break;
            case Opcode.ReturnCallIndirect:
                var type = reader.Index();
                _control.TailCallIndirect(type, reader.Index());
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(opcode), opcode, null);
        }
    }

    private void CompileOther(Opcode opcode, ref CodeReader reader)
    {
        switch (opcode)
        {
            case Opcode.Nop:
                break;
            case Opcode.Drop:
                _stack.Drop(1);
                break;
            case Opcode.Select:
                _select.Select();
                break;
            case Opcode.SelectT:
                reader.Take(reader.Index());
                _select.Select();
                break;
            case Opcode.LocalGet:
                _variables.Get(reader.Index());
                break;
            case Opcode.LocalSet:
                _variables.Set(reader.Index());
                break;
            case Opcode.LocalTee:
                _variables.Tee(reader.Index());
                break;
            case Opcode.GlobalGet:
                _variables.GlobalGet(reader.Index());
                break;
            case Opcode.GlobalSet:
                _variables.GlobalSet(reader.Index());
                break;
            case Opcode.I32Const:
                PushInteger(ValType.I32, reader.S32());
                break;
            case Opcode.I64Const:
                PushInteger(ValType.I64, reader.S64());
                break;
            case Opcode.F32Const:
                FloatConstants.PushF32(_method, reader.I32Bits());
                break;
            case Opcode.F64Const:
                FloatConstants.PushF64(_method, reader.I64Bits());
                break;
            default:
                CompileBulk(opcode, ref reader);
                break;
        }
    }

    private void CompileBulk(Opcode opcode, ref CodeReader reader)
    {
        switch (opcode)
        {
            case Opcode.MemorySize:
                _memory.Size(reader.Index());
                break;
            case Opcode.MemoryGrow:
                _memory.Grow(reader.Index());
                break;
            case Opcode.MemoryFill:
                _memory.Fill(reader.Index());
                break;
            case Opcode.MemoryCopy:
                var destination = reader.Index();
                _memory.Copy(destination, reader.Index());
                break;
            case Opcode.MemoryInit:
                var segment = reader.Index();
                _memory.Init(segment, reader.Index());
                break;
            case Opcode.DataDrop:
                _memory.DataDrop(reader.Index());
                break;
            default:
                CompileReference(opcode, ref reader);
                break;
        }
    }

    private void CompileReference(Opcode opcode, ref CodeReader reader)
    {
        switch (opcode)
        {
            case Opcode.RefNull:
                PushInteger(reader.Byte() == (byte)ValType.FuncRef ? ValType.FuncRef : ValType.ExternRef, 0);
                break;
            case Opcode.RefIsNull:
                _stack.Append([(byte)Il.LdcI4Zero, (byte)Il.ConvI8]);
                _stack.Append(Il.Ceq);
                _stack.Merge(1, ValType.I32);
                break;
            case Opcode.RefFunc:
                _variables.RefFunc(reader.Index());
                break;
            default:
                CompileTable(opcode, reader.Index(), ref reader);
                break;
        }
    }

    private void CompileTable(Opcode opcode, int index, ref CodeReader reader)
    {
        switch (opcode)
        {
            case Opcode.TableGet:
                _memory.CallBulk(RuntimeMethods.TableGet, 1, _method.Module.Tables[index].Element, index);
                break;
            case Opcode.TableSet:
                _memory.CallBulk(RuntimeMethods.TableSet, 2, null, index);
                break;
            case Opcode.TableSize:
                _memory.CallBulk(RuntimeMethods.TableSize, 0, ValType.I32, index);
                break;
            case Opcode.TableGrow:
                _memory.CallBulk(RuntimeMethods.TableGrow, 2, ValType.I32, index);
                break;
            case Opcode.TableFill:
                _memory.CallBulk(RuntimeMethods.TableFill, 3, null, index);
                break;
            case Opcode.TableCopy:
                _memory.CallBulk(RuntimeMethods.TableCopy, 3, null, index, reader.Index());
                break;
            case Opcode.TableInit:
                _memory.CallBulk(RuntimeMethods.TableInit, 3, null, index, reader.Index());
                break;
            case Opcode.ElemDrop:
                _memory.CallBulk(RuntimeMethods.ElementDrop, 0, null, index);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(opcode), opcode, null);
        }
    }

    private void PushInteger(ValType type, long value)
    {
        ref var operand = ref _stack.Push(type);
        operand.Settled = operand.IsConstant = true;
        if (type == ValType.I32)
        {
            operand.Constant = operand.Most = (uint)value;
            _stack.Append(Il.LdcI4, (int)value);
        }
        else
        {
            _stack.Append(Il.LdcI8, value);
        }
    }

    private void Finish()
    {
        _method.WriteTraps();
        var prologue = new IlWriter();
        WriteStackCheck(prologue);
        if (_method.FrameLocal >= 0)
        {
            WriteEnterFrame(prologue);
        }
        if (_method.Memory0Local >= 0)
        {
            Variables.LoadArgument(prologue, _method.ContextArgument);
            prologue.Op(Il.LdindI);
            Variables.Store(prologue, _method.Memory0Local);
        }
        if (_method.StoreLocal >= 0)
        {
            WriteLoadStore(prologue);
            Variables.Store(prologue, _method.StoreLocal);
        }
        foreach (var (width, local) in _method.LimitLocals)
        {
            Variables.Load(prologue, _method.Memory0Local);
            prologue.Op(Il.LdcI4, MemoryHeader.LimitOffset(width));
            prologue.Op(Il.Add);
            prologue.Op(Il.LdindI8);
            Variables.Store(prologue, local);
        }
        _variables.WritePrologue(prologue);
        prologue.ResolveLabels();
        _il.ResolveLabels();
        _method.Method.Finish(prologue.Bytes, _il.Bytes, _method.Temporaries.Locals, _stack.MostWritten + 64);
    }

    // The address of a padded local tells how deep the stack is. A method that calls nothing lives off the margin below the limit.
    private void WriteStackCheck(IlWriter prologue)
    {
        if (!_method.Calls)
        {
            return;
        }
        var deepEnough = prologue.NewLabel();
        Variables.LoadAddress(prologue, _method.Temporaries.AddLocal(IlType.Probe));
        prologue.Op(Il.ConvU);
        WriteLoadStore(prologue);
        // The JIT makes a tail call of the method itself a loop, and would read the limit before it.
        prologue.Op(Il.Volatile);
        prologue.Op(Il.LdindI);
        prologue.Branch(Il.BgeUn, deepEnough);
        Variables.LoadArgument(prologue, _method.ContextArgument);
        prologue.Op(Il.Call, _method.Method.Token(RuntimeMethods.StackExhausted));
        prologue.Op(Il.Throw);
        prologue.Mark(deepEnough);
    }

    private void WriteLoadStore(IlWriter prologue)
    {
        Variables.LoadArgument(prologue, _method.ContextArgument);
        prologue.Op(Il.LdcI4, StoreOffset);
        prologue.Op(Il.Add);
        prologue.Op(Il.LdindI);
    }

    private void WriteEnterFrame(IlWriter prologue)
    {
        prologue.Op(Il.LdcI4, _method.Plan!.FrameSize);
        Variables.LoadArgument(prologue, _method.ContextArgument);
        prologue.Op(Il.Call, _method.Method.Token(RuntimeMethods.EnterFrame));
        Variables.Store(prologue, _method.FrameLocal);
    }
}
