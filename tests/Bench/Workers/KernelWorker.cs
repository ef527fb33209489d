using Tapedeck.Wasm;

namespace Tapedeck.Bench.Workers;

/// <summary>The steady speed of one kernel: all of its code is in its last tier when measuring begins.</summary>
internal static class KernelWorker
{
    internal static void Run(string file, int n, int repetitions, CodeLifetime lifetime)
    {
        using var engine = new Engine(new EngineOptions { Lifetime = lifetime, BackEnd = BackEnd.Assembly });
        using var module = engine.Compile(File.ReadAllBytes(file));
        var template = module.Prepare();
        engine.Run(() =>
        {
            using var store = engine.NewStore();
            var run = template.New(store, []).Func("run");
            WarmUp.UntilSettled(() => Call(run, 1));
            var checksum = Call(run, n);
            Worker.Report("cpu", CpuTime.Best(repetitions, () => checksum = Call(run, n)));
            Worker.Report("checksum", checksum);
            return 0;
        });
    }

    private static int Call(Func run, int n)
    {
        Span<Value> results = stackalloc Value[1];
        run.Call([Value.I32(n)], results);
        return results[0].AsI32;
    }
}
