using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Tapedeck.Wasm.Compilation;

namespace Tapedeck.Wasm.Execution;

/// <summary>The code that guests call in place of a host function: it finds the delegate by the context, which is the function's host block.</summary>
internal static unsafe class HostThunks
{
    /// <summary>The thunks of <see cref="HostCallback"/>: they lay the arguments out as values.</summary>
    internal static readonly ThunkCache Untyped = new(Build);

    internal static void Run(nint context)
    {
        var (store, target) = Find(context);
        Unsafe.As<Action<Store>>(target)(store);
    }

    internal static void Run<T1>(T1 a, nint context)
    {
        var (store, target) = Find(context);
        Unsafe.As<Action<Store, T1>>(target)(store, a);
    }

    internal static void Run<T1, T2>(T1 a, T2 b, nint context)
    {
        var (store, target) = Find(context);
        Unsafe.As<Action<Store, T1, T2>>(target)(store, a, b);
    }

    internal static void Run<T1, T2, T3>(T1 a, T2 b, T3 c, nint context)
    {
        var (store, target) = Find(context);
        Unsafe.As<Action<Store, T1, T2, T3>>(target)(store, a, b, c);
    }

    internal static TResult Call<TResult>(nint context)
    {
        var (store, target) = Find(context);
        return Unsafe.As<Func<Store, TResult>>(target)(store);
    }

    internal static TResult Call<T1, TResult>(T1 a, nint context)
    {
        var (store, target) = Find(context);
        return Unsafe.As<Func<Store, T1, TResult>>(target)(store, a);
    }

    internal static TResult Call<T1, T2, TResult>(T1 a, T2 b, nint context)
    {
        var (store, target) = Find(context);
        return Unsafe.As<Func<Store, T1, T2, TResult>>(target)(store, a, b);
    }

    internal static TResult Call<T1, T2, T3, TResult>(T1 a, T2 b, T3 c, nint context)
    {
        var (store, target) = Find(context);
        return Unsafe.As<Func<Store, T1, T2, T3, TResult>>(target)(store, a, b, c);
    }

    /// <summary>Runs a callback; <paramref name="values"/> holds the arguments and then takes the results.</summary>
    internal static void Invoke(Value* values, nint context)
    {
        var store = Store.OfContext(context);
        store.EnterHost();
        var func = store.HostAt((int)((InstanceContext*)context)->Code);
        var parameters = func.FuncType.Parameters.Count;
        var results = func.FuncType.Results.Count;
        Unsafe.As<HostCallback>(func.HostTarget!)(store, new ReadOnlySpan<Value>(values, parameters), new Span<Value>(values + parameters, results));
        for (var result = 0; result < results - 1; result++)
        {
            *(Value*)(store.BlockAddress + StoreBlock.Results + (16 * result)) = values[parameters + result];
        }
    }

    private static (Store Store, object Target) Find(nint context)
    {
        var store = Store.OfContext(context);
        store.EnterHost();
        return (store, store.HostAt((int)((InstanceContext*)context)->Code).HostTarget!);
    }

    private static DynamicMethod Build(FuncType type)
    {
        var (parameters, result) = ClrSignature.Of(type);
        var method = DynamicMethods.New("host", parameters, result);
        var il = method.GetILGenerator();
        var count = type.Parameters.Count;
        var values = il.DeclareLocal(typeof(nint));
        il.Emit(OpCodes.Ldc_I4, 16 * (count + type.Results.Count + 1));
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Localloc);
        il.Emit(OpCodes.Stloc, values);
        // Arguments may be narrower than a value, and a callback may forget a result: neither shows what lay on the stack before.
        il.Emit(OpCodes.Ldloc, values);
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Ldc_I4, 16 * (count + type.Results.Count));
        il.Emit(OpCodes.Initblk);
        for (var index = 0; index < count; index++)
        {
            il.Emit(OpCodes.Ldloc, values);
            il.Emit(OpCodes.Ldc_I4, 16 * index);
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldarg, index);
            il.Emit(OpCodes.Stobj, parameters[index]);
        }
        il.Emit(OpCodes.Ldloc, values);
        il.Emit(OpCodes.Ldarg, count);
        il.Emit(OpCodes.Call, typeof(HostThunks).GetMethod(nameof(Invoke), DynamicMethods.Internal)!);
        if (result != typeof(void))
        {
            il.Emit(OpCodes.Ldloc, values);
            il.Emit(OpCodes.Ldc_I4, 16 * (count + type.Results.Count - 1));
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldobj, result);
        }
        il.Emit(OpCodes.Ret);
        return method;
    }
}
