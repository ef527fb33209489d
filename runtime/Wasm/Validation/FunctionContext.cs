using Tapedeck.Wasm.Binary;

namespace Tapedeck.Wasm.Validation;

/// <summary>The function in validation: its stacks, its locals, and its body, which takes the counts. One object serves all functions of a module.</summary>
internal sealed class FunctionContext(ModuleContext module)
{
    // So many values that a label or a call moves cost the JIT about as much as a block.
    private const int ValuesOfBlock = 8;

    private ValType[] _locals = [];
    private int _localCount;
    private long _moved;

    internal ModuleContext Module => module;

    internal OperandStack Operands { get; } = new(module.Limits.OperandStack);

    internal FunctionBody Body { get; private set; } = null!;

    internal void Enter(FunctionBody body, Signature type)
    {
        Body = body;
        _moved = 0;
        Operands.Clear();
        Operands.Offset = body.Start;
        var count = type.Parameters.Length + body.Locals.Sum(run => (long)run.Count);
        if (count > module.Limits.Locals)
        {
            throw Operands.TooLarge($"{count} parameters and locals are more than the limit of {module.Limits.Locals}");
        }
        if (_locals.Length < count)
        {
            _locals = new ValType[count];
        }
        AddLocals(type, body);
    }

    internal ValType ReadLocal(ref WasmReader reader) => _locals[reader.ReadIndex(_localCount, "local")];

    /// <summary>Notes an access to a memory.</summary>
    internal void CountAccess(int memory)
    {
        Body.Blocks++;
        Body.UsesMemory |= memory == 0;
    }

    /// <summary>Notes values that a label or a call moves: each is copied, and takes no byte of the module.</summary>
    internal void CountMoved(long values)
    {
        if (values <= 1)
        {
            return;
        }
        _moved += values - 1;
        if (_moved > module.Limits.MovedValues)
        {
            throw Operands.TooLarge($"the labels and calls of the function move more values than the limit of {module.Limits.MovedValues}");
        }
        Body.Blocks += (int)(values / ValuesOfBlock);
    }

    private void AddLocals(Signature type, FunctionBody body)
    {
        type.Parameters.CopyTo(_locals, 0);
        _localCount = type.Parameters.Length;
        foreach (var run in body.Locals)
        {
            _locals.AsSpan(_localCount, run.Count).Fill(run.Type);
            _localCount += run.Count;
        }
    }
}
