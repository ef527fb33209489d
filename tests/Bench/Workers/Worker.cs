using Tapedeck.Wasm;

namespace Tapedeck.Bench.Workers;

/// <summary>What a child process measures. It prints lines of a name, a tab and a value.</summary>
internal static class Worker
{
    internal const string Command = "worker";

    private static readonly Dictionary<string, (int Arguments, Action<string[]> Run)> All = new()
    {
        ["kernel"] = (4, static a => KernelWorker.Run(a[0], int.Parse(a[1]), int.Parse(a[2]), Enum.Parse<CodeLifetime>(a[3]))),
        ["javascript-first"] = (3, static a => JavaScriptWorker.First(a[0], a[1], Enum.Parse<BackEnd>(a[2]))),
        ["javascript-steady"] = (5, static a => JavaScriptWorker.Steady(a[0], a[1], int.Parse(a[2]), int.Parse(a[3]), Enum.Parse<CodeLifetime>(a[4]))),
        ["instances"] = (2, static a => InstanceWorker.Run(a[0], int.Parse(a[1]))),
        ["calls"] = (1, static a => CallWorker.Run(a[0])),
        ["component-instances"] = (1, static a => ComponentWorker.Instances(a[0])),
        ["component-calls"] = (0, static _ => ComponentWorker.Calls()),
        ["gate"] = (0, static _ => GateWorker.Run()),
        ["component-files"] = (0, static _ => FilesWorker.Run()),
        ["component-fetch"] = (0, static _ => FetchWorker.Run()),
        ["concurrent-calls"] = (0, static _ => ConcurrencyWorker.Run()),
        ["live-instances"] = (2, static a => LiveInstancesWorker.Run(a[0], int.Parse(a[1]))),
        ["bare"] = (0, static _ => BareServer.Run()),
        ["native"] = (0, static _ => NativeServer.Run()),
        ["translation"] = (1, static a => TranslationWorker.Run(a[0])),
        // By hand only: what the JIT makes of the engine inside a component.
        ["javascript-jit"] = (3, static a => JavaScriptWorker.Jit(a[0], a[1], Enum.Parse<CodeLifetime>(a[2]))),
        // By hand only: leaves a folder that the JavaScript workers, and a profiler, can be run on.
        ["link"] = (2, static a => Components.LinkPlan.Write(a[0], a[1])),
    };

    internal static void Run(ReadOnlySpan<string> arguments)
    {
        if (arguments.IsEmpty || !All.TryGetValue(arguments[0], out var worker) || worker.Arguments != arguments.Length - 1)
        {
            throw new ArgumentException($"unknown worker {string.Join(' ', arguments.ToArray())}");
        }
        worker.Run(arguments[1..].ToArray());
    }

    internal static void Report(string name, object value) => Console.WriteLine($"{name}\t{value}");
}
