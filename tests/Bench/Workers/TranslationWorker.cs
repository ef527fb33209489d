using System.Diagnostics;
using Tapedeck.Wasm;

namespace Tapedeck.Bench.Workers;

/// <summary>What translating one module costs in a process that does nothing else.</summary>
internal static class TranslationWorker
{
    internal static void Run(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var code = new CountingCodeStore();
        using var engine = new Engine(new EngineOptions { BackEnd = BackEnd.Assembly, CodeStore = code, CodeKey = FolderCodeStore.Key });
        var start = CpuTime.Microseconds;
        using var module = engine.Compile(bytes);
        var validated = CpuTime.Microseconds;
        // With the back end of assemblies, the first instance waits for the translation.
        engine.Run(() =>
        {
            using var store = engine.NewStore(JavaScriptWorker.Limits);
            return module.Prepare().New(store, Stubs.For(store, module));
        });
        var translated = CpuTime.Microseconds;
        using var self = Process.GetCurrentProcess();
        Worker.Report("validate", validated - start);
        Worker.Report("translate", translated - validated);
        Worker.Report("peak", self.PeakWorkingSet64);
        Worker.Report("size", code.Bytes);
        Worker.Report("module", bytes.Length);
    }
}
