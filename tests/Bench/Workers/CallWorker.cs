using Tapedeck.Wasm;

namespace Tapedeck.Bench.Workers;

/// <summary>What a call across the border costs, in nanoseconds of CPU time.</summary>
internal static class CallWorker
{
    private const int Calls = 10_000_000;
    private const int WarmUpCalls = 10_000;
    private const int Repetitions = 7;

    internal static void Run(string file)
    {
        using var engine = new Engine(new EngineOptions { BackEnd = BackEnd.Assembly });
        using var module = engine.Compile(File.ReadAllBytes(file));
        var template = module.Prepare();
        engine.Run(() =>
        {
            using var store = engine.NewStore();
            Report("typed", template.New(store, [store.Host(HostFunction.Of<int, int>(static (_, value) => value + 1))]));
            Report("untyped", template.New(store, [store.Host(HostFunction.Of(new([ValType.I32], [ValType.I32]), Next))]));
            return 0;
        });
    }

    private static void Report(string import, Instance instance)
    {
        var empty = instance.Func("empty");
        var callHost = instance.Func("call_host");
        WarmUp.UntilSettled(() =>
        {
            CallEmpty(empty, WarmUpCalls);
            CallHost(callHost, WarmUpCalls);
        });
        if (import == "typed")
        {
            Worker.Report("empty", Nanoseconds(() => CallEmpty(empty, Calls)));
        }
        Worker.Report(import, Nanoseconds(() => CallHost(callHost, Calls)));
    }

    private static double Nanoseconds(Action calls) => CpuTime.Best(Repetitions, calls) * 1000 / Calls;

    private static void CallEmpty(Func empty, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            empty.Call([], []);
        }
    }

    private static void CallHost(Func callHost, int calls)
    {
        Span<Value> results = stackalloc Value[1];
        callHost.Call([Value.I32(calls)], results);
        if (results[0].AsI32 != calls)
        {
            throw new InvalidOperationException($"{calls} calls were {results[0].AsI32}");
        }
    }

    private static void Next(Store store, ReadOnlySpan<Value> arguments, Span<Value> results) => results[0] = Value.I32(arguments[0].AsI32 + 1);
}
