using System.Diagnostics;
using Tapedeck.Wasm;

namespace Tapedeck.Bench.Workers;

/// <summary>A JavaScript engine inside a component: its first answer, and its steady speed.</summary>
internal static class JavaScriptWorker
{
    internal static readonly StoreLimits Limits = new() { MemoryBytes = 256 << 20 };

    /// <summary>From the start of the process to the first answer. <paramref name="codeFolder"/> keeps translations.</summary>
    internal static void First(string folder, string codeFolder, BackEnd backEnd)
    {
        using var engine = new Engine(new EngineOptions { BackEnd = backEnd, CodeStore = new FolderCodeStore(codeFolder), CodeKey = FolderCodeStore.Key });
        var modules = new LinkedModules(engine, folder);
        var answer = engine.Run(() =>
        {
            using var store = engine.NewStore(Limits);
            return JavaScriptCalls.Call("echo", modules.Link(store, JavaScriptCalls.LiftOf("echo")));
        });
        var cpu = CpuTime.Microseconds;
        using var self = Process.GetCurrentProcess();
        Worker.Report("wall", (DateTime.Now - self.StartTime).TotalMicroseconds);
        Worker.Report("cpu", cpu);
        Worker.Report("checksum", answer);
    }

    /// <summary>Prints the methods that took the JIT longest until all is warm.</summary>
    internal static void Jit(string folder, string call, CodeLifetime lifetime)
    {
        using var events = new JitEvents();
        Steady(folder, call, 1, 1, lifetime);
        events.Print(40);
    }

    /// <summary>
    /// The CPU time of one call when all is warm. It is taken in a new instance: what a call of an interpreter does depends on how many came before it, since the last
    /// collection of garbage, so both engines have to make the same ones.
    /// </summary>
    internal static void Steady(string folder, string call, int calls, int repetitions, CodeLifetime lifetime)
    {
        using var engine = new Engine(new EngineOptions { BackEnd = BackEnd.Assembly, Lifetime = lifetime });
        var modules = new LinkedModules(engine, folder);
        engine.Run(() =>
        {
            using (var warm = engine.NewStore(Limits))
            {
                var warmFunction = modules.Link(warm, JavaScriptCalls.LiftOf(call));
                WarmUp.UntilSettled(() => JavaScriptCalls.Call(call, warmFunction));
            }
            using var store = engine.NewStore(Limits);
            var function = modules.Link(store, JavaScriptCalls.LiftOf(call));
            var answer = "";
            var best = CpuTime.Best(repetitions, () =>
            {
                for (var i = 0; i < calls; i++)
                {
                    answer = JavaScriptCalls.Call(call, function);
                }
            });
            Worker.Report("cpu", best / calls);
            Worker.Report("checksum", answer);
            return 0;
        });
    }
}
