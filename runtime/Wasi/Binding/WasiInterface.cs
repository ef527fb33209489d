using Tapedeck.Components;
using Tapedeck.Components.Types;

namespace Tapedeck.Wasi.Binding;

/// <summary>One WIT interface as the host offers it: each function by its name and signature in WIT, and what it does.</summary>
internal sealed class WasiInterface
{
    private readonly List<string> _functions = [];

    internal WasiInterface(string name, WitScope types, params HostResource[] resources)
    {
        Types = types;
        Host = new HostInterface(name);
        Name = name;
        foreach (var resource in resources)
        {
            Host.Resource(resource);
        }
    }

    internal string Name { get; }

    internal WitScope Types { get; }

    internal HostInterface Host { get; }

    /// <summary>The names of its functions.</summary>
    internal IReadOnlyList<string> Functions => _functions;

    internal WasiInterface Func<TResult>(string name, string signature, Func<Call, TResult> body) => Add(name, signature, type => HostFunction.Of(name, type, body));

    internal WasiInterface Func<T1, TResult>(string name, string signature, Func<Call, T1, TResult> body) => Add(name, signature, type => HostFunction.Of(name, type, body));

    internal WasiInterface Func<T1, T2, TResult>(string name, string signature, Func<Call, T1, T2, TResult> body) => Add(name, signature, type => HostFunction.Of(name, type, body));

    internal WasiInterface Func<T1, T2, T3, TResult>(string name, string signature, Func<Call, T1, T2, T3, TResult> body) => Add(name, signature, type => HostFunction.Of(name, type, body));

    internal WasiInterface Func<T1, T2, T3, T4, TResult>(string name, string signature, Func<Call, T1, T2, T3, T4, TResult> body) => Add(name, signature, type => HostFunction.Of(name, type, body));

    internal WasiInterface Result(string name, string signature, Func<Call, Answer> body) => Add(name, signature, type =>
        HostFunction.Of(name, type, (Call call) => body(call).In(type.Result)));

    internal WasiInterface Result<T1>(string name, string signature, Func<Call, T1, Answer> body) => Add(name, signature, type =>
        HostFunction.Of(name, type, (Call call, T1 a) => body(call, a).In(type.Result)));

    internal WasiInterface Result<T1, T2>(string name, string signature, Func<Call, T1, T2, Answer> body) => Add(name, signature, type =>
        HostFunction.Of(name, type, (Call call, T1 a, T2 b) => body(call, a, b).In(type.Result)));

    internal WasiInterface Result<T1, T2, T3>(string name, string signature, Func<Call, T1, T2, T3, Answer> body) => Add(name, signature, type =>
        HostFunction.Of(name, type, (Call call, T1 a, T2 b, T3 c) => body(call, a, b, c).In(type.Result)));

    internal WasiInterface Result<T1, T2, T3, T4>(string name, string signature, Func<Call, T1, T2, T3, T4, Answer> body) => Add(name, signature, type =>
        HostFunction.Of(name, type, (Call call, T1 a, T2 b, T3 c, T4 d) => body(call, a, b, c, d).In(type.Result)));

    internal WasiInterface Result<T1, T2, T3, T4, T5>(string name, string signature, Func<Call, T1, T2, T3, T4, T5, Answer> body) => Add(name, signature, type =>
        HostFunction.Of(name, type, (Call call, T1 a, T2 b, T3 c, T4 d, T5 e) => body(call, a, b, c, d, e).In(type.Result)));

    internal WasiInterface Blocking<T1>(string name, string signature, Func<Call, T1, ValueTask<Answer>> body) => Add(name, signature, type =>
        HostFunction.Of(name, type, async (Call call, T1 a) => (await body(call, a)).In(type.Result)));

    internal WasiInterface Blocking<T1, T2>(string name, string signature, Func<Call, T1, T2, ValueTask<Answer>> body) => Add(name, signature, type =>
        HostFunction.Of(name, type, async (Call call, T1 a, T2 b) => (await body(call, a, b)).In(type.Result)));

    internal WasiInterface Blocking<T1, T2, T3>(string name, string signature, Func<Call, T1, T2, T3, ValueTask<Answer>> body) => Add(name, signature, type =>
        HostFunction.Of(name, type, async (Call call, T1 a, T2 b, T3 c) => (await body(call, a, b, c)).In(type.Result)));

    /// <summary>A function without a result.</summary>
    internal WasiInterface Do<T1>(string name, string signature, Action<Call, T1> body) => Add(name, signature, type => HostFunction.Of(name, type, body));

    internal WasiInterface Do<T1, T2>(string name, string signature, Action<Call, T1, T2> body) => Add(name, signature, type => HostFunction.Of(name, type, body));

    internal WasiInterface Do<T1, T2, T3>(string name, string signature, Action<Call, T1, T2, T3> body) => Add(name, signature, type => HostFunction.Of(name, type, body));

    /// <summary>A function that waits for what it gives.</summary>
    internal WasiInterface Wait<T1, TResult>(string name, string signature, Func<Call, T1, ValueTask<TResult>> body) => Add(name, signature, type => HostFunction.Of(name, type, body));

    /// <summary>A function without a result that waits.</summary>
    internal WasiInterface Wait<T1>(string name, string signature, Func<Call, T1, ValueTask> body) => Add(name, signature, type =>
        HostFunction.Of(name, type, async (call, arguments) =>
        {
            await body(call, (T1)arguments[0].AsHandle());
            return null;
        }));

    private WasiInterface Add(string name, string signature, Func<FuncType, HostFunction> make)
    {
        _functions.Add(name);
        Host.Func(make(Types.Func(name, signature)));
        return this;
    }
}
