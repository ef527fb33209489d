using System.Reflection.Emit;
using Tapedeck.Wasm.Compilation;

namespace Tapedeck.Wasm.Execution;

/// <summary>Calls guest code of any type: takes the arguments from values, leaves the last result behind them.</summary>
internal static class GuestThunks
{
    internal static readonly ThunkCache All = new(Build);

    // (values, code, context)
    private static DynamicMethod Build(FuncType type)
    {
        var (parameters, result) = ClrSignature.Of(type);
        var method = DynamicMethods.New("guest", [typeof(nint), typeof(nint), typeof(nint)], typeof(void));
        var il = method.GetILGenerator();
        var count = type.Parameters.Count;
        if (result != typeof(void))
        {
            LoadAddress(il, count);
        }
        for (var index = 0; index < count; index++)
        {
            LoadAddress(il, index);
            il.Emit(OpCodes.Ldobj, parameters[index]);
        }
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Ldarg_1);
        il.EmitCalli(OpCodes.Calli, System.Reflection.CallingConventions.Standard, result, parameters, null);
        if (result != typeof(void))
        {
            il.Emit(OpCodes.Stobj, result);
        }
        il.Emit(OpCodes.Ret);
        return method;
    }

    private static void LoadAddress(ILGenerator il, int index)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, 16 * index);
        il.Emit(OpCodes.Add);
    }
}
