using Tapedeck.Components.Abi;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;

namespace Tapedeck.Components;

/// <summary>
/// A function that the host offers. The typed ones take and return: for a scalar, string or <c>list&lt;u8&gt;</c> its .NET type (<see cref="System.Text.Rune"/> for
/// <c>char</c>, <see cref="ReadOnlyMemory{T}"/> of bytes), for an <c>own</c> or <c>borrow</c> of a <see cref="HostResource"/> the object itself, for anything else a
/// <see cref="WitValue"/>. A function that is not done at once is waited for on the call's own thread, until the call is cancelled.
/// </summary>
/// <remarks>All arguments are copies. A function may throw <see cref="Wasm.TrapException"/>; any other exception ends the call as it is.</remarks>
public sealed class HostFunction
{
    private HostFunction(string name, FuncType type, HostBody body)
    {
        Name = name;
        Type = type;
        Body = body;
    }

    /// <summary>Its name in WIT, as <c>[method]input-stream.read</c>.</summary>
    public string Name { get; }

    public FuncType Type { get; }

    internal HostBody Body { get; }

    /// <summary>Makes the core function for a component instance, where it can be called with nothing in between.</summary>
    internal Func<int, Wasm.HostFunction>? Direct { get; private init; }

    /// <summary>A function of any type.</summary>
    public static HostFunction Of(string name, FuncType type, Func<Call, WitValue[], ValueTask<WitValue?>> body) =>
        new(name, type, (ref HostCall call) =>
        {
            if (call.Await(body(call.Call, call.All())) is { } result)
            {
                call.Return(result);
            }
        });

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of(string name, FuncType type, Action<Call> body) =>
        new(name, new TypeCheck(name, type, 0).NoResult(), (ref HostCall call) => body(call.Call));

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<T1>(string name, FuncType type, Action<Call, T1> body) =>
        new(name, new TypeCheck(name, type, 1).Parameter<T1>().NoResult(), (ref HostCall call) => body(call.Call, call.Next<T1>()));

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<T1, T2>(string name, FuncType type, Action<Call, T1, T2> body) =>
        new(name, new TypeCheck(name, type, 2).Parameter<T1>().Parameter<T2>().NoResult(), (ref HostCall call) => body(call.Call, call.Next<T1>(), call.Next<T2>()));

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<T1, T2, T3>(string name, FuncType type, Action<Call, T1, T2, T3> body) =>
        new(name, new TypeCheck(name, type, 3).Parameter<T1>().Parameter<T2>().Parameter<T3>().NoResult(), (ref HostCall call) => body(call.Call, call.Next<T1>(), call.Next<T2>(), call.Next<T3>()));

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<T1, T2, T3, T4>(string name, FuncType type, Action<Call, T1, T2, T3, T4> body) =>
        new(name, new TypeCheck(name, type, 4).Parameter<T1>().Parameter<T2>().Parameter<T3>().Parameter<T4>().NoResult(), (ref HostCall call) => body(call.Call, call.Next<T1>(), call.Next<T2>(), call.Next<T3>(), call.Next<T4>()));

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<T1, T2, T3, T4, T5>(string name, FuncType type, Action<Call, T1, T2, T3, T4, T5> body) =>
        new(name, new TypeCheck(name, type, 5).Parameter<T1>().Parameter<T2>().Parameter<T3>().Parameter<T4>().Parameter<T5>().NoResult(), (ref HostCall call) => body(call.Call, call.Next<T1>(), call.Next<T2>(), call.Next<T3>(), call.Next<T4>(), call.Next<T5>()));

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<T1, T2, T3, T4, T5, T6>(string name, FuncType type, Action<Call, T1, T2, T3, T4, T5, T6> body) =>
        new(name, new TypeCheck(name, type, 6).Parameter<T1>().Parameter<T2>().Parameter<T3>().Parameter<T4>().Parameter<T5>().Parameter<T6>().NoResult(), (ref HostCall call) => body(call.Call, call.Next<T1>(), call.Next<T2>(), call.Next<T3>(), call.Next<T4>(), call.Next<T5>(), call.Next<T6>()));

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<TResult>(string name, FuncType type, Func<Call, TResult> body) =>
        new(name, new TypeCheck(name, type, 0).Result<TResult>(), (ref HostCall call) => call.Return(body(call.Call))) { Direct = DirectFunctions.For(body) };

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<T1, TResult>(string name, FuncType type, Func<Call, T1, TResult> body) =>
        new(name, new TypeCheck(name, type, 1).Parameter<T1>().Result<TResult>(), (ref HostCall call) => call.Return(body(call.Call, call.Next<T1>()))) { Direct = DirectFunctions.For(body) };

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<T1, T2, TResult>(string name, FuncType type, Func<Call, T1, T2, TResult> body) =>
        new(name, new TypeCheck(name, type, 2).Parameter<T1>().Parameter<T2>().Result<TResult>(), (ref HostCall call) => call.Return(body(call.Call, call.Next<T1>(), call.Next<T2>()))) { Direct = DirectFunctions.For(body) };

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<T1, T2, T3, TResult>(string name, FuncType type, Func<Call, T1, T2, T3, TResult> body) =>
        new(name, new TypeCheck(name, type, 3).Parameter<T1>().Parameter<T2>().Parameter<T3>().Result<TResult>(), (ref HostCall call) => call.Return(body(call.Call, call.Next<T1>(), call.Next<T2>(), call.Next<T3>())));

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<T1, T2, T3, T4, TResult>(string name, FuncType type, Func<Call, T1, T2, T3, T4, TResult> body) =>
        new(name, new TypeCheck(name, type, 4).Parameter<T1>().Parameter<T2>().Parameter<T3>().Parameter<T4>().Result<TResult>(), (ref HostCall call) => call.Return(body(call.Call, call.Next<T1>(), call.Next<T2>(), call.Next<T3>(), call.Next<T4>())));

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<T1, T2, T3, T4, T5, TResult>(string name, FuncType type, Func<Call, T1, T2, T3, T4, T5, TResult> body) =>
        new(name, new TypeCheck(name, type, 5).Parameter<T1>().Parameter<T2>().Parameter<T3>().Parameter<T4>().Parameter<T5>().Result<TResult>(), (ref HostCall call) => call.Return(body(call.Call, call.Next<T1>(), call.Next<T2>(), call.Next<T3>(), call.Next<T4>(), call.Next<T5>())));

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<T1, T2, T3, T4, T5, T6, TResult>(string name, FuncType type, Func<Call, T1, T2, T3, T4, T5, T6, TResult> body) =>
        new(name, new TypeCheck(name, type, 6).Parameter<T1>().Parameter<T2>().Parameter<T3>().Parameter<T4>().Parameter<T5>().Parameter<T6>().Result<TResult>(), (ref HostCall call) => call.Return(body(call.Call, call.Next<T1>(), call.Next<T2>(), call.Next<T3>(), call.Next<T4>(), call.Next<T5>(), call.Next<T6>())));

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<TResult>(string name, FuncType type, Func<Call, ValueTask<TResult>> body) =>
        new(name, new TypeCheck(name, type, 0).Result<TResult>(), (ref HostCall call) => call.Return(call.Await(body(call.Call))));

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<T1, TResult>(string name, FuncType type, Func<Call, T1, ValueTask<TResult>> body) =>
        new(name, new TypeCheck(name, type, 1).Parameter<T1>().Result<TResult>(), (ref HostCall call) => call.Return(call.Await(body(call.Call, call.Next<T1>()))));

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<T1, T2, TResult>(string name, FuncType type, Func<Call, T1, T2, ValueTask<TResult>> body) =>
        new(name, new TypeCheck(name, type, 2).Parameter<T1>().Parameter<T2>().Result<TResult>(), (ref HostCall call) => call.Return(call.Await(body(call.Call, call.Next<T1>(), call.Next<T2>()))));

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<T1, T2, T3, TResult>(string name, FuncType type, Func<Call, T1, T2, T3, ValueTask<TResult>> body) =>
        new(name, new TypeCheck(name, type, 3).Parameter<T1>().Parameter<T2>().Parameter<T3>().Result<TResult>(), (ref HostCall call) => call.Return(call.Await(body(call.Call, call.Next<T1>(), call.Next<T2>(), call.Next<T3>()))));

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<T1, T2, T3, T4, TResult>(string name, FuncType type, Func<Call, T1, T2, T3, T4, ValueTask<TResult>> body) =>
        new(name, new TypeCheck(name, type, 4).Parameter<T1>().Parameter<T2>().Parameter<T3>().Parameter<T4>().Result<TResult>(), (ref HostCall call) => call.Return(call.Await(body(call.Call, call.Next<T1>(), call.Next<T2>(), call.Next<T3>(), call.Next<T4>()))));

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<T1, T2, T3, T4, T5, TResult>(string name, FuncType type, Func<Call, T1, T2, T3, T4, T5, ValueTask<TResult>> body) =>
        new(name, new TypeCheck(name, type, 5).Parameter<T1>().Parameter<T2>().Parameter<T3>().Parameter<T4>().Parameter<T5>().Result<TResult>(), (ref HostCall call) => call.Return(call.Await(body(call.Call, call.Next<T1>(), call.Next<T2>(), call.Next<T3>(), call.Next<T4>(), call.Next<T5>()))));

    /// <inheritdoc cref="HostFunction"/>
    public static HostFunction Of<T1, T2, T3, T4, T5, T6, TResult>(string name, FuncType type, Func<Call, T1, T2, T3, T4, T5, T6, ValueTask<TResult>> body) =>
        new(name, new TypeCheck(name, type, 6).Parameter<T1>().Parameter<T2>().Parameter<T3>().Parameter<T4>().Parameter<T5>().Parameter<T6>().Result<TResult>(), (ref HostCall call) => call.Return(call.Await(body(call.Call, call.Next<T1>(), call.Next<T2>(), call.Next<T3>(), call.Next<T4>(), call.Next<T5>(), call.Next<T6>()))));

    /// <summary>Calls the function from the host.</summary>
    internal WitValue? Invoke(Call call, ReadOnlySpan<WitValue> arguments)
    {
        var host = new HostCall(this, call, arguments);
        Body(ref host);
        return host.Result;
    }

    /// <summary>Compares a function's type with the .NET types that it is written with.</summary>
    private ref struct TypeCheck(string name, FuncType type, int parameters)
    {
        private int _next = type.Parameters.Count == parameters
            ? 0
            : throw new ArgumentException($"{name} has {type.Parameters.Count} parameters in WIT, {parameters} in .NET");

        internal TypeCheck Parameter<T>()
        {
            var parameter = type.Parameters[_next++];
            return HostTypes.Fits<T>(parameter.Type) ? this : throw new ArgumentException($"{name}: the parameter {parameter.Name} of type {parameter.Type} cannot be a {typeof(T)}");
        }

        internal readonly FuncType Result<T>() => type.Result is not null && HostTypes.Fits<T>(type.Result)
            ? type
            : throw new ArgumentException($"{name}: the result of type {type.Result?.ToString() ?? "none"} cannot be a {typeof(T)}");

        internal readonly FuncType NoResult() => type.Result is null ? type : throw new ArgumentException($"{name} has a result in WIT, none in .NET");
    }
}
