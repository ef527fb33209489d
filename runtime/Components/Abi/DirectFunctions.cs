using System.Reflection;
using System.Runtime.CompilerServices;
using Tapedeck.Wasm;

namespace Tapedeck.Components.Abi;

/// <summary>
/// Host functions whose arguments and result are core values as they are, 32 or 64 bits of integer: guests call them without anything in between but the look whether
/// they may leave their instance.
/// </summary>
internal static class DirectFunctions
{
    /// <returns>Makes the core function for a component instance, by its number; null where a type is more than a core value.</returns>
    internal static Func<int, Wasm.HostFunction>? For<TResult>(Func<Call, TResult> body) => Make(nameof(None), body, typeof(TResult));

    /// <inheritdoc cref="For{TResult}"/>
    internal static Func<int, Wasm.HostFunction>? For<T1, TResult>(Func<Call, T1, TResult> body) => Make(nameof(One), body, typeof(T1), typeof(TResult));

    /// <inheritdoc cref="For{TResult}"/>
    internal static Func<int, Wasm.HostFunction>? For<T1, T2, TResult>(Func<Call, T1, T2, TResult> body) => Make(nameof(Two), body, typeof(T1), typeof(T2), typeof(TResult));

    // The types of core values are known here alone, when the function is made, so the method is found by them.
    private static Func<int, Wasm.HostFunction>? Make(string name, object body, params Type[] types)
    {
        var core = Array.ConvertAll(types, CoreOf);
        return Array.Exists(core, static type => type is null)
            ? null
            : (Func<int, Wasm.HostFunction>)typeof(DirectFunctions).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod([.. types, .. core!]).Invoke(null, [body])!;
    }

    private static Type? CoreOf(Type type) =>
        type == typeof(int) || type == typeof(uint) ? typeof(int) : type == typeof(long) || type == typeof(ulong) ? typeof(long) : null;

    private static Func<int, Wasm.HostFunction> None<TResult, CResult>(Func<Call, TResult> body)
        where TResult : struct
        where CResult : unmanaged =>
        instance => Wasm.HostFunction.Of(store => Unsafe.BitCast<TResult, CResult>(body(Leave(store, instance))));

    private static Func<int, Wasm.HostFunction> One<T1, TResult, C1, CResult>(Func<Call, T1, TResult> body)
        where T1 : struct
        where TResult : struct
        where C1 : unmanaged
        where CResult : unmanaged =>
        instance => Wasm.HostFunction.Of<C1, CResult>((store, a) => Unsafe.BitCast<TResult, CResult>(body(Leave(store, instance), Unsafe.BitCast<C1, T1>(a))));

    private static Func<int, Wasm.HostFunction> Two<T1, T2, TResult, C1, C2, CResult>(Func<Call, T1, T2, TResult> body)
        where T1 : struct
        where T2 : struct
        where TResult : struct
        where C1 : unmanaged
        where C2 : unmanaged
        where CResult : unmanaged =>
        instance => Wasm.HostFunction.Of<C1, C2, CResult>((store, a, b) =>
            Unsafe.BitCast<TResult, CResult>(body(Leave(store, instance), Unsafe.BitCast<C1, T1>(a), Unsafe.BitCast<C2, T2>(b))));

    private static Call Leave(Store store, int instance)
    {
        var call = (Call)store.Owner!;
        Trap.If(!call.Instance!.State(instance).MayLeave, "cannot leave component instance");
        return call;
    }
}
