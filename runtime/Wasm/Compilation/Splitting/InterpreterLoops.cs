using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>Finds the loops of interpreters: those that hold a large <c>br_table</c> in no loop further inside.</summary>
internal static class InterpreterLoops
{
    /// <summary>A <c>br_table</c> of that many labels may be the heart of an interpreter.</summary>
    internal const int LargeTable = 32;

    /// <returns>The offsets at which they start.</returns>
    internal static HashSet<int> Find(ModuleDeclaration module, FunctionBody body)
    {
        const int NoLoop = -1;
        var found = new HashSet<int>();
        // The innermost loop around what is in each open block.
        var loops = new Stack<int>([NoLoop]);
        var reader = new CodeReader(module.Bytes.Span, body.Start);
        while (reader.Position < body.End)
        {
            var at = reader.Position;
            var opcode = reader.Next();
            switch (opcode)
            {
                case Opcode.Block or Opcode.If:
                    loops.Push(loops.Peek());
                    break;
                case Opcode.Loop:
                    loops.Push(at);
                    break;
                case Opcode.End:
                    loops.Pop();
                    break;
                case Opcode.BrTable when loops.Peek() != NoLoop && InstructionCost.Of(module, opcode, reader).Targets >= LargeTable:
                    found.Add(loops.Peek());
                    break;
                default:
                    break;
            }
            reader.Skip(opcode);
        }
        return found;
    }
}
