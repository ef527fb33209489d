using System.Reflection.Emit;
using Tapedeck.Wasm.Execution;

namespace Tapedeck.Wasm;

/// <summary>A host function of any type: reads <paramref name="arguments"/>, writes <paramref name="results"/>. It may throw <see cref="TrapException"/>.</summary>
public delegate void HostCallback(Store store, ReadOnlySpan<Value> arguments, Span<Value> results);

/// <summary>
/// A function that the host gives to guests, not bound to a store. The typed ones are called without boxing or copying; their type parameters are
/// <see cref="int"/>, <see cref="long"/>, <see cref="float"/>, <see cref="double"/> and <c>Vector128&lt;byte&gt;</c>.
/// </summary>
public sealed unsafe class HostFunction
{
    private HostFunction(FuncType type, object target, nint code)
    {
        Type = type;
        Target = target;
        Code = code;
        Signature = Signatures.Acquire([type])[0];
    }

    private HostFunction(FuncType type, object target, DynamicMethod thunk)
        : this(type, target, DynamicMethods.PointerOf(thunk)) => Thunk = thunk;

    /// <summary>The type's number is the process's; no store refers to it any more.</summary>
    ~HostFunction()
    {
        if (Signature != 0)
        {
            Signatures.Release([Type]);
        }
    }

    public FuncType Type { get; }

    /// <summary>The delegate.</summary>
    internal object Target { get; }

    /// <summary>What <see cref="Code"/> lives in, if it was made for the type. Held, since the pointer does not.</summary>
    internal DynamicMethod? Thunk { get; }

    /// <summary>The process's number of the type.</summary>
    internal int Signature { get; }

    /// <summary>The code that a guest calls, whose context is the host block of this function in a store.</summary>
    internal nint Code { get; }

    public static HostFunction Of(FuncType type, HostCallback callback) => new(type, callback, HostThunks.Untyped.For(type));

    public static HostFunction Of(Action<Store> action) =>
        new(Taking(), action, (nint)(delegate*<nint, void>)&HostThunks.Run);

    public static HostFunction Of<T1>(Action<Store, T1> action)
        where T1 : unmanaged =>
        new(Taking(typeof(T1)), action, (nint)(delegate*<T1, nint, void>)&HostThunks.Run);

    public static HostFunction Of<T1, T2>(Action<Store, T1, T2> action)
        where T1 : unmanaged
        where T2 : unmanaged =>
        new(Taking(typeof(T1), typeof(T2)), action, (nint)(delegate*<T1, T2, nint, void>)&HostThunks.Run);

    public static HostFunction Of<T1, T2, T3>(Action<Store, T1, T2, T3> action)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged =>
        new(Taking(typeof(T1), typeof(T2), typeof(T3)), action, (nint)(delegate*<T1, T2, T3, nint, void>)&HostThunks.Run);

    public static HostFunction Of<TResult>(Func<Store, TResult> function)
        where TResult : unmanaged =>
        new(Returning<TResult>(), function, (nint)(delegate*<nint, TResult>)&HostThunks.Call<TResult>);

    public static HostFunction Of<T1, TResult>(Func<Store, T1, TResult> function)
        where T1 : unmanaged
        where TResult : unmanaged =>
        new(Returning<TResult>(typeof(T1)), function, (nint)(delegate*<T1, nint, TResult>)&HostThunks.Call<T1, TResult>);

    public static HostFunction Of<T1, T2, TResult>(Func<Store, T1, T2, TResult> function)
        where T1 : unmanaged
        where T2 : unmanaged
        where TResult : unmanaged =>
        new(Returning<TResult>(typeof(T1), typeof(T2)), function, (nint)(delegate*<T1, T2, nint, TResult>)&HostThunks.Call<T1, T2, TResult>);

    public static HostFunction Of<T1, T2, T3, TResult>(Func<Store, T1, T2, T3, TResult> function)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where TResult : unmanaged =>
        new(Returning<TResult>(typeof(T1), typeof(T2), typeof(T3)), function, (nint)(delegate*<T1, T2, T3, nint, TResult>)&HostThunks.Call<T1, T2, T3, TResult>);

    private static FuncType Taking(params ReadOnlySpan<Type> parameters) => new(ValTypes.Of(parameters), []);

    private static FuncType Returning<TResult>(params ReadOnlySpan<Type> parameters) => new(ValTypes.Of(parameters), ValTypes.Of([typeof(TResult)]));
}
