using Tapedeck.Components;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Wasm;
using FuncType = Tapedeck.Components.Types.FuncType;
using HostFunction = Tapedeck.Components.HostFunction;

namespace Tapedeck.Bench.Workers;

/// <summary>What instances of components and calls of them cost, in CPU time.</summary>
internal static class ComponentWorker
{
    private const int Repetitions = 40;
    private const int InstancesAtOnce = 200;

    internal static void Instances(string file)
    {
        using var engine = new Engine(new EngineOptions { BackEnd = BackEnd.Assembly });
        using var component = Component.Compile(engine, File.ReadAllBytes(file));
        using var template = component.Prepare(TrappingHost.For(component, engine));
        var allocated = 0L;
        var least = engine.Run(() =>
        {
            WarmUp.UntilSettled(() => Make(1));
            var before = GC.GetAllocatedBytesForCurrentThread();
            Make(InstancesAtOnce);
            allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / InstancesAtOnce;
            return CpuTime.Best(Repetitions, () => Make(InstancesAtOnce)) / InstancesAtOnce;
        });
        Worker.Report("cpu", least);
        Worker.Report("allocated", allocated);

        void Make(int instances)
        {
            for (var i = 0; i < instances; i++)
            {
                using var call = new Call(engine);
                template.New(call);
            }
        }
    }

    internal static void Calls()
    {
        using var engine = new Engine(new EngineOptions { BackEnd = BackEnd.Assembly });
        Report("empty", 1e3, Measure(engine, EchoComponents.Empty, new Linker(), 100_000));
        var u32 = new FuncType([new("v", WitType.U32)], WitType.U32);
        var echo = HostFunction.Of("echo", u32, static (Call _, uint v) => v);
        Report("import", 1, Measure(engine, EchoComponents.Loop, new Linker().Add(echo), 100, WitValue.U32(1_000)));
        Report("string", 1, Measure(engine, EchoComponents.String, new Linker(), 200, WitValue.String(new string('a', 1 << 16))));
        Report("records", 1, Measure(engine, EchoComponents.Records, new Linker(), 20, People()));
    }

    private static void Report(string name, double scale, double microseconds) => Worker.Report(name, microseconds * scale);

    /// <returns>CPU microseconds of a call of <c>run</c>.</returns>
    private static double Measure(Engine engine, byte[] bytes, Linker linker, int calls, params WitValue[] arguments)
    {
        using var component = Component.Compile(engine, bytes);
        using var template = component.Prepare(linker);
        return engine.Run(() =>
        {
            WarmUp.UntilSettled(() => Call(1));
            return CpuTime.Best(Repetitions, () => Call(calls)) / calls;
        });

        // Each time in a new instance, since the guests never give memory back.
        void Call(int times)
        {
            using var call = new Call(engine);
            template.New(call).TryFunc("run", out var run);
            for (var i = 0; i < times; i++)
            {
                run!.Invoke(arguments);
            }
        }
    }

    private static WitValue People()
    {
        var tags = new ListType(WitType.String);
        var person = new RecordType(new Field("name", WitType.String), new Field("age", WitType.U8), new Field("tags", tags));
        return WitValue.List(new ListType(person), [.. Enumerable.Range(0, 1_000).Select(i => WitValue.Record(
            person, WitValue.String($"person {i}"), WitValue.U8((byte)i), WitValue.List(tags, WitValue.String("one"), WitValue.String("two"))))]);
    }
}
