using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tapedeck.Wasm.Execution;
using Tapedeck.Wasm.Execution.Memories;

namespace Tapedeck.Wasm;

/// <summary>
/// What the instances of one call share: the interrupt, the stack limit, the accounts, and the references that pass between them. A store is used by one
/// thread at a time, a call thread of its <see cref="Engine"/>; only <see cref="Interrupt"/> may be called from any.
/// </summary>
public sealed unsafe class Store : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Instance> _instances = [];
    private readonly List<Func> _hosts = [];
    private readonly List<object> _objects = [];
    private readonly List<(MemoryPool Pool, MemorySlot Slot)> _slots = [];
    private readonly List<nint> _allocations = [];
    private readonly List<IDisposable> _owned = [];
    private readonly nint _block;
    private GCHandle _handle;
    private CallThread? _thread;
    private int _depth;
    private int _calls;
    private int _memories;
    private int _tables;
    private volatile bool _isInterrupted;
    private bool _isLeaving;
    private bool _isDisposed;

    internal Store(Engine engine, StoreLimits limits)
    {
        Engine = engine;
        Limits = limits;
        _block = engine.StoreBlocks.Take();
        // Weak, so that a store that nobody disposes is found by its finalizer. While guest code runs, the call holds its store.
        _handle = GCHandle.Alloc(this, GCHandleType.Weak);
        Block->Handle = GCHandle.ToIntPtr(_handle);
    }

    public Engine Engine { get; }
    public StoreLimits Limits { get; }

    /// <summary>Bytes of linear memory that the store's memories have now.</summary>
    public long MemoryBytes { get; private set; }

    /// <summary>Elements that the store's tables have now.</summary>
    public long TableElements { get; private set; }

    internal StoreBlock* Block => (StoreBlock*)_block;

    internal nint BlockAddress => _block;

    internal List<Instance> Instances => _instances;

    /// <summary>Whom the store works for: host functions, which serve all stores, find by it what is theirs.</summary>
    public object? Owner { get; set; }

    /// <summary>Whether <see cref="Interrupt"/> was called.</summary>
    public bool IsInterrupted => _isInterrupted;

    /// <summary>Stops the guest code of this store with <see cref="TrapCode.Interrupted"/>, now and for good. Any thread may call it, at any time.</summary>
    public void Interrupt()
    {
        lock (_gate)
        {
            _isInterrupted = true;
            if (!_isDisposed)
            {
                Volatile.Write(ref Block->Interrupt, 1);
                Interlocked.Exchange(ref Block->StackLimit, nint.MaxValue);
            }
        }
    }

    /// <summary>Calls that guests of this store have made to host functions.</summary>
    public long HostCalls { get; private set; }

    /// <summary>Whether a memory or table could not grow for want of room, and not by its own type: what a guest made of that is not for others.</summary>
    public bool HasRefused { get; internal set; }

    internal bool IsRunning => _depth > 0;

    /// <summary>Lets a guest call the host, unless its time is over: code without loops would go on calling.</summary>
    /// <exception cref="TrapException">The store was interrupted.</exception>
    internal void EnterHost()
    {
        if (_isInterrupted)
        {
            ThrowInterrupted();
        }
        HostCalls++;
    }

    /// <summary>Makes an image of all instances, for new ones to start from. Between calls only, and before anything of a caller has reached the store.</summary>
    /// <returns>Null if <paramref name="refusal"/> says why not.</returns>
    public Snapshot? TakeSnapshot(out SnapshotRefusal refusal)
    {
        Demand();
        var taker = new SnapshotTaker(this);
        var snapshot = taker.Take();
        refusal = taker.Refusal;
        return snapshot;
    }

    /// <summary>Makes a host function callable in this store.</summary>
    /// <exception cref="ArgumentException">It has more parameters or results than a module may declare.</exception>
    public Func Host(HostFunction function)
    {
        Demand();
        // The result area is as large as the limit says.
        if (Math.Max(function.Type.Parameters.Count, function.Type.Results.Count) > Engine.Options.ModuleLimits.Parameters)
        {
            throw new ArgumentException($"no module can import a function with more than {Engine.Options.ModuleLimits.Parameters} parameters or results", nameof(function));
        }
        var func = new Func(this, function, _hosts.Count);
        _hosts.Add(func);
        return func;
    }

    /// <summary>A reference that stands for a host object in this store; null for null.</summary>
    /// <exception cref="LimitException">The store holds as many objects as its limits allow.</exception>
    public Value ExternRef(object? target)
    {
        Demand();
        if (target is null)
        {
            return Value.Null;
        }
        if (_objects.Count == Limits.References)
        {
            throw new LimitException($"the store already refers to {Limits.References} host objects");
        }
        _objects.Add(target);
        return Value.Reference(_objects.Count);
    }

    /// <summary>The host object that an <c>externref</c> of this store stands for.</summary>
    public object? ObjectOf(Value reference)
    {
        Demand();
        return reference.IsNull ? null : _objects[(int)reference.AsI64 - 1];
    }

    /// <summary>A reference to a function of this store.</summary>
    public Value FuncRef(Func? func)
    {
        if (func is not null && func.Store != this)
        {
            throw new ArgumentException("the function belongs to another store", nameof(func));
        }
        return func is null ? Value.Null : Value.Reference(func.Reference);
    }

    /// <summary>The function that a <c>funcref</c> of this store names.</summary>
    public Func? FuncOf(Value reference)
    {
        Demand();
        return reference.IsNull ? null : FuncOf(reference.AsI64);
    }

    /// <summary>
    /// Gives back everything the store's instances hold; if a call of <see cref="Engine.RunAsync"/> is not over, since it was abandoned, when it is.
    /// </summary>
    /// <exception cref="InvalidOperationException">Guest code of the store is running, and is not interrupted.</exception>
    public void Dispose()
    {
        if (TryLeave())
        {
            GiveBack();
        }
        GC.SuppressFinalize(this);
    }

    /// <returns>Whether nobody else gives back what the store holds: what is true outside the lock a moment later may be the call's doing.</returns>
    private bool TryLeave()
    {
        lock (_gate)
        {
            if (_isDisposed || _isLeaving)
            {
                return false;
            }
            if (_depth > 0 && (_calls == 0 || !_isInterrupted))
            {
                throw new InvalidOperationException("guest code of the store is running");
            }
            _isLeaving = _calls > 0;
            return _isDisposed = !_isLeaving;
        }
    }

    /// <summary>Nobody disposed the store. Its memories are unmapped and not lent again: somebody may have kept a span of one.</summary>
    ~Store()
    {
        if (_handle.IsAllocated)
        {
            _slots.ForEach(static loan => loan.Pool.GiveUp(loan.Slot));
            Free();
        }
    }

    /// <summary>Begins a call of <see cref="Engine.RunAsync"/>: what the store holds stays until the call is over, even if its caller gives it up before.</summary>
    /// <exception cref="InvalidOperationException">There is one already, perhaps an abandoned one: two threads must not use a store.</exception>
    internal void BeginCall()
    {
        lock (_gate)
        {
            Demand();
            if (_calls > 0)
            {
                throw new InvalidOperationException("a call of the store is not over yet");
            }
            _calls++;
        }
    }

    internal void EndCall()
    {
        lock (_gate)
        {
            _calls--;
            if (_calls > 0 || !_isLeaving)
            {
                return;
            }
            _isDisposed = true;
        }
        GiveBack();
    }

    internal static Store OfBlock(nint block) => Unsafe.As<Store>(GCHandle.FromIntPtr(((StoreBlock*)block)->Handle).Target!);

    internal static Store OfContext(nint context) => OfBlock(((InstanceContext*)context)->Store);

    internal static Instance InstanceOf(nint context) => OfContext(context)._instances[((InstanceContext*)context)->Index];

    internal Func HostAt(int index) => _hosts[index];

    internal Func FuncOf(long reference)
    {
        var (instance, function) = Check(reference);
        return instance == FunctionReference.Host ? _hosts[function] : _instances[instance].FuncAt(function);
    }

    /// <summary>A function as a table holds it.</summary>
    internal TableEntry EntryOf(long reference)
    {
        var (instance, function) = Check(reference);
        if (instance != FunctionReference.Host)
        {
            return _instances[instance].EntryOf(function);
        }
        var host = _hosts[function];
        return new TableEntry { Code = host.Code, Signature = host.Signature, Function = function, Context = host.Context };
    }

    /// <summary>A native block that lives as long as the store, all zero and aligned for vectors.</summary>
    internal nint Allocate(int bytes)
    {
        const int alignment = 16;
        _allocations.EnsureCapacity(_allocations.Count + 1);
        var block = NativeMemory.AlignedAlloc((nuint)bytes, alignment);
        NativeMemory.Clear(block, (nuint)bytes);
        _allocations.Add((nint)block);
        return (nint)block;
    }

    /// <summary>A slot for a memory, lent as long as the store lives.</summary>
    internal MemorySlot RentMemory(MemoryImage? image, long initialBytes, long maxBytes) =>
        ++_memories <= Limits.Memories
            ? Rent(Engine.Memories, image, initialBytes, maxBytes)
            : throw new LimitException($"the store already has {Limits.Memories} memories");

    /// <summary>A slot for a table, lent as long as the store lives.</summary>
    internal MemorySlot RentTable(MemoryImage? image, long initialBytes, long maxBytes) =>
        ++_tables <= Limits.Tables
            ? Rent(Engine.Tables, image, initialBytes, maxBytes)
            : throw new LimitException($"the store already has {Limits.Tables} tables");

    /// <summary>Adds something that lives as long as the store, and is disposed when no code of it runs any more, before all that was added later.</summary>
    public void Own(IDisposable owned)
    {
        Demand();
        _owned.Add(owned);
    }

    /// <returns>False if the store's limit, or the engine's, would be passed; then nothing is charged.</returns>
    internal bool ChargeMemory(long bytes)
    {
        if (bytes > Limits.MemoryBytes - MemoryBytes || !Engine.Charge(bytes))
        {
            return false;
        }
        MemoryBytes += bytes;
        return true;
    }

    internal bool ChargeTable(long elements)
    {
        if (elements > Limits.TableElements - TableElements || !Engine.Charge(elements * TableEntry.Bytes))
        {
            return false;
        }
        TableElements += elements;
        return true;
    }

    /// <summary>Enters guest code on this thread.</summary>
    /// <returns>What <see cref="Leave"/> puts back.</returns>
    internal Entry Enter()
    {
        Demand();
        var thread = CallThread.Current;
        if (thread is null || thread != _thread)
        {
            Settle(thread);
        }
        var block = Block;
        var entry = new Entry(_thread!, block->SideTop, _thread!.Active);
        if (entry.Active != _block)
        {
            // The frames of the store that called us, by its host function, lie on the same side stack.
            block->SideTop = entry.Active == 0 ? entry.Thread.SideStack : ((StoreBlock*)entry.Active)->SideTop;
            entry.Thread.Active = _block;
        }
        _depth++;
        return entry;
    }

    internal void Leave(in Entry entry)
    {
        Block->SideTop = entry.SideTop;
        entry.Thread.Active = entry.Active;
        _depth--;
    }

    internal void Demand()
    {
        if (_isDisposed || _isLeaving)
        {
            ThrowDisposed();
        }
    }

    /// <summary>What a thread was doing before it entered a store.</summary>
    internal readonly record struct Entry(CallThread Thread, nint SideTop, nint Active);

    private MemorySlot Rent(MemoryPool pool, MemoryImage? image, long initialBytes, long maxBytes)
    {
        _slots.EnsureCapacity(_slots.Count + 1);
        var slot = pool.Rent(image, initialBytes, maxBytes);
        _slots.Add((pool, slot));
        return slot;
    }

    // Guests cannot make a reference up. A host can hand in one of another store, and numbers of instances lead to native memory.
    private (int Instance, int Function) Check(long reference)
    {
        var instance = FunctionReference.Instance(reference);
        var function = FunctionReference.Function(reference);
        var isKnown = instance == FunctionReference.Host
            ? (uint)function < (uint)_hosts.Count
            : (uint)instance < (uint)_instances.Count && (uint)function < (uint)_instances[instance].Module.Declaration.FunctionTypes.Length;
        return isKnown ? (instance, function) : throw new ArgumentException("the value is no reference to a function of this store");
    }

    // The block keeps the limits of the thread that ran last, so a call on the same thread costs none of this.
    private void Settle(CallThread? thread)
    {
        if (_depth > 0)
        {
            throw new InvalidOperationException("guest code of the store is running on another thread");
        }
        _thread = thread ?? throw new InvalidOperationException("guest code runs on the engine's call threads only: use Engine.Run or Engine.RunAsync");
        Block->SideLimit = thread.SideStackEnd;
        Interlocked.Exchange(ref Block->StackLimit, thread.StackLimit);
        if (Volatile.Read(ref Block->Interrupt) != 0)
        {
            Block->StackLimit = nint.MaxValue;
        }
    }

    [DoesNotReturn]
    private static void ThrowInterrupted() => throw new TrapException(TrapCode.Interrupted);

    [DoesNotReturn]
    private void ThrowDisposed() => throw new ObjectDisposedException(GetType().FullName);

    private void GiveBack()
    {
        try
        {
            _owned.ForEach(static owned => owned.Dispose());
        }
        finally
        {
            _slots.ForEach(static loan => loan.Pool.Return(loan.Slot));
            Free();
        }
    }

    private void Free()
    {
        _allocations.ForEach(static block => NativeMemory.AlignedFree((void*)block));
        Engine.Charge(-(MemoryBytes + (TableElements * TableEntry.Bytes)));
        _handle.Free();
        Engine.StoreBlocks.Return(_block);
    }
}
