using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Tapedeck.Wasm.Execution.Numerics;
using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Execution.Model;

namespace Tapedeck.Wasm.Tests.Execution;

/// <summary>IL round an instruction's method, as the engine writes it; operands and result lie in memory, 16 bytes each.</summary>
internal sealed unsafe class Caller
{
    private readonly Code _code;

    private Caller(MethodInfo method, Action<ILGenerator> emitOperandsAndCall)
    {
        var caller = new DynamicMethod(method.Name, typeof(void), [typeof(UInt128*), typeof(UInt128*)], typeof(Opcode).Module, skipVisibility: true);
        var il = caller.GetILGenerator();
        il.Emit(OpCodes.Ldarg_1);
        emitOperandsAndCall(il);
        il.Emit(OpCodes.Stobj, method.ReturnType);
        il.Emit(OpCodes.Ret);
        _code = caller.CreateDelegate<Code>();
    }

    private delegate void Code(UInt128* operands, UInt128* result);

    /// <summary>Calls the method's own code, which the runtime first compiles without optimisation.</summary>
    internal static Caller OutOfLine(MethodInfo method)
    {
        RuntimeHelpers.PrepareMethod(method.MethodHandle);
        return new(method, il =>
        {
            EmitLoads(il, method);
            il.Emit(OpCodes.Ldc_I8, method.MethodHandle.GetFunctionPointer());
            il.EmitCalli(OpCodes.Calli, CallingConventions.Standard, method.ReturnType, [.. method.GetParameters().Select(p => p.ParameterType)], null);
        });
    }

    /// <summary>Has the method inlined, with its immediates as constants.</summary>
    internal static Caller Inlined(MethodInfo method, UInt128[] operands) => new(method, il =>
    {
        EmitLoads(il, method, operands);
        il.Emit(OpCodes.Call, method);
    });

    /// <summary>Has the method inlined with every operand constant, so that the JIT folds what it can.</summary>
    internal static Caller Folded(MethodInfo method, UInt128[] operands) => new(method, il =>
    {
        foreach (var (parameter, bits) in method.GetParameters().Zip(operands))
        {
            EmitConstant(il, parameter.ParameterType, bits);
        }

        il.Emit(OpCodes.Call, method);
    });

    /// <summary>Has the method inlined with one operand constant.</summary>
    internal static Caller PartlyFolded(MethodInfo method, UInt128[] operands, int constant) => new(method, il =>
    {
        foreach (var parameter in method.GetParameters())
        {
            if (parameter.Position == constant || Signature.IsImmediate(parameter))
            {
                EmitConstant(il, parameter.ParameterType, operands[parameter.Position]);
            }
            else
            {
                EmitLoad(il, parameter);
            }
        }

        il.Emit(OpCodes.Call, method);
    });

    internal Outcome Invoke(UInt128[] operands)
    {
        UInt128 result = 0;
        try
        {
            fixed (UInt128* first = operands)
            {
                _code(first, &result);
            }
        }
        catch (TrapException trap)
        {
            return new(0, trap.Code);
        }

        return new(result);
    }

    private static void EmitLoads(ILGenerator il, MethodInfo method, UInt128[]? immediates = null)
    {
        foreach (var parameter in method.GetParameters())
        {
            if (immediates is not null && Signature.IsImmediate(parameter))
            {
                EmitConstant(il, parameter.ParameterType, immediates[parameter.Position]);
            }
            else
            {
                EmitLoad(il, parameter);
            }
        }
    }

    private static void EmitLoad(ILGenerator il, ParameterInfo parameter)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, 16 * parameter.Position);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Ldobj, parameter.ParameterType);
    }

    // The rule by which compiled code must write its float constants.
    private static void EmitConstant(ILGenerator il, Type type, UInt128 bits)
    {
        if (type == typeof(int))
        {
            il.Emit(OpCodes.Ldc_I4, (int)bits);
        }
        else if (type == typeof(long))
        {
            il.Emit(OpCodes.Ldc_I8, (long)bits);
        }
        else if (type == typeof(float))
        {
            EmitF32(il, (int)bits);
        }
        else if (type == typeof(double))
        {
            EmitF64(il, (long)bits);
        }
        else
        {
            var (low, high) = ((long)bits, (long)(bits >> 64));
            il.Emit(OpCodes.Ldc_I8, low);
            il.Emit(OpCodes.Ldc_I8, high);
            il.Emit(OpCodes.Call, MethodOf(OpaqueConstants.V128));
        }
    }

    private static void EmitF32(ILGenerator il, int bits)
    {
        il.Emit(OpCodes.Ldc_I4, bits);
        il.Emit(OpCodes.Call, MethodOf(OpaqueConstants.F32));
    }

    private static void EmitF64(ILGenerator il, long bits)
    {
        il.Emit(OpCodes.Ldc_I8, bits);
        il.Emit(OpCodes.Call, MethodOf(OpaqueConstants.F64));
    }

    private static MethodInfo MethodOf(Delegate method) => method.Method;
}
