using Tapedeck.Wasm.Tests.Modules;
using Xunit;

namespace Tapedeck.Wasm.Tests;

public class EngineTests
{
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(10);

    [Fact]
    public void Guest_code_runs_on_call_threads_only()
    {
        using var engine = Engines.New("lazy");
        using var store = engine.NewStore();
        var instance = engine.Run(() => Seven(engine).New(store));

        Assert.Throws<InvalidOperationException>(() => instance.Func("seven").Call());

        Assert.Equal(7, engine.Run(() => instance.Func("seven").Call())[0].AsI32);
    }

    [Fact]
    public void A_start_function_runs_on_call_threads_only()
    {
        var builder = new ModuleBuilder();
        builder.Start(builder.Function(null, Types.None, new Code()));
        using var engine = Engines.New("lazy");
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();

        Assert.Throws<InvalidOperationException>(() => module.Prepare().New(store));
    }

    [Fact]
    public void A_host_function_cannot_enter_its_store_from_another_thread()
    {
        var builder = new ModuleBuilder();
        builder.Function("run", Types.None, new Code().Call(builder.ImportFunction("host", Types.None)));
        builder.Function("seven", Types.ToI32, new Code().I32(7));
        using var engine = Engines.New("lazy");
        using var module = engine.Compile(builder.Build());
        using var store = engine.NewStore();
        Instance? instance = null;
        instance = engine.Run(() => module.Prepare().New(store, store.Host(HostFunction.Of(_ => Elsewhere(() => instance!.Func("seven").Call())))));

        Assert.Throws<InvalidOperationException>(() => engine.Run(() => instance.Func("run").Call()));
        Assert.Equal(7, engine.Run(() => instance.Func("seven").Call())[0].AsI32);
    }

    [Fact]
    public void A_call_in_a_call_runs_on_the_same_thread()
    {
        using var engine = new Engine(new EngineOptions { CallThreads = 1, CallQueue = 0 });

        var (outer, inner) = engine.Run(() => (Environment.CurrentManagedThreadId, engine.Run(static () => Environment.CurrentManagedThreadId)));

        Assert.Equal(outer, inner);
        Assert.NotEqual(Environment.CurrentManagedThreadId, outer);
    }

    [Fact]
    public async Task Beyond_the_threads_calls_wait_and_beyond_the_queue_they_are_refused()
    {
        using var engine = new Engine(new EngineOptions { CallThreads = 2, CallQueue = 3 });
        using var gate = new ManualResetEventSlim();
        using var running = new CountdownEvent(2);
        using var stores = new Stores(engine, 6);
        var threads = new HashSet<int>();
        var calls = new List<Task<int>>();
        for (var call = 0; call < 5; call++)
        {
            calls.Add(engine.RunAsync(stores[call], Block, null, CancellationToken.None));
        }
        Assert.True(running.Wait(Answer));

        await Assert.ThrowsAsync<BusyException>(() => engine.RunAsync(stores[5], static () => 0, null, CancellationToken.None));
        Assert.Throws<BusyException>(() => engine.Run(static () => 0));

        gate.Set();
        Assert.Equal(5, (await Task.WhenAll(calls).WaitAsync(Answer)).Sum());
        Assert.Equal(2, threads.Count);
        Assert.Equal(0, await engine.RunAsync(stores[5], static () => 0, null, CancellationToken.None));

        int Block()
        {
            lock (threads)
            {
                if (threads.Add(Environment.CurrentManagedThreadId))
                {
                    running.Signal();
                }
            }
            gate.Wait();
            return 1;
        }
    }

    [Fact]
    public async Task A_call_that_is_cancelled_in_the_queue_never_runs_and_gives_its_place_up()
    {
        using var engine = new Engine(new EngineOptions { CallThreads = 1, CallQueue = 1 });
        using var gate = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        using var stores = new Stores(engine, 4);
        using var source = new CancellationTokenSource();
        var blocking = engine.RunAsync(stores[0], () => Block(1), null, CancellationToken.None);
        Assert.True(running.Wait(Answer));
        var hasRun = false;

        var cancelled = engine.RunAsync(stores[1], () => hasRun = true, null, source.Token);
        await Assert.ThrowsAsync<BusyException>(() => engine.RunAsync(stores[2], static () => 2, null, CancellationToken.None));
        await source.CancelAsync();
        await Assert.ThrowsAsync<TrapException>(() => cancelled.WaitAsync(Answer));
        var overdue = engine.RunAsync(stores[2], () => hasRun = true, TimeSpan.FromMilliseconds(1), CancellationToken.None);
        await Assert.ThrowsAsync<TrapException>(() => overdue.WaitAsync(Answer));
        stores[1].Dispose();
        var last = engine.RunAsync(stores[3], static () => 3, null, CancellationToken.None);

        Assert.Equal(0, engine.AbandonedCalls);
        gate.Set();
        Assert.Equal(4, await blocking.WaitAsync(Answer) + await last.WaitAsync(Answer));
        Assert.False(hasRun);

        int Block(int result)
        {
            running.Set();
            gate.Wait();
            return result;
        }
    }

    [Fact]
    public async Task Beyond_the_abandoned_calls_that_are_allowed_no_call_is_taken()
    {
        using var engine = new Engine(new EngineOptions { CallThreads = 8, AbandonedCalls = 3 });
        using var gate = new ManualResetEventSlim();
        using var stores = new Stores(engine, 4);
        for (var call = 0; call < 3; call++)
        {
            Assert.Equal(42, engine.Run(static () => 42));
            using var running = new ManualResetEventSlim();
            using var source = new CancellationTokenSource();
            var blocking = engine.RunAsync(stores[call], Block, null, source.Token);
            Assert.True(running.Wait(Answer));
            await source.CancelAsync();
            await Assert.ThrowsAsync<TrapException>(() => blocking.WaitAsync(Answer));

            int Block()
            {
                running.Set();
                gate.Wait();
                return 0;
            }
        }

        Assert.Equal("3 abandoned calls have not come to an end", Assert.Throws<BusyException>(() => engine.Run(static () => 42)).Message);
        await Assert.ThrowsAsync<BusyException>(() => engine.RunAsync(stores[3], static () => 42, null, CancellationToken.None));

        gate.Set();
        Assert.True(SpinWait.SpinUntil(() => engine.AbandonedCalls == 0, Answer));
        Assert.Equal(42, await engine.RunAsync(stores[3], static () => 42, null, CancellationToken.None).WaitAsync(Answer));
    }

    [Fact]
    public async Task Five_hundred_blocked_calls_stop_neither_the_thread_pool_nor_another_engine()
    {
        using var blocked = new Engine(new EngineOptions { CallThreads = 500, BackEnd = BackEnd.Lazy });
        using var other = Engines.New("lazy");
        using var gate = new ManualResetEventSlim();
        using var running = new CountdownEvent(500);
        using var stores = new Stores(blocked, 500);
        var builder = new ModuleBuilder();
        builder.Function("run", Types.None, new Code().Call(builder.ImportFunction("block", Types.None)));
        using var module = blocked.Compile(builder.Build());
        var template = module.Prepare();
        var calls = Enumerable.Range(0, 500).Select(call => blocked.RunAsync(stores[call], () => Block(stores[call]), null, CancellationToken.None)).ToArray();
        Assert.True(running.Wait(Answer));

        var pool = Task.WhenAll(Enumerable.Range(0, 100).Select(static item => Task.Run(() => item)));
        var seven = Task.Run(() => other.Run(() => Run(other)));

        Assert.Equal(4_950, (await pool.WaitAsync(Answer)).Sum());
        Assert.Equal(7, await seven.WaitAsync(Answer));
        gate.Set();
        Assert.Equal(500, (await Task.WhenAll(calls).WaitAsync(Answer)).Sum());

        int Block(Store store)
        {
            template.New(store, store.Host(HostFunction.Of(_ =>
            {
                running.Signal();
                gate.Wait();
            }))).Func("run").Call();
            return 1;
        }
    }

    [Fact]
    public void A_disposed_engine_runs_nothing()
    {
        var engine = new Engine();
        Assert.Equal(1, engine.Run(static () => 1));
        engine.Dispose();

        Assert.Throws<ObjectDisposedException>(() => engine.Run(static () => 1));
    }

    [Fact]
    public async Task What_a_call_throws_is_its_answer()
    {
        using var engine = new Engine();
        using var store = engine.NewStore();

        Assert.Throws<FormatException>(() => engine.Run(static () => int.Parse("x")));
        await Assert.ThrowsAsync<FormatException>(() => engine.RunAsync(store, static () => int.Parse("x"), null, CancellationToken.None));
    }

    private static Template Seven(Engine engine)
    {
        var builder = new ModuleBuilder();
        builder.Function("seven", Types.ToI32, new Code().I32(7));
        return engine.Compile(builder.Build()).Prepare();
    }

    private static int Run(Engine engine)
    {
        using var store = engine.NewStore();
        return Seven(engine).New(store).Func("seven").Call()[0].AsI32;
    }

    private static void Elsewhere(Action action)
    {
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(action));
        thread.Start();
        thread.Join();
        if (thrown is not null)
        {
            throw thrown;
        }
    }

    private sealed class Stores(Engine engine, int count) : IDisposable
    {
        private readonly Store[] _stores = [.. Enumerable.Range(0, count).Select(_ => engine.NewStore())];

        internal Store this[int index] => _stores[index];

        public void Dispose() => Array.ForEach(_stores, static store => store.Dispose());
    }
}
