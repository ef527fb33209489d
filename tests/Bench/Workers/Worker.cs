using Tapedeck.Wasm;

namespace Tapedeck.Bench.Workers;

/// <summary>What a child process measures. It prints lines of a name, a tab and a value.</summary>
internal static class Worker
{
    internal const string Command = "worker";

    internal static void Run(ReadOnlySpan<string> arguments)
    {
        switch (arguments)
        {
            case ["kernel", var file, var n, var repetitions, var lifetime]:
                KernelWorker.Run(file, int.Parse(n), int.Parse(repetitions), Enum.Parse<CodeLifetime>(lifetime));
                break;
            case ["javascript-first", var folder, var codeFolder, var backEnd]:
                JavaScriptWorker.First(folder, codeFolder, Enum.Parse<BackEnd>(backEnd));
                break;
            case ["javascript-steady", var folder, var call, var calls, var repetitions, var lifetime]:
                JavaScriptWorker.Steady(folder, call, int.Parse(calls), int.Parse(repetitions), Enum.Parse<CodeLifetime>(lifetime));
                break;
            case ["javascript-jit", var folder, var call, var lifetime]:
                // By hand only: what the JIT makes of the engine inside a component.
                JavaScriptWorker.Jit(folder, call, Enum.Parse<CodeLifetime>(lifetime));
                break;
            default:
                RunOther(arguments);
                break;
        }
    }

    private static void RunOther(ReadOnlySpan<string> arguments)
    {
        switch (arguments)
        {
            case ["instances", var image, var dirtyPages]:
                InstanceWorker.Run(image, int.Parse(dirtyPages));
                break;
            case ["calls", var file]:
                CallWorker.Run(file);
                break;
            case ["component-instances", var file]:
                ComponentWorker.Instances(file);
                break;
            case ["component-calls"]:
                ComponentWorker.Calls();
                break;
            case ["gate"]:
                GateWorker.Run();
                break;
            case ["component-files"]:
                FilesWorker.Run();
                break;
            case ["component-fetch"]:
                FetchWorker.Run();
                break;
            case ["concurrent-calls"]:
                ConcurrencyWorker.Run();
                break;
            case ["live-instances", var file, var count]:
                LiveInstancesWorker.Run(file, int.Parse(count));
                break;
            case ["bare"]:
                BareServer.Run();
                break;
            case ["translation", var file]:
                TranslationWorker.Run(file);
                break;
            case ["link", var component, var folder]:
                // By hand only: leaves a folder that the JavaScript workers, and a profiler, can be run on.
                Components.LinkPlan.Write(component, folder);
                break;
            default:
                throw new ArgumentException($"unknown worker {string.Join(' ', arguments.ToArray())}");
        }
    }

    internal static void Report(string name, object value) => Console.WriteLine($"{name}\t{value}");
}
