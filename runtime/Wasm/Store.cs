using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tapedeck.Wasm.Execution;

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
    private readonly List<IDisposable> _owned = [];
    private readonly nint _block;
    private GCHandle _handle;
    private CallThread? _thread;
    private int _depth;
    private int _calls;
    private volatile bool _isInterrupted;
    private bool _isLeaving;
    private bool _isDisposed;

    internal Store(Engine engine, StoreLimits limits)
    {
        Engine = engine;
        Limits = limits;
        _block = engine.StoreBlocks.Take();
        _handle = GCHandle.Alloc(this);
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
    public object? ObjectOf(Value reference) => reference.IsNull ? null : _objects[(int)reference.AsI64 - 1];

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
    public Func? FuncOf(Value reference) => reference.IsNull ? null : FuncOf(reference.AsI64);

    /// <summary>
    /// Gives back everything the store's instances hold; if a call of <see cref="Engine.RunAsync"/> is not over, since it was abandoned, when it is.
    /// </summary>
    /// <exception cref="InvalidOperationException">Guest code of the store is running, and is not interrupted.</exception>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed || _isLeaving)
            {
                return;
            }
            if (_depth > 0 && (_calls == 0 || !_isInterrupted))
            {
                throw new InvalidOperationException("guest code of the store is running");
            }
            _isLeaving = _calls > 0;
            _isDisposed = !_isLeaving;
        }
        if (_isDisposed)
        {
            GiveBack();
        }
        GC.SuppressFinalize(this);
    }

    ~Store()
    {
        // Not disposed: memories and blocks have their own finalizers or are lost to the pool; only the handle would stay.
        if (_handle.IsAllocated)
        {
            _handle.Free();
        }
    }

    /// <summary>Begins a call of <see cref="Engine.RunAsync"/>: what the store holds stays until the call is over, even if its caller gives it up before.</summary>
    internal void BeginCall()
    {
        lock (_gate)
        {
            Demand();
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
        var instance = FunctionReference.Instance(reference);
        var function = FunctionReference.Function(reference);
        return instance == FunctionReference.Host ? _hosts[function] : _instances[instance].FuncAt(function);
    }

    /// <summary>A function as a table holds it.</summary>
    internal TableEntry EntryOf(long reference)
    {
        var instance = FunctionReference.Instance(reference);
        var function = FunctionReference.Function(reference);
        if (instance != FunctionReference.Host)
        {
            return _instances[instance].EntryOf(function);
        }
        var host = _hosts[function];
        return new TableEntry { Code = host.Code, Signature = host.Signature, Function = function, Context = host.Context };
    }

    /// <summary>Adds something that lives as long as the store, and is disposed when no code of it runs any more, before all that was added later.</summary>
    public void Own(IDisposable owned) => _owned.Add(owned);

    /// <returns>False if the store's limit would be passed; then nothing is charged.</returns>
    internal bool ChargeMemory(long bytes)
    {
        if (bytes > Limits.MemoryBytes - MemoryBytes)
        {
            return false;
        }
        MemoryBytes += bytes;
        return true;
    }

    internal bool ChargeTable(long elements)
    {
        if (elements > Limits.TableElements - TableElements)
        {
            return false;
        }
        TableElements += elements;
        return true;
    }

    /// <summary>Enters guest code on this thread.</summary>
    /// <returns>The side stack's top, for <see cref="Leave"/>.</returns>
    internal nint Enter()
    {
        Demand();
        var thread = CallThread.Current;
        if (_depth > 0)
        {
            // The stack limit is that of the thread which entered first.
            if (thread != _thread)
            {
                throw new InvalidOperationException("guest code of the store is running on another thread");
            }
        }
        else
        {
            _thread = thread ?? throw new InvalidOperationException("guest code runs on the engine's call threads only: use Engine.Run or Engine.RunAsync");
            Block->SideTop = thread.SideStack;
            Block->SideLimit = thread.SideStackEnd;
            Interlocked.Exchange(ref Block->StackLimit, thread.StackLimit);
            if (Volatile.Read(ref Block->Interrupt) != 0)
            {
                Block->StackLimit = nint.MaxValue;
            }
        }
        _depth++;
        return Block->SideTop;
    }

    internal void Leave(nint sideTop)
    {
        Block->SideTop = sideTop;
        _depth--;
    }

    internal void Demand() => ObjectDisposedException.ThrowIf(_isDisposed || _isLeaving, this);

    private void GiveBack()
    {
        foreach (var owned in _owned)
        {
            owned.Dispose();
        }
        _handle.Free();
        Engine.StoreBlocks.Return(_block);
    }
}
