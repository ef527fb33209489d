using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Validation;

/// <summary>The rules of <see href="https://webassembly.github.io/spec/core/valid/instructions.html#control-instructions"/>.</summary>
internal sealed class ControlInstructionValidator(FunctionContext function)
{
    private const int IndirectCallBlocks = 2;

    private readonly ModuleContext _module = function.Module;
    private readonly OperandStack _operands = function.Operands;
    private readonly ControlStack _blocks = new(function.Operands, function.Module.Limits.Nesting);

    /// <summary>Whether the final <c>end</c> is still to come.</summary>
    internal bool IsOpen => _blocks.Count > 0;

    internal void Enter(Signature type)
    {
        _blocks.Clear();
        _blocks.Push(Opcode.Block, new Signature([], type.Results));
    }

    internal void Validate(Opcode opcode, ref WasmReader reader)
    {
        switch (opcode)
        {
            case Opcode.Unreachable:
                _blocks.SetUnreachable();
                break;
            case Opcode.Block or Opcode.Loop or Opcode.If:
                Open(opcode, ref reader);
                break;
            case Opcode.Else:
                Else();
                break;
            case Opcode.End:
                End();
                break;
            case Opcode.Br or Opcode.BrIf:
                Branch(opcode, ref reader);
                break;
            case Opcode.BrTable:
                BranchTable(ref reader);
                break;
            case Opcode.Return:
                _operands.Pop(_blocks.Bottom.Type.Results);
                _blocks.SetUnreachable();
                break;
            case Opcode.Call or Opcode.ReturnCall:
                Call(_module.TypeOf(reader.ReadIndex(_module.Module.FunctionTypes.Length, "function")), opcode == Opcode.ReturnCall);
                break;
            case Opcode.CallIndirect or Opcode.ReturnCallIndirect:
                Call(ReadIndirect(ref reader), opcode == Opcode.ReturnCallIndirect);
                break;
        }
    }

    private void Open(Opcode opcode, ref WasmReader reader)
    {
        var type = InstructionReader.ReadBlockType(ref reader, _module.Types.Length);
        var signature = type.IsIndex ? _module.Types[type.TypeIndex] : Signature.OfResult(type.Result);
        if (opcode == Opcode.If)
        {
            _operands.Pop(ValType.I32);
        }
        _operands.Pop(signature.Parameters);
        _blocks.Push(opcode, signature);
        // Loops deep inside others cost the JIT more.
        function.Body.Blocks += opcode == Opcode.Loop ? 1 + (_blocks.Count / 8) : 1;
        function.CountMoved(signature.Parameters.Length + signature.Results.Length);
        function.Body.HasLoops |= opcode == Opcode.Loop;
    }

    private void Else()
    {
        if (_blocks.Top.Opcode != Opcode.If)
        {
            throw new InvalidModuleException(InvalidModuleReason.Malformed, "else without if", _operands.Offset, _operands.Section);
        }
        _blocks.Push(Opcode.Else, _blocks.Pop().Type);
    }

    private void End()
    {
        var frame = _blocks.Pop();
        if (frame.Opcode == Opcode.If && !frame.Type.Parameters.AsSpan().SequenceEqual(frame.Type.Results))
        {
            throw _operands.Mismatch("an if without else must give what it takes");
        }
        _operands.Push(frame.Type.Results);
    }

    private void Branch(Opcode opcode, ref WasmReader reader)
    {
        var types = _blocks.ReadLabel(ref reader);
        function.Body.Blocks++;
        function.CountMoved(types.Length);
        if (opcode == Opcode.BrIf)
        {
            _operands.Pop(ValType.I32);
            _operands.Pop(types);
            _operands.Push(types);
        }
        else
        {
            _operands.Pop(types);
            _blocks.SetUnreachable();
        }
    }

    private void BranchTable(ref WasmReader reader)
    {
        var targets = reader.ReadCount(_module.Limits.BrTableTargets, "targets");
        _operands.Pop(ValType.I32);
        var first = _blocks.ReadLabel(ref reader);
        _operands.Require(first);
        // As many more, for the default comes last and counts too.
        for (var i = 0; i < targets; i++)
        {
            var types = _blocks.ReadLabel(ref reader);
            if (types.Length != first.Length)
            {
                throw _operands.Mismatch("the targets take different numbers of values");
            }
            _operands.Require(types);
        }
        _blocks.SetUnreachable();
        function.Body.Blocks += targets + 1;
        function.CountMoved((long)first.Length * (targets + 1));
    }

    private Signature ReadIndirect(ref WasmReader reader)
    {
        var type = _module.Types[reader.ReadIndex(_module.Types.Length, "type")];
        var table = reader.ReadIndex(_module.Module.Tables.Length, "table");
        if (_module.Module.Tables[table].Element != ValType.FuncRef)
        {
            throw _operands.Mismatch("an indirect call needs a table of functions");
        }
        _operands.Pop(ValType.I32);
        function.Body.Blocks += IndirectCallBlocks;
        return type;
    }

    private void Call(Signature callee, bool isTailCall)
    {
        _operands.Pop(callee.Parameters);
        function.Body.HasCalls = true;
        function.Body.HasTailCalls |= isTailCall;
        if (!isTailCall)
        {
            function.CountMoved(callee.Results.Length);
            _operands.Push(callee.Results);
            return;
        }
        if (!callee.Results.AsSpan().SequenceEqual(_blocks.Bottom.Type.Results))
        {
            throw _operands.Mismatch("a tail call must give what the function gives");
        }
        _blocks.SetUnreachable();
    }
}
