using Tapedeck.Fuzz.Modules;
using Tapedeck.Wasm;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Fuzz.Generation;

/// <summary>Calls: direct, indirect, and in tail position.</summary>
internal sealed class CallGenerator(FunctionGenerator parent)
{
    private readonly Scope _scope = parent.Scope;

    private Chance Chance => _scope.Chance;
    private ModuleTree Module => _scope.Module;

    /// <summary>A call whose results are exactly <paramref name="types"/>, or null where no function has them.</summary>
    internal Node? Returning(IReadOnlyList<ValType> types, int size)
    {
        if (Chance.Percent(30) && IndirectReturning(types, size) is { } indirect)
        {
            return indirect;
        }
        return FunctionReturning(types) is { } function ? Call(function, size) : null;
    }

    /// <summary>A call of any function, its results used up by <see cref="ControlGenerator.Consume"/>.</summary>
    internal Node Any(int size)
    {
        var call = Call(Chance.Below(Module.FunctionCount), size);
        return Code.Sequence([], [call, .. parent.Control.Consume(call.Results)]);
    }

    internal Node? AnyIndirect(int size)
    {
        if (Module.Slots.Count == 0 || Indirect(Opcode.CallIndirect, Chance.Pick(Module.Slots), size) is not { } call)
        {
            return null;
        }
        return Code.Sequence([], [call, .. parent.Control.Consume(call.Results)]);
    }

    /// <summary>A tail call that returns what this function does, or null.</summary>
    internal Node? Tail(ValType[] claimed, int size)
    {
        var results = _scope.Function.Type.Results;
        if (Chance.Percent(40) && SlotReturning(results) is { } slot)
        {
            var call = Indirect(Opcode.ReturnCallIndirect, slot, size);
            return new Node(call.Opcode, claimed) { Immediates = call.Immediates, Operands = call.Operands };
        }
        if (FunctionReturning(results) is not { } function)
        {
            return null;
        }
        return Code.Of(Opcode.ReturnCall, claimed, Code.U32(function), parent.Values(Module.TypeOf(function).Parameters, size));
    }

    private Node Call(int function, int size)
    {
        var type = Module.TypeOf(function);
        var call = Code.Call(function, type, parent.Values(type.Parameters, size - 1));
        // What a host computes with floats has NaNs of its own.
        return function < Module.ImportedFunctions.Count && type.Results is [ValType.F32 or ValType.F64] ? parent.Floats.Made(call) : call;
    }

    private Node? IndirectReturning(IReadOnlyList<ValType> types, int size) =>
        SlotReturning(types) is { } slot ? Indirect(Opcode.CallIndirect, slot, size) : null;

    private Node Indirect(Opcode opcode, Slot slot, int size)
    {
        // A danger: another slot, which is empty, beyond the table, or of another type.
        var index = _scope.IsRisky()
            ? Chance.Percent(50) ? Code.I32(Chance.Pick((int[])[-1, int.MinValue, slot.Index + 1, 0, (int)Module.Tables[slot.Table].Limits.Min])) : parent.Value(ValType.I32, size / 2)
            : Index(slot, size);
        var type = Module.Types[slot.TypeIndex];
        return Code.Of(opcode, [.. type.Results], Code.U32(slot.TypeIndex, slot.Table), [.. parent.Values(type.Parameters, size / 2), index]);
    }

    private Node Index(Slot slot, int size) =>
        Chance.Percent(60)
            ? Code.I32(slot.Index)
            : Code.Of(Opcode.I32Or, Code.Of(Opcode.I32And, parent.Value(ValType.I32, size / 4), Code.I32(0)), Code.I32(slot.Index));

    private Slot? SlotReturning(IReadOnlyList<ValType> types)
    {
        var start = Module.Slots.Count == 0 ? 0 : Chance.Below(Module.Slots.Count);
        for (var i = 0; i < Module.Slots.Count; i++)
        {
            var slot = Module.Slots[(start + i) % Module.Slots.Count];
            if (Module.Types[slot.TypeIndex].Results.SequenceEqual(types))
            {
                return slot;
            }
        }
        return null;
    }

    private int? FunctionReturning(IReadOnlyList<ValType> types)
    {
        var start = Chance.Below(Module.FunctionCount);
        for (var i = 0; i < Module.FunctionCount; i++)
        {
            var function = (start + i) % Module.FunctionCount;
            if (Module.TypeOf(function).Results.SequenceEqual(types))
            {
                return function;
            }
        }
        return null;
    }
}
