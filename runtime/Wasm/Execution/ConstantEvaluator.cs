using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Compilation;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Execution;

/// <summary>Evaluates <see href="https://webassembly.github.io/spec/core/valid/instructions.html#constant-expressions">constant expressions</see>.</summary>
internal static unsafe class ConstantEvaluator
{
    /// <summary>The value of an expression in an instance that is being made.</summary>
    internal static Value Evaluate(Instance instance, ConstantExpression expression) =>
        Run(instance.Module.Declaration, expression, instance)!.Value;

    /// <summary>The value of an expression that depends on nothing but the module, or null.</summary>
    internal static Value? Fold(ModuleDeclaration module, ConstantExpression expression) => Run(module, expression, null);

    private static Value? Run(ModuleDeclaration module, ConstantExpression expression, Instance? instance)
    {
        var reader = new CodeReader(module.Bytes.Span, expression.Start);
        var stack = new Stack<Value>();
        while (reader.Position < expression.End)
        {
            var opcode = reader.Next();
            if (opcode is Opcode.GlobalGet or Opcode.RefFunc)
            {
                var index = reader.Index();
                if (instance is null)
                {
                    return null;
                }
                stack.Push(opcode == Opcode.GlobalGet ? *(Value*)instance.CellOf(index) : Value.Reference(instance.ReferenceTo(index)));
            }
            else
            {
                Step(opcode, ref reader, stack);
            }
        }
        return stack.Pop();
    }

    private static void Step(Opcode opcode, ref CodeReader reader, Stack<Value> stack)
    {
        switch (opcode)
        {
            case Opcode.I32Const:
                stack.Push(Value.I32(reader.S32()));
                break;
            case Opcode.I64Const:
                stack.Push(Value.I64(reader.S64()));
                break;
            case Opcode.F32Const:
                stack.Push(Value.I32(reader.I32Bits()));
                break;
            case Opcode.F64Const:
                stack.Push(Value.I64(reader.I64Bits()));
                break;
            case Opcode.V128Const:
                stack.Push(Value.V128(System.Runtime.Intrinsics.Vector128.Create(reader.Take(16))));
                break;
            case Opcode.RefNull:
                reader.Byte();
                stack.Push(Value.Null);
                break;
            default:
                var right = stack.Pop();
                var left = stack.Pop();
                stack.Push(Calculate(opcode, left, right));
                break;
        }
    }

    private static Value Calculate(Opcode opcode, Value left, Value right) => opcode switch
    {
        Opcode.I32Add => Value.I32(left.AsI32 + right.AsI32),
        Opcode.I32Sub => Value.I32(left.AsI32 - right.AsI32),
        Opcode.I32Mul => Value.I32(left.AsI32 * right.AsI32),
        Opcode.I64Add => Value.I64(left.AsI64 + right.AsI64),
        Opcode.I64Sub => Value.I64(left.AsI64 - right.AsI64),
        Opcode.I64Mul => Value.I64(left.AsI64 * right.AsI64),
        _ => throw new ArgumentOutOfRangeException(nameof(opcode), opcode, null),
    };
}
