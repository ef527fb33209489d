using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Tapedeck.Wasm.Compilation;

namespace Tapedeck.Wasm.Tests.Compilation;

/// <summary>Measures what the JIT takes for each method of a translated module, in CPU time of the thread that asks for it.</summary>
internal static class JitCost
{
    private const int ThreadCpuTime = 3;

    internal static byte[] Translate(byte[] bytes)
    {
        using var engine = new Engine();
        using var module = engine.Compile(bytes);
        return ModuleTranslator.Translate(module, CancellationToken.None);
    }

    /// <summary>The method that took longest, compiled as code of that lifetime is at its first call.</summary>
    internal static (string Method, int IlBytes, TimeSpan Cpu) Worst(byte[] image, CodeLifetime lifetime)
    {
        var context = new EngineContext(lifetime == CodeLifetime.Collectible);
        var methods = context.LoadFromStream(new MemoryStream(image)).GetType(AssemblySink.TypeName)!.GetMethods(BindingFlags.Public | BindingFlags.Static);
        var worst = methods.Select(Measure).MaxBy(method => method.Cpu);
        if (context.IsCollectible)
        {
            context.Unload();
        }
        return worst;
    }

    private static (string Method, int IlBytes, TimeSpan Cpu) Measure(MethodInfo method)
    {
        var before = Cpu();
        RuntimeHelpers.PrepareMethod(method.MethodHandle);
        return (method.Name, method.GetMethodBody()!.GetILAsByteArray()!.Length, Cpu() - before);
    }

    private static TimeSpan Cpu() =>
        ClockGetTime(ThreadCpuTime, out var time) == 0
            ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000)
            : throw new InvalidOperationException("clock_gettime failed");

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int ClockGetTime(int clock, out Timespec time);

    private struct Timespec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }

    private sealed class EngineContext(bool isCollectible) : AssemblyLoadContext("hostile", isCollectible)
    {
        protected override Assembly? Load(AssemblyName assemblyName) =>
            assemblyName.Name == typeof(Engine).Assembly.GetName().Name ? typeof(Engine).Assembly : null;
    }
}
