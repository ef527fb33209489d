using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Tapedeck.Wasm.Execution;
using Tapedeck.Wasm.Tests.Execution.Memories;
using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests;

/// <summary>What stays of a module that is gone. Counts what the whole process holds, so nothing else may run.</summary>
[Collection(nameof(MemoryResourcesTests))]
public sealed class UnloadTests
{
    private const int Warm = 200;
    private const int Modules = 1_000;
    private const int MostKeptBytes = 2 << 10;

    [Theory]
    [InlineData(BackEnd.Assembly)]
    [InlineData(BackEnd.Lazy)]
    public void A_module_leaves_next_to_nothing_behind(BackEnd backEnd)
    {
        using var engine = new Engine(new EngineOptions { BackEnd = backEnd, Lifetime = CodeLifetime.Collectible });
        Use(engine, 0, Warm);
        var before = Now();
        Use(engine, Warm, Modules);
        var after = Now();

        Assert.Equal(before.Contexts, after.Contexts);
        // The last ones may still lie on a stack.
        Assert.InRange(after.Types, 0, before.Types + 10);
        Assert.InRange((after.Bytes - before.Bytes) / (double)(Modules - Warm), double.MinValue, MostKeptBytes);
        Assert.Equal(0, ProcessMaps.IsHere ? ProcessMaps.ImageDescriptorCount : 0);
        Assert.InRange(engine.Memories.Count, 0, 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Use(Engine engine, int first, int end)
    {
        for (var number = first; number < end; number++)
        {
            Use(engine, number);
        }
    }

    // Types take turns: the thunks of so many are kept on purpose (ThunkCache).
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Use(Engine engine, int number)
    {
        var own = new FuncType([.. Enumerable.Range(0, 7).Select(bit => (number >> bit & 1) == 0 ? ValType.I32 : ValType.I64)], [ValType.I32]);
        var builder = new ModuleBuilder();
        var host = builder.ImportFunction("host", own);
        builder.Memory("memory", new Limits(4, null));
        builder.Table("table", new TableType(ValType.FuncRef, new Limits(3_000, null)));
        var code = new Code();
        for (var local = 0; local < own.Parameters.Count; local++)
        {
            code.Get(local);
        }
        var run = builder.Function("run", own, code.Call(host));
        builder.ActiveElements(0, new Code().I32(0), [.. Enumerable.Repeat(run, 3_000)]);
        builder.ActiveData(new Code().I32(0), [.. Enumerable.Repeat((byte)1, 200_000)]);
        using var module = engine.Compile(builder.Build());
        var template = module.Prepare();
        using var store = engine.NewStore();
        var answer = engine.Run(() =>
        {
            var instance = template.New(store, store.Host(HostFunction.Of(own, (_, _, results) => results[0] = Value.I32(number))));
            return instance.Func("run").Call(new Value[own.Parameters.Count])[0].AsI32;
        });
        Assert.Equal(number, answer);
    }

    private static (long Bytes, int Contexts, int Types) Now()
    {
        for (var round = 0; round < 3; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return (GC.GetTotalMemory(forceFullCollection: true), AssemblyLoadContext.All.Count(static context => context.Name == "wasm"), Signatures.Count);
    }
}
