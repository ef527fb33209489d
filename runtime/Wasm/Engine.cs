using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Caching;
using Tapedeck.Wasm.Execution;
using Tapedeck.Wasm.Execution.Memories;
using Tapedeck.Wasm.Validation;

namespace Tapedeck.Wasm;

/// <summary>Compiles modules and runs their code on threads of its own. One is enough for a process.</summary>
public sealed class Engine : IDisposable
{
    private readonly CallThreads _threads;
    private readonly Watchdog _watchdog = new();
    private int _loaded;
    private int _retired;
    private long _retiredBytes;
    private int _abandoned;
    private long _memoryBytes;

    public Engine(EngineOptions? options = null)
    {
        Options = options ?? new EngineOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.StackBytes, 64 << 10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Options.StackBytes, 256 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.CallThreads, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Options.CallQueue);
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.AbandonedCalls, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Options.MemoryBytes);
        CodeCache = CacheOf(Options);
        _threads = new CallThreads(Options.CallThreads, Options.CallQueue, Options.StackBytes);
        StoreBlocks = new StoreBlocks(Options.ModuleLimits.Parameters);
    }

    public EngineOptions Options { get; }

    /// <summary>Translations loaded so far.</summary>
    public int LoadedTranslations => Volatile.Read(ref _loaded);

    /// <summary>
    /// Translations whose module is disposed and whose code stays all the same, as it does in <see cref="CodeLifetime.Tiered"/>: past a budget of his own, the host
    /// drains and restarts.
    /// </summary>
    public int RetiredTranslations => Volatile.Read(ref _retired);

    /// <summary>Bytes of the assemblies that <see cref="RetiredTranslations"/> counts. The code that the runtime made of them comes on top, up to twice as much.</summary>
    public long RetiredTranslationBytes => Interlocked.Read(ref _retiredBytes);

    /// <summary>Calls whose caller has its answer while their thread is still busy.</summary>
    public int AbandonedCalls => Volatile.Read(ref _abandoned);

    /// <summary>Bytes that the memories and tables of all stores have now, those of abandoned calls among them.</summary>
    public long MemoryBytes => Interlocked.Read(ref _memoryBytes);

    internal StoreBlocks StoreBlocks { get; }
    internal MemoryPool Memories { get; } = new();
    internal MemoryPool Tables { get; } = new(new MemoryPoolOptions { ReservationBytes = 0 });

    /// <summary>Decodes and validates a module. Code that the code store holds the translation of was valid when that was made, and is not validated again.</summary>
    /// <exception cref="InvalidModuleException">The bytes are not a module that this engine can run.</exception>
    public Module Compile(ReadOnlyMemory<byte> bytes)
    {
        var declaration = ModuleReader.Read(bytes, Options.ModuleLimits);
        var context = ModuleValidator.ValidateDeclarations(declaration, Options.ModuleLimits);
        var key = Options.BackEnd == BackEnd.Lazy || CodeCache is null ? null : CodeCache.KeyOf(bytes.Span, Options);
        if (key is not null && CodeCache!.TryRead(key, out var translation))
        {
            return new Module(this, declaration, new KeptCode(key, translation), context);
        }
        ModuleValidator.ValidateCode(context);
        return new Module(this, declaration, new KeptCode(key, null), null);
    }

    public Store NewStore(StoreLimits? limits = null) => new(this, limits ?? new StoreLimits());

    /// <summary>Runs <paramref name="call"/> on a call thread and waits for it. On a call thread it runs at once.</summary>
    /// <exception cref="BusyException">All call threads are taken and the queue is full, or too many calls are abandoned.</exception>
    public T Run<T>(Func<T> call) => CallThread.Current is not null ? call() : Queue(call, null).Answer.Task.GetAwaiter().GetResult();

    /// <summary>
    /// Runs <paramref name="call"/> on a call thread, and interrupts the store on cancellation or when <paramref name="deadline"/> has passed. The answer is there
    /// within 10 ms of that, even if the host code under the call goes on: then the call is abandoned, its thread busy until it ends.
    /// </summary>
    /// <param name="deadline">Not negative. Null and <see cref="Timeout.InfiniteTimeSpan"/> set none.</param>
    /// <exception cref="BusyException">All call threads are taken and the queue is full, or too many calls are abandoned.</exception>
    /// <exception cref="InvalidOperationException">Another call of the store is not over yet.</exception>
    /// <exception cref="TrapException">The guest trapped, with <see cref="TrapCode.Interrupted"/> on cancellation and deadline.</exception>
    public async Task<T> RunAsync<T>(Store store, Func<T> call, TimeSpan? deadline, CancellationToken cancellationToken)
    {
        if (deadline < TimeSpan.Zero && deadline != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(deadline), deadline, "a deadline is not negative");
        }
        var (answer, place) = Queue(call, store);
        using var onCancel = cancellationToken.UnsafeRegister(_ => _watchdog.Interrupt(store, Abandon), null);
        using var onDeadline = deadline is { } time && time != Timeout.InfiniteTimeSpan ? _watchdog.Schedule(time, store, Abandon) : null;
        return await answer.Task.ConfigureAwait(false);

        void Abandon()
        {
            if (_threads.TryTakeBack(place))
            {
                // It never ran.
                store.EndCall();
                answer.TrySetException(new TrapException(TrapCode.Interrupted));
                return;
            }
            Interlocked.Increment(ref _abandoned);
            if (!answer.TrySetException(new TrapException(TrapCode.Interrupted)))
            {
                Interlocked.Decrement(ref _abandoned);
            }
        }
    }

    /// <summary>Interrupts the store when the current call thread has taken that much CPU time from now on.</summary>
    public CpuLimit LimitCpu(Store store, TimeSpan time) => new(_watchdog, store, time);

    public void Dispose()
    {
        _threads.Dispose();
        _watchdog.Dispose();
        Memories.Dispose();
        Tables.Dispose();
        StoreBlocks.Dispose();
    }

    internal CodeCache? CodeCache { get; }

    /// <summary>Lets so many translations run in the background as leave half of the processors to calls.</summary>
    internal SemaphoreSlim BackgroundTranslations { get; } = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <returns>False if the engine's limit would be passed; then nothing is charged.</returns>
    internal bool Charge(long bytes)
    {
        if (Interlocked.Add(ref _memoryBytes, bytes) <= Options.MemoryBytes || bytes <= 0)
        {
            return true;
        }
        Interlocked.Add(ref _memoryBytes, -bytes);
        return false;
    }

    internal void CountRetired(long bytes)
    {
        Interlocked.Increment(ref _retired);
        Interlocked.Add(ref _retiredBytes, bytes);
    }

    internal void CountLoaded() => Interlocked.Increment(ref _loaded);

    private static CodeCache? CacheOf(EngineOptions options)
    {
        if (options.CodeStore is not { } store)
        {
            return null;
        }
        if (options.CodeKey.Length < CodeCache.LeastKeyBytes)
        {
            throw new ArgumentException(
                $"EngineOptions.CodeKey has {options.CodeKey.Length} bytes, and a CodeStore needs {CodeCache.LeastKeyBytes}: without a secret, whoever can write to the store could run code here");
        }
        return new CodeCache(store, options.CodeKey.Span);
    }

    private (TaskCompletionSource<T> Answer, LinkedListNode<Action> Place) Queue<T>(Func<T> call, Store? store)
    {
        if (AbandonedCalls is var abandoned && abandoned >= Options.AbandonedCalls)
        {
            throw new BusyException($"{abandoned} abandoned calls have not come to an end");
        }
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        store?.BeginCall();
        try
        {
            return (answer, _threads.Queue(() => Answer(answer, call, store)));
        }
        catch
        {
            store?.EndCall();
            throw;
        }
    }

    private void Answer<T>(TaskCompletionSource<T> answer, Func<T> call, Store? store)
    {
        bool isWanted;
        try
        {
            isWanted = answer.TrySetResult(Finish(call, store));
        }
        catch (Exception failure)
        {
            isWanted = answer.TrySetException(failure);
        }
        if (!isWanted)
        {
            Interlocked.Decrement(ref _abandoned);
        }
    }

    private static T Finish<T>(Func<T> call, Store? store)
    {
        try
        {
            return call();
        }
        finally
        {
            store?.EndCall();
        }
    }
}
