using Tapedeck.Components;
using Tapedeck.Wasm;

namespace Tapedeck.Bench.Workers;

/// <summary>What instances take that were made and are kept.</summary>
internal static class LiveInstancesWorker
{
    private const int PageBytes = 4096;

    internal static void Run(string file, int count)
    {
        using var engine = new Engine(new EngineOptions { BackEnd = BackEnd.Assembly });
        using var component = Component.Compile(engine, File.ReadAllBytes(file));
        using var template = component.Prepare(TrappingHost.For(component, engine));
        var calls = new List<Call>();
        // One before, for what all of them share.
        Make(1);
        var (resident, managed) = (Resident(), GC.GetTotalMemory(forceFullCollection: true));
        Make(count);
        Worker.Report("resident", (Resident() - resident) / (double)count);
        Worker.Report("managed", (GC.GetTotalMemory(forceFullCollection: true) - managed) / (double)count);
        calls.ForEach(static call => call.Dispose());

        void Make(int instances) => engine.Run(() =>
        {
            for (var i = 0; i < instances; i++)
            {
                var call = new Call(engine, new CallOptions { StoreLimits = JavaScriptWorker.Limits });
                calls.Add(call);
                template.New(call);
            }
            return 0;
        });
    }

    /// <summary>Bytes of this process that are in memory, after a collection.</summary>
    internal static long Resident()
    {
        GC.Collect();
        return long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * PageBytes;
    }
}
