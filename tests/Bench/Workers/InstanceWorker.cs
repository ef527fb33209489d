using System.Diagnostics;
using Tapedeck.Wasm;

namespace Tapedeck.Bench.Workers;

/// <summary>What an instance of its own for each call costs: a store, an instance, pages that the call dirties, and the way back to the pool.</summary>
internal static class InstanceWorker
{
    private const int Instances = 300;
    private const int Repetitions = 9;
    private const int Retained = 50;

    /// <param name="image">MiB of an image made up here, or the file of a module.</param>
    /// <param name="dirtyPages">Pages of 4 KiB that each instance writes to; only for an image made up here.</param>
    internal static void Run(string image, int dirtyPages)
    {
        using var engine = new Engine(new EngineOptions { BackEnd = BackEnd.Assembly });
        var madeUp = int.TryParse(image, out var mebibytes);
        using var module = engine.Compile(madeUp ? ImageModule.Of(mebibytes) : File.ReadAllBytes(image));
        var template = module.Prepare();
        engine.Run(() =>
        {
            void Once() => NewInstance(engine, module, template, madeUp ? dirtyPages : null).Dispose();
            WarmUp.UntilSettled(Once);
            var best = CpuTime.Best(Repetitions, () =>
            {
                for (var i = 0; i < Instances; i++)
                {
                    Once();
                }
            });
            Worker.Report("cpu", best / Instances);
            ReportRetained(() => NewInstance(engine, module, template, madeUp ? dirtyPages : null));
            return 0;
        });
    }

    private static Store NewInstance(Engine engine, Module module, Template template, int? dirtyPages)
    {
        var store = engine.NewStore(JavaScriptWorker.Limits);
        var instance = template.New(store, Stubs.For(store, module));
        if (dirtyPages is { } pages)
        {
            instance.Func("dirty").Call([Value.I32(pages)], []);
        }
        return store;
    }

    private static void ReportRetained(Func<Store> newInstance)
    {
        var (resident, managed) = (Resident(), GC.GetTotalMemory(forceFullCollection: true));
        var stores = Enumerable.Range(0, Retained).Select(_ => newInstance()).ToArray();
        Worker.Report("managed", (GC.GetTotalMemory(forceFullCollection: true) - managed) / Retained);
        Worker.Report("resident", (Resident() - resident) / Retained);
        foreach (var store in stores)
        {
            store.Dispose();
        }
    }

    private static long Resident()
    {
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}
