using System.Diagnostics;
using Tapedeck.Components;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasm;
using FuncType = Tapedeck.Components.Types.FuncType;
using HostFunction = Tapedeck.Components.HostFunction;

namespace Tapedeck.Bench.Workers;

/// <summary>A thousand calls that all wait in the host at the same time.</summary>
internal static class ConcurrencyWorker
{
    private const int Calls = 1_000;
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(500);

    internal static void Run()
    {
        using var engine = new Engine(new EngineOptions { BackEnd = BackEnd.Assembly, CallThreads = Calls });
        var inside = 0;
        var u32 = new FuncType([new("v", WitType.U32)], WitType.U32);
        var resident = 0L;
        var echo = HostFunction.Of("echo", u32, async (Call _, uint v) =>
        {
            if (Interlocked.Increment(ref inside) == Calls)
            {
                resident = LiveInstancesWorker.Resident();
            }
            await Task.Delay(Wait);
            return v;
        });
        using var component = Component.Compile(engine, EchoComponents.Loop);
        using var template = component.Prepare(new Linker().Add(echo));
        var before = LiveInstancesWorker.Resident();
        var (cpu, watch) = (CpuTime.Microseconds, Stopwatch.StartNew());
        Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => Call())).GetAwaiter().GetResult();
        Worker.Report("wall", watch.Elapsed.TotalMicroseconds);
        Worker.Report("cpu", CpuTime.Microseconds - cpu);
        Worker.Report("resident", resident - before);

        async Task Call()
        {
            using var call = new Call(engine);
            await engine.RunAsync(call.Store, () => template.New(call).TryFunc("run", out var run) ? run.Invoke(WitValue.U32(1)) : null, null, CancellationToken.None);
        }
    }
}
