using System.Reflection;
using Tapedeck.Wasm.Compilation.Bounds;
using Tapedeck.Wasm.Execution.Memories;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation;

/// <summary>Compiles loads, stores and the other memory instructions. Every access is checked, see <see cref="BoundsEmitter"/>.</summary>
internal sealed class MemoryEmitter(MethodContext method)
{
    private readonly IlWriter _il = method.Il;
    private readonly OperandStack _stack = method.Stack;
    private readonly BoundsEmitter _bounds = new(method);

    internal void Access(Instruction instruction, ref CodeReader reader)
    {
        var argument = reader.MemoryArgument();
        if (instruction.Immediate == Immediate.MemoryLane)
        {
            AccessLane(instruction, argument, reader.Byte());
        }
        else if (instruction.Result is { } result)
        {
            Load(instruction, argument, result);
        }
        else
        {
            Store(instruction, argument);
        }
    }

    internal void Size(int memory)
    {
        _stack.Push(ValType.I32).ReadsMemory = true;
        AppendBase(memory);
        AppendHeader(MemoryHeader.LengthOffset);
        _stack.Append([(byte)Il.LdcI4Short, 16, (byte)Il.Shr, (byte)Il.ConvI4]);
    }

    internal void Grow(int memory)
    {
        _stack.SettleReadersOfMemory(_stack.Count - 1);
        CallBulk(RuntimeMethods.MemoryGrow, 1, ValType.I32, memory);
    }

    internal void Fill(int memory) => Bulk(RuntimeMethods.MemoryFill, 3, memory);

    internal void Copy(int destination, int source) => Bulk(RuntimeMethods.MemoryCopy, 3, destination, source);

    internal void Init(int segment, int memory) => Bulk(RuntimeMethods.MemoryInit, 3, segment, memory);

    internal void DataDrop(int segment) => Bulk(RuntimeMethods.DataDrop, 0, segment);

    /// <summary>Calls a method of the engine with the topmost operands, some indices, and the context.</summary>
    internal void CallBulk(MethodInfo target, int operands, ValType? result, params ReadOnlySpan<int> indices)
    {
        _stack.Write(operands);
        foreach (var index in indices)
        {
            _il.Op(Il.LdcI4, index);
        }
        method.LoadContext();
        method.Call(target);
        if (result is { } type)
        {
            var (local, mask) = method.Temporaries.Take(IlTypes.Of(type));
            Variables.Store(_il, local);
            _stack.PushTemporary(type, local, mask);
        }
    }

    private void Bulk(MethodInfo target, int operands, params ReadOnlySpan<int> indices)
    {
        _stack.SettleReadersOfMemory(_stack.Count - operands);
        CallBulk(target, operands, null, indices);
    }

    private void Load(Instruction instruction, MemoryArgument argument, ValType result)
    {
        var (address, mask) = _bounds.Check(argument, instruction.Width, _stack.Count - 1);
        _stack.Drop(1);
        ref var operand = ref _stack.Push(result);
        operand.ReadsMemory = true;
        operand.Temporaries = mask;
        operand.Most = Ranges.Of(instruction.Opcode, Ranges.Any, Ranges.Any, null);
        operand.Nodes = 4;
        AppendBase(argument.Memory);
        _stack.AppendLocal(address);
        _stack.Append(Il.Add);
        if (SimpleLoad(instruction.Opcode) is { } load)
        {
            _stack.Append(load.Op);
            if (load.Widen is { } widen)
            {
                _stack.Append(widen);
            }
        }
        else
        {
            _stack.Append(Il.Call, method.Method.Token(Emissions.Of(instruction.Opcode).Method!));
        }
    }

    private void Store(Instruction instruction, MemoryArgument argument)
    {
        _stack.SettleReadersOfMemory(_stack.Count - 2);
        var (address, mask) = _bounds.Check(argument, instruction.Width, _stack.Count - 2);
        LoadAddress(argument.Memory, address);
        _stack.Write(1);
        _stack.Drop(1);
        method.Temporaries.Free(mask);
        if (SimpleStore(instruction.Opcode) is { } store)
        {
            if (instruction.Opcode is Opcode.I64Store8 or Opcode.I64Store16 or Opcode.I64Store32)
            {
                _il.Op(Il.ConvI4);
            }
            _il.Op(store);
        }
        else
        {
            method.Call(RuntimeMethods.StoreV128);
        }
    }

    private void AccessLane(Instruction instruction, MemoryArgument argument, int lane)
    {
        _stack.SettleReadersOfMemory(_stack.Count - 2);
        var (address, mask) = _bounds.Check(argument, instruction.Width, _stack.Count - 2);
        LoadAddress(argument.Memory, address);
        _stack.Write(1);
        _stack.Drop(1);
        method.Temporaries.Free(mask);
        _il.Op(Il.LdcI4, lane);
        method.Call(Emissions.Of(instruction.Opcode).Method!);
        if (instruction.Result is { } type)
        {
            var (local, resultMask) = method.Temporaries.Take(IlTypes.Of(type));
            Variables.Store(_il, local);
            _stack.PushTemporary(type, local, resultMask);
        }
    }

    private void LoadAddress(int memory, int addressLocal)
    {
        method.LoadMemoryBase(memory);
        Variables.Load(_il, addressLocal);
        _il.Op(Il.Add);
    }

    private void AppendBase(int memory)
    {
        if (memory == 0)
        {
            _stack.AppendLocal(method.UseMemory0());
        }
        else
        {
            _stack.AppendArgument(method.ContextArgument);
            _stack.Append(Il.LdcI4, method.Layout.Memory(memory));
            _stack.Append(Il.Add);
            _stack.Append(Il.LdindI);
        }
    }

    private void AppendHeader(int offset)
    {
        _stack.Append(Il.LdcI4, offset);
        _stack.Append(Il.Add);
        _stack.Append(Il.LdindI8);
    }

    private static (Il Op, Il? Widen)? SimpleLoad(Opcode opcode) => opcode switch
    {
        Opcode.I32Load => (Il.LdindI4, null),
        Opcode.I64Load => (Il.LdindI8, null),
        Opcode.F32Load => (Il.LdindR4, null),
        Opcode.F64Load => (Il.LdindR8, null),
        Opcode.I32Load8S => (Il.LdindI1, null),
        Opcode.I32Load8U => (Il.LdindU1, null),
        Opcode.I32Load16S => (Il.LdindI2, null),
        Opcode.I32Load16U => (Il.LdindU2, null),
        Opcode.I64Load8S => (Il.LdindI1, Il.ConvI8),
        Opcode.I64Load8U => (Il.LdindU1, Il.ConvU8),
        Opcode.I64Load16S => (Il.LdindI2, Il.ConvI8),
        Opcode.I64Load16U => (Il.LdindU2, Il.ConvU8),
        Opcode.I64Load32S => (Il.LdindI4, Il.ConvI8),
        Opcode.I64Load32U => (Il.LdindU4, Il.ConvU8),
        _ => null,
    };

    private static Il? SimpleStore(Opcode opcode) => opcode switch
    {
        Opcode.I32Store or Opcode.I64Store32 => Il.StindI4,
        Opcode.I64Store => Il.StindI8,
        Opcode.F32Store => Il.StindR4,
        Opcode.F64Store => Il.StindR8,
        Opcode.I32Store8 or Opcode.I64Store8 => Il.StindI1,
        Opcode.I32Store16 or Opcode.I64Store16 => Il.StindI2,
        _ => null,
    };
}
