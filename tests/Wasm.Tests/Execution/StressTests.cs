using System.Collections.Concurrent;
using Tapedeck.Wasm.Opcodes;
using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests.Execution;

/// <summary>Many calls at once that end at every point where a call can end.</summary>
public class StressTests
{
    private const int Pages = 8;
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("tiered")]
    [InlineData("lazy, split")]
    public async Task Calls_that_are_interrupted_anywhere_leave_nothing_to_the_next(string configuration)
    {
        using var engine = new Engine(Engines.All[configuration] with { CallThreads = 6, AbandonedCalls = 1_000 });
        using var module = engine.Compile(Dirtying());
        using var template = module.Prepare();
        var random = new Random(7);
        var ends = Enumerable.Range(0, 400).Select(_ => (Deadline: random.Next(2_000), IsCancelled: random.Next(2) == 0)).ToArray();
        var dirty = new ConcurrentBag<string>();

        await Parallel.ForEachAsync(ends, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (end, _) =>
        {
            // Disposed as soon as the caller has its answer, whether the call is over or not.
            using var store = engine.NewStore();
            using var source = new CancellationTokenSource();
            var time = TimeSpan.FromMicroseconds(end.Deadline);
            if (end.IsCancelled)
            {
                source.CancelAfter(time);
            }
            var call = engine.RunAsync(store, () => Check(template, store, dirty), end.IsCancelled ? null : time, source.Token);
            var trap = await Assert.ThrowsAsync<TrapException>(() => call.WaitAsync(Answer));
            Assert.Equal(TrapCode.Interrupted, trap.Code);
        });

        Assert.Empty(dirty);
        Assert.True(SpinWait.SpinUntil(() => engine.AbandonedCalls == 0 && engine.MemoryBytes == 0, Answer));
        Assert.True(SpinWait.SpinUntil(() => engine.Memories.Count == engine.Memories.IdleCount, Answer));
        using var last = engine.NewStore();
        engine.Run(() => Record.Exception(() => Check(template, last, dirty, isOnce: true)));
        Assert.Empty(dirty);
    }

    [Fact]
    public async Task A_template_that_is_disposed_under_its_users_fails_them_or_serves_them_whole()
    {
        for (var round = 0; round < 10; round++)
        {
            using var engine = Engines.New("lazy");
            using var module = engine.Compile(Dirtying());
            var template = module.Prepare();
            var dirty = new ConcurrentBag<string>();
            var (served, refused) = (0, 0);

            var users = Enumerable.Range(0, 4).Select(_ => Task.Run(() => Use())).ToArray();
            SpinWait.SpinUntil(() => Volatile.Read(ref served) > 20);
            template.Dispose();
            await Task.WhenAll(users).WaitAsync(Answer);

            Assert.Empty(dirty);
            Assert.Equal(4, refused);
            Assert.Equal((0L, 0), (engine.MemoryBytes, engine.Memories.Count));

            void Use()
            {
                while (true)
                {
                    using var store = engine.NewStore();
                    try
                    {
                        engine.Run(() => Check(template, store, dirty, isOnce: true));
                        Interlocked.Increment(ref served);
                    }
                    catch (ObjectDisposedException)
                    {
                        Interlocked.Increment(ref refused);
                        return;
                    }
                }
            }
        }
    }

    // Looks for what others left, then leaves as much as it can.
    private static int Check(Template template, Store store, ConcurrentBag<string> dirty, bool isOnce = false)
    {
        var instance = template.New(store);
        var memory = instance.Memory("memory");
        var bytes = memory.Slice(0, Pages << 16);
        if (memory.Pages != Pages || bytes[..200_000].ContainsAnyExcept((byte)7) || bytes[200_000..].ContainsAnyExcept((byte)0))
        {
            dirty.Add($"memory of {memory.Pages} pages, {bytes.Count((byte)7)} bytes as they should be");
        }
        if (((Global)instance["global"]).Value.AsI32 != 1 || !((Table)instance["table"]).Get(99).IsNull)
        {
            dirty.Add("global or table");
        }
        if (!isOnce)
        {
            instance.Func("soil").Call(Value.I32(0));
        }
        return 0;
    }

    private static byte[] Dirtying()
    {
        var builder = new ModuleBuilder();
        builder.Memory("memory", new Limits(Pages, 100));
        builder.Table("table", new TableType(ValType.FuncRef, new Limits(100, 1_000)));
        builder.Global("global", new GlobalType(ValType.I32, true), new Code().I32(1));
        builder.ActiveData(new Code().I32(0), [.. Enumerable.Repeat((byte)7, 200_000)]);
        var self = builder.Function("soil", Types.I32, new Code().Loop(new Code()
            .I32(1).Op(Opcode.MemoryGrow, 0).Op(Opcode.Drop)
            .I32(0).I32(0xEE).I32(Pages << 16).Op(Opcode.MemoryFill, 0)
            .I32(2).Op(Opcode.GlobalSet, 0)
            .I32(0).Op(Opcode.RefFunc, 0).I32(100).Op(Opcode.TableFill, 0)
            .Get(0).I32(0x7FFF).Op(Opcode.I32And).I32(0x55).Op(Opcode.I32Store8, 0, 0)
            .Get(0).I32(1).Op(Opcode.I32Add).Op(Opcode.LocalTee, 0).Op(Opcode.Drop)
            .Op(Opcode.Br, 0)));
        builder.PassiveElements(self);
        return builder.Build();
    }
}
