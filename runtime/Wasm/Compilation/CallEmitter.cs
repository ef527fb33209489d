using System.Runtime.InteropServices;
using Tapedeck.Wasm.Execution;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation;

/// <summary>Compiles calls. The context of the callee's instance is the last argument; all but the last result come through the store's result area.</summary>
internal sealed class CallEmitter(MethodContext method, VariableEmitter variables)
{
    private static readonly int StoreOffset = (int)Marshal.OffsetOf<InstanceContext>(nameof(InstanceContext.Store));
    private static readonly int CodeOffset = (int)Marshal.OffsetOf<InstanceContext>(nameof(InstanceContext.Code));
    private static readonly int SignatureOffset = (int)Marshal.OffsetOf<TableEntry>(nameof(TableEntry.Signature));
    private static readonly int EntryContextOffset = (int)Marshal.OffsetOf<TableEntry>(nameof(TableEntry.Context));
    private static readonly int TableSizeOffset = (int)Marshal.OffsetOf<TableBlock>(nameof(TableBlock.Size));
    private static readonly int TableOwnerOffset = (int)Marshal.OffsetOf<TableBlock>(nameof(TableBlock.Owner));

    private readonly IlWriter _il = method.Il;
    private readonly OperandStack _stack = method.Stack;

    internal void Call(int function, ref CodeReader reader)
    {
        var type = method.Module.TypeOf(function);
        WriteCall(function, type, isTail: false);
        TakeResults(type, ref reader);
    }

    internal void CallIndirect(int typeIndex, int table, ref CodeReader reader)
    {
        WriteIndirect(typeIndex, table, isTail: false);
        TakeResults(method.Module.Types[typeIndex], ref reader);
    }

    /// <summary>Leaves the method by a tail call; not from a region inside a function.</summary>
    internal void TailCall(int function) => WriteCall(function, method.Module.TypeOf(function), isTail: true);

    internal void TailCallIndirect(int typeIndex, int table) => WriteIndirect(typeIndex, table, isTail: true);

    /// <summary>Leaves the outermost method; the last result, if any, is on the IL stack.</summary>
    internal void LeaveFrame()
    {
        if (method.Plan is not null)
        {
            method.LoadContextAddress(StoreOffset);
            _il.Op(Il.LdindI);
            _il.Op(Il.LdcI4, (int)Marshal.OffsetOf<StoreBlock>(nameof(StoreBlock.SideTop)));
            _il.Op(Il.Add);
            method.LoadFrame();
            _il.Op(Il.StindI);
        }
    }

    /// <summary>Pops the results of the function and stores all but the last in the result area; the last stays on the IL stack.</summary>
    internal void WriteResults(int count)
    {
        CopyResults(count);
        _stack.Drop(count);
    }

    /// <summary>The same, but the results also stay on the operand stack.</summary>
    internal void CopyResults(int count)
    {
        for (var result = 0; result < count; result++)
        {
            var index = _stack.Count - count + result;
            if (result == count - 1)
            {
                _il.Append(_stack.Code(index));
            }
            else
            {
                LoadResultAddress(result);
                _il.Append(_stack.Code(index));
                method.StoreIndirect(_stack[index].Type);
            }
        }
    }

    /// <summary>Loads the code pointer of a function or region into a local, resolving it if need be.</summary>
    internal (int Local, TemporarySet Mask) LoadCodePointer(int index)
    {
        var (local, mask) = method.Temporaries.Take(IlType.Native);
        var resolved = _il.NewLabel();
        method.LoadContextAddress(CodeOffset);
        _il.Op(Il.LdindI);
        _il.Op(Il.LdcI4, 8 * index);
        _il.Op(Il.Add);
        _il.Op(Il.LdindI);
        Variables.Store(_il, local);
        Variables.Load(_il, local);
        _il.Branch(Il.Brtrue, resolved);
        _il.Op(Il.LdcI4, index);
        method.LoadContext();
        method.Call(RuntimeMethods.ResolveCode);
        Variables.Store(_il, local);
        _il.Mark(resolved);
        return (local, mask);
    }

    private void WriteCall(int function, FuncType type, bool isTail)
    {
        method.Calls = true;
        Prepare(type);
        if (function < method.Module.ImportedFunctions)
        {
            WriteArguments(type, isTail);
            method.LoadContextAddress(method.Layout.Import(function) + 8);
            _il.Op(Il.LdindI);
            method.LoadContextAddress(method.Layout.Import(function));
            _il.Op(Il.LdindI);
            WriteCalli(type, isTail);
        }
        else if (method.Sink.CallsByToken)
        {
            WriteArguments(type, isTail);
            method.LoadContext();
            if (isTail)
            {
                _il.Op(Il.Tail);
            }
            _il.Op(Il.Call, method.Sink.CodeToken(function));
        }
        else
        {
            var (pointer, mask) = LoadCodePointer(function);
            WriteArguments(type, isTail);
            method.LoadContext();
            Variables.Load(_il, pointer);
            WriteCalli(type, isTail);
            method.Temporaries.Free(mask);
        }
    }

    private void WriteIndirect(int typeIndex, int table, bool isTail)
    {
        method.Calls = true;
        var type = method.Module.Types[typeIndex];
        var (entry, entryMask) = WriteLookup(typeIndex, table);
        var (context, contextMask) = WriteEntryContext(entry, table);
        Prepare(type);
        WriteArguments(type, isTail);
        Variables.Load(_il, context);
        Variables.Load(_il, entry);
        _il.Op(Il.LdindI);
        WriteCalli(type, isTail);
        method.Temporaries.Free(entryMask | contextMask);
    }

    // Pops the index, and leaves the address of an element that can be called and has the right type.
    private (int Local, TemporarySet Mask) WriteLookup(int typeIndex, int table)
    {
        var (index, indexMask) = method.Temporaries.Take(IlType.I64);
        var (entry, entryMask) = method.Temporaries.Take(IlType.Native);
        _stack.Write(1);
        _il.Op(Il.ConvU8);
        Variables.Store(_il, index);
        Variables.Load(_il, index);
        LoadTableField(table, TableSizeOffset);
        _il.Op(Il.LdindU4);
        _il.Op(Il.ConvU8);
        _il.Branch(Il.BgeUn, method.Trap(TrapCode.UndefinedElement));
        LoadTableField(table, 0);
        _il.Op(Il.LdindI);
        Variables.Load(_il, index);
        Constants.LoadI64(_il, TableEntry.Bytes);
        _il.Op(Il.Mul);
        _il.Op(Il.Add);
        Variables.Store(_il, entry);
        var matches = _il.NewLabel();
        Variables.Load(_il, entry);
        _il.Op(Il.LdcI4, SignatureOffset);
        _il.Op(Il.Add);
        _il.Op(Il.LdindI4);
        method.LoadContextAddress(method.Layout.Signature(typeIndex));
        _il.Op(Il.LdindI4);
        _il.Branch(Il.Beq, matches);
        Variables.Load(_il, entry);
        _il.Op(Il.LdcI4, table);
        _il.Op(Il.LdcI4, typeIndex);
        method.LoadContext();
        method.Call(RuntimeMethods.ResolveElement);
        _il.Mark(matches);
        method.Temporaries.Free(indexMask);
        return (entry, entryMask);
    }

    private (int Local, TemporarySet Mask) WriteEntryContext(int entry, int table)
    {
        var (context, mask) = method.Temporaries.Take(IlType.Native);
        var foreign = _il.NewLabel();
        Variables.Load(_il, entry);
        _il.Op(Il.LdcI4, EntryContextOffset);
        _il.Op(Il.Add);
        _il.Op(Il.LdindI);
        Variables.Store(_il, context);
        Variables.Load(_il, context);
        _il.Branch(Il.Brtrue, foreign);
        if (method.Layout.IsOwnTable(table))
        {
            method.LoadContext();
        }
        else
        {
            LoadTableField(table, TableOwnerOffset);
            _il.Op(Il.LdindI);
        }
        Variables.Store(_il, context);
        _il.Mark(foreign);
        return (context, mask);
    }

    private void LoadTableField(int table, int field)
    {
        if (method.Layout.IsOwnTable(table))
        {
            method.LoadContextAddress(method.Layout.OwnTable(table) + field);
        }
        else
        {
            method.LoadContextAddress(method.Layout.TablePointer(table));
            _il.Op(Il.LdindI);
            _il.Op(Il.LdcI4, field);
            _il.Op(Il.Add);
        }
    }

    private void Prepare(FuncType type)
    {
        var arguments = type.Parameters.Count;
        _stack.SettleReadersOfMemory(_stack.Count - arguments);
        _stack.SettleReadersOfGlobals(_stack.Count - arguments);
    }

    private void WriteArguments(FuncType type, bool isTail)
    {
        _stack.Write(type.Parameters.Count);
        if (isTail)
        {
            LeaveFrame();
        }
    }

    private void WriteCalli(FuncType type, bool isTail)
    {
        if (isTail)
        {
            _il.Op(Il.Tail);
        }
        _il.Op(Il.Calli, method.Method.CallSignature(type));
    }

    private void TakeResults(FuncType type, ref CodeReader reader)
    {
        var results = type.Results;
        if (results.Count == 0)
        {
            return;
        }
        if (results.Count == 1 && reader.Position != method.Boundary && reader.Peek == (byte)Opcode.LocalSet)
        {
            var start = reader.Position++;
            var local = reader.Index();
            if (variables.StoresDirectly(local))
            {
                variables.BeforeChange(local);
                variables.StoreDirectly(local);
                return;
            }
            reader.Position = start;
        }
        var (last, mask) = method.Temporaries.Take(IlTypes.Of(results[^1]));
        Variables.Store(_il, last);
        for (var result = 0; result < results.Count - 1; result++)
        {
            LoadResultAddress(result);
            method.LoadIndirect(results[result]);
            var (local, localMask) = method.Temporaries.Take(IlTypes.Of(results[result]));
            Variables.Store(_il, local);
            _stack.PushTemporary(results[result], local, localMask);
        }
        _stack.PushTemporary(results[^1], last, mask);
    }

    private void LoadResultAddress(int result)
    {
        method.LoadContextAddress(StoreOffset);
        _il.Op(Il.LdindI);
        _il.Op(Il.LdcI4, StoreBlock.Results + (16 * result));
        _il.Op(Il.Add);
    }
}
