using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Binary;

/// <summary>Finds the end of a <see href="https://webassembly.github.io/spec/core/valid/instructions.html#constant-expressions">constant expression</see>.</summary>
internal static class ConstantExpressionReader
{
    internal static ConstantExpression Read(ref WasmReader reader)
    {
        var start = reader.Position;
        while (true)
        {
            var at = reader.Position;
            var opcode = InstructionReader.ReadOpcode(ref reader);
            if (opcode == Opcode.End)
            {
                return new ConstantExpression(start, at);
            }
            SkipImmediate(ref reader, opcode, at);
        }
    }

    private static void SkipImmediate(ref WasmReader reader, Opcode opcode, int at)
    {
        switch (opcode)
        {
            case >= Opcode.I32Const and <= Opcode.F64Const:
                InstructionReader.SkipNumber(ref reader, opcode);
                break;
            case Opcode.V128Const:
                reader.ReadBytes(16);
                break;
            case Opcode.GlobalGet or Opcode.RefFunc:
                reader.ReadU32();
                break;
            case Opcode.RefNull:
                TypeReader.ReadHeapType(ref reader);
                break;
            case Opcode.I32Add or Opcode.I32Sub or Opcode.I32Mul or Opcode.I64Add or Opcode.I64Sub or Opcode.I64Mul:
                break;
            default:
                throw reader.Invalid("constant expression required", at);
        }
    }
}
