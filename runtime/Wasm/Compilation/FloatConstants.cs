using Tapedeck.Wasm.Execution.Numerics;

namespace Tapedeck.Wasm.Compilation;

/// <summary>
/// Compiles float and vector constants, which are hidden from the JIT, see <see cref="OpaqueConstants"/> and RATIONALE.md, "Why are float constants hidden
/// from the JIT?"
/// </summary>
internal static class FloatConstants
{
    internal static void PushF32(MethodContext method, int bits)
    {
        PushConstant(method, ValType.F32).Nodes = 2;
        method.Stack.Append(Il.LdcI4, bits);
        method.Stack.Append(Il.Call, method.Method.Token(RuntimeMethods.OpaqueF32));
    }

    internal static void PushF64(MethodContext method, long bits)
    {
        PushConstant(method, ValType.F64).Nodes = 2;
        method.Stack.Append(Il.LdcI8, bits);
        method.Stack.Append(Il.Call, method.Method.Token(RuntimeMethods.OpaqueF64));
    }

    internal static void PushV128(MethodContext method, long low, long high)
    {
        PushConstant(method, ValType.V128).Nodes = 3;
        method.Stack.Append(Il.LdcI8, low);
        method.Stack.Append(Il.LdcI8, high);
        method.Stack.Append(Il.Call, method.Method.Token(RuntimeMethods.OpaqueV128));
    }

    /// <summary>Writes the zero that a local starts with, which flows on like any constant.</summary>
    internal static void WriteZero(MethodContext method, IlWriter il, ValType type)
    {
        switch (type)
        {
            case ValType.F32:
                il.Op(Il.LdcI4Zero);
                il.Op(Il.Call, method.Method.Token(RuntimeMethods.OpaqueF32));
                break;
            case ValType.F64:
                Constants.LoadI64(il, 0);
                il.Op(Il.Call, method.Method.Token(RuntimeMethods.OpaqueF64));
                break;
            default:
                Constants.LoadI64(il, 0);
                Constants.LoadI64(il, 0);
                il.Op(Il.Call, method.Method.Token(RuntimeMethods.OpaqueV128));
                break;
        }
    }

    private static ref Operand PushConstant(MethodContext method, ValType type)
    {
        ref var operand = ref method.Stack.Push(type);
        operand.Settled = true;
        return ref operand;
    }
}
